"""What keeps remote access from starting."""


class RemoteError(Exception):
    """Keys or phones can't be used; the text names the file and says what to do."""
