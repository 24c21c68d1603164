"""Circulation: what is lent to whom, until when."""
