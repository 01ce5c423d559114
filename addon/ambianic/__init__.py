"""Ambianic: private, local camera intelligence."""

__version__ = "2.0.0"
