"""Copies of a whole installation: making them while it serves, keeping some, bringing one back, moving."""
