"""One story a role, told from the beginning to the end on a server as people run it."""
