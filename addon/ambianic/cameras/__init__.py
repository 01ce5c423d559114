"""Cameras: from an address to a fan-out of encoded packets."""
