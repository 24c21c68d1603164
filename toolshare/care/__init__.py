"""Care: the condition of items, and what is out of service."""
