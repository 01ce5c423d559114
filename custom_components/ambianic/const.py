"""Constants for the Ambianic integration."""

DOMAIN = "ambianic"
MANUFACTURER = "Ambianic"

API_VERSION = 1
DEFAULT_PORT = 8778

# The slug of the app that announced itself through the Supervisor.
CONF_APP = "app"
