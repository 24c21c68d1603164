"""Admission: how people come into a group by themselves, and how they go."""
