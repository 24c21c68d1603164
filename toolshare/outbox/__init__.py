"""What is to be told to whom: written with what it tells, sent after."""
