"""Faults that recordings survive: nothing is lost or doubled."""
