"""The inventory: kinds, items, places, categories and photos."""
