"""A tablet in a shed that nobody attends, signed in as the shed: card and PIN, scan, done."""
