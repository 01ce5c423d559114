"""What can go wrong with a live session, as sentences for people."""


class LiveError(Exception):
    """The base of the errors that opening or using a live session raises on purpose."""


class InvalidOffer(LiveError):
    """What the viewer sent cannot be used; the text says why and what to do."""


class TooManyViewers(LiveError):
    """The camera has no place left for one more viewer."""


class SessionNotFound(LiveError):
    """There is no live session with this id, or it has ended."""
