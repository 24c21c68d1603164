"""Calendars: what is free when, what goes out and what comes back; it only reads."""
