"""Codes: the eight characters on a label, drawn once and never reused."""
