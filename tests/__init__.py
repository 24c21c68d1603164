"""Examples of what Toolshare does, room by room."""
