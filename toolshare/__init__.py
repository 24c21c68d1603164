"""Toolshare lends out what a group of people owns together."""

from toolshare.app import create_app

__all__ = ["create_app"]
