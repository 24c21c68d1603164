"""Stocktake: looking whether everything is where it should be, several people at once."""
