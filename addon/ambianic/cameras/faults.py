"""What is wrong with a camera: FFmpeg's and the system's errors in words. Their own texts hold addresses with passwords."""

import errno

import av
import av.error

from .status import CameraState, SourceError

UNREACHABLE, UNAUTHORIZED, UNSUPPORTED = CameraState.UNREACHABLE, CameraState.UNAUTHORIZED, CameraState.UNSUPPORTED


def wrong_login(*, login: bool) -> SourceError:
    """The camera asked for a user and password, or did not take those it got."""
    if login:
        return SourceError(UNAUTHORIZED, "The camera does not accept this user name and password.")
    return SourceError(UNAUTHORIZED, "The camera asks for a user name and a password.")


def forbidden() -> SourceError:
    """The camera knows the user and does not let it see this."""
    return SourceError(
        UNAUTHORIZED, "The camera does not allow this user to see the stream: check the user's rights on the camera."
    )


def no_such_path(host: str) -> SourceError:
    """The camera answers, but not for this path."""
    return SourceError(UNREACHABLE, f"{host} has no stream at this path: check the part of the address after the host.")


def unknown_host(name: str) -> SourceError:
    """The name cannot be resolved."""
    return SourceError(UNREACHABLE, f"There is no host with the name {name}: check the address.")


def no_answer(host: str, seconds: float, *, udp: bool = False) -> SourceError:
    """Nothing came in time at the start."""
    hint = "check the address and that the camera is on" + (", or choose TCP instead of UDP." if udp else ".")
    return SourceError(UNREACHABLE, f"{host} did not answer within {seconds:g} s: {hint}")


def stopped(seconds: float) -> SourceError:
    """A stream that was open gives no more pictures."""
    return SourceError(UNREACHABLE, f"The camera stopped sending for {seconds:g} s.")


def not_video(what: str) -> SourceError:
    """What came is not a video."""
    return SourceError(UNREACHABLE, f"{what} is not a video that can be read.")


def of_system(err: OSError, host: str) -> SourceError:
    """A failure to connect to a host, or of a connection."""
    match err.errno:
        case errno.ECONNREFUSED:
            reason = f"{host} refuses the connection: check the port, and that the camera's video service is switched on."
        case errno.EHOSTUNREACH | errno.ENETUNREACH | errno.ENETDOWN | errno.EHOSTDOWN:
            reason = f"There is no way to {host} in the network: check the address and that the camera is on."
        case errno.ECONNRESET | errno.EPIPE | errno.ECONNABORTED:
            reason = f"{host} closed the connection."
        case errno.ETIMEDOUT:
            reason = f"{host} did not answer: check the address and that the camera is on."
        case _:
            reason = f"The connection to {host} failed."
    return SourceError(UNREACHABLE, reason)


def of_ffmpeg(err: av.FFmpegError, host: str, *, login: bool, silence: float | None = None) -> SourceError:
    """A failure of FFmpeg with a stream of `host`; `silence` is the time-out in seconds of a stream that was open."""
    match err:
        case av.error.HTTPUnauthorizedError():
            return wrong_login(login=login)
        case av.error.HTTPForbiddenError():
            return forbidden()
        case av.error.HTTPNotFoundError():
            return no_such_path(host)
        case av.error.HTTPError() | av.error.HTTPClientError():
            return error_answer(host)
        case av.error.ExitError() | TimeoutError() if silence is not None:
            return stopped(silence)
        case av.error.EOFError():
            return SourceError(UNREACHABLE, "The camera ended the stream.")
        case av.error.ProtocolNotFoundError() | av.error.PatchWelcomeError():
            return SourceError(UNSUPPORTED, f"The way in which {host} sends its video is not supported.")
        case av.error.InvalidDataError() | av.error.DemuxerNotFoundError():
            return not_video(f"What {host} sends")
        case OSError():
            return of_system(err, host)
    return SourceError(UNREACHABLE, f"The stream of {host} cannot be read.")


def error_answer(host: str) -> SourceError:
    """The camera answers with a failure of its own."""
    return SourceError(UNREACHABLE, f"{host} answers with an error: check the path of the address, and restart the camera.")


def unsafe(host: str) -> SourceError:
    """There is no TLS with the camera."""
    return SourceError(
        UNREACHABLE, f"No secure connection to {host} is possible: try an address without the s of https or rtsps."
    )
