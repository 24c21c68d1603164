"""The desk: scan after scan, each answered at once."""
