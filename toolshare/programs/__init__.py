"""What programs read and do: the open catalogue of a group, for any other network to read."""
