"""A made-up federation: as many groups as one likes, and ten years of their loans."""
