"""Rules that a group sets for itself, found for a thing one by one, each with where it comes from."""
