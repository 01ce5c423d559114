"""Home of the Ambianic integration."""
