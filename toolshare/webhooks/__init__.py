"""Telling other programs what happens in a group, at an address that its coordinators name."""
