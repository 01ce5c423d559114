"""The home: its cameras, what is seen on them, and who is watching."""

from .home import Home

__all__ = ["Home"]
