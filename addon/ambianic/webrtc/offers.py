"""What a viewer may send: SDP offers and fragments with trickled candidates, checked before aiortc sees them."""

from dataclasses import dataclass, replace

from aiortc import RTCIceCandidate, RTCRtpSender
from aiortc.sdp import SessionDescription, candidate_from_sdp

from .errors import InvalidOffer

OFFER_CHARACTERS = 64 * 1024
FRAGMENT_CHARACTERS = 16 * 1024
CANDIDATES = 32
"""The most candidates of a viewer that are tried: each makes the edge send packets to an address of the viewer's choice."""

MEDIA = 8
"""The most m-lines of an offer; Home Assistant's has audio, video and a data channel."""

CANDIDATE = "a=candidate:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer that can be answered.

    `sdp` has no candidates: they are added one by one, since looking up mDNS names takes up to a second, and so that their
    number is bounded. `bundle` is the m-lines that share the transport of the first of them. `playable` is RTP's names of the
    sound that the viewer asks for, such as `audio/opus`; empty where it wants none.
    """

    sdp: str
    ufrags: frozenset[str | None]
    bundle: tuple[str, ...]
    playable: frozenset[str]
    candidates: tuple[RTCIceCandidate, ...]


def parse_offer(text: str) -> Offer:
    """Read an SDP offer. Raises InvalidOffer."""
    if len(text) > OFFER_CHARACTERS:
        raise InvalidOffer(f"The SDP offer is longer than {OFFER_CHARACTERS // 1024} KiB.")
    if not text.startswith("v=0"):
        raise InvalidOffer("This is not an SDP offer. Send the browser's offer as it is, with type application/sdp.")
    lines = text.splitlines()
    sdp = "".join(f"{line}\r\n" for line in lines if line and not line.startswith((CANDIDATE, "a=end-of-candidates")))
    try:
        description = SessionDescription.parse(sdp)
    except Exception as error:  # the parser lets out whatever its indexing and asserts meet
        raise InvalidOffer("The SDP offer is damaged. Send the browser's offer as it is.") from error
    video = [media for media in description.media if media.kind == "video"]
    if not video:
        raise InvalidOffer("The SDP offer has no video. Add a video transceiver with direction recvonly.")
    if not any(codec.mimeType.lower() == "video/h264" for codec in video[0].rtp.codecs):
        raise InvalidOffer("The SDP offer has no H.264, the only video codec that the edge sends. Use a browser that plays it.")
    if video[0].direction not in {"recvonly", "sendrecv"}:
        raise InvalidOffer("The SDP offer does not ask to receive video. Give its video transceiver the direction recvonly.")
    if len(description.media) > MEDIA:
        raise InvalidOffer(f"The SDP offer has more than {MEDIA} media sections. One for video is enough.")
    if any(not (media.ice and media.ice.usernameFragment and media.ice.password) for media in description.media):
        raise InvalidOffer("The SDP offer has no ICE user name and password. Send the browser's offer as it is.")
    bundle = tuple(str(mid) for group in description.group if group.semantic == "BUNDLE" for mid in group.items)
    return Offer(
        sdp=sdp,
        ufrags=frozenset(media.ice.usernameFragment for media in description.media if media.ice),
        bundle=bundle,
        playable=_playable(description),
        candidates=_candidates(lines, bundle),
    )


def parse_fragment(text: str, offer: Offer) -> tuple[RTCIceCandidate, ...]:
    """Read the candidates of a trickled SDP fragment (RFC 8840) that belongs to `offer`. Raises InvalidOffer."""
    if len(text) > FRAGMENT_CHARACTERS:
        raise InvalidOffer(f"The fragment is longer than {FRAGMENT_CHARACTERS // 1024} KiB.")
    lines = text.splitlines()
    if not any(line.startswith(("a=", "m=")) for line in lines):
        raise InvalidOffer("This is not an SDP fragment. Send candidates with type application/trickle-ice-sdpfrag.")
    for line in lines:
        if line.startswith("a=ice-ufrag:") and line.partition(":")[2].strip() not in offer.ufrags:
            raise InvalidOffer("These candidates belong to another offer. Send a new offer instead of restarting ICE.")
    return _candidates(lines, offer.bundle)


def _playable(description: SessionDescription) -> frozenset[str]:
    audio = next((media for media in description.media if media.kind == "audio"), None)
    if audio is None or audio.direction not in {"recvonly", "sendrecv"}:
        return frozenset()
    known = {codec.mimeType.lower(): codec.mimeType for codec in RTCRtpSender.getCapabilities("audio").codecs}
    return frozenset(known[name] for codec in audio.rtp.codecs if (name := codec.mimeType.lower()) in known)


def _candidates(lines: list[str], bundle: tuple[str, ...]) -> tuple[RTCIceCandidate, ...]:
    found: list[tuple[int, RTCIceCandidate]] = []
    mids: dict[int, str] = {}
    index = -1
    for line in lines:
        if line.startswith("m="):
            index += 1
        elif line.startswith("a=mid:"):
            # A fragment may leave its m-line out.
            index = max(index, 0)
            mids[index] = line.partition(":")[2].strip()
        elif line.startswith(CANDIDATE):
            found.append((max(index, 0), _candidate(line.removeprefix(CANDIDATE))))
    candidates = []
    for number, candidate in found:
        mid = mids.get(number, bundle[0] if bundle else "0")
        # aiortc takes a candidate only for the m-line that owns the transport.
        candidates.append(replace(candidate, sdpMid=bundle[0] if mid in bundle else mid))
    return tuple(candidates)


def _candidate(text: str) -> RTCIceCandidate:
    try:
        return candidate_from_sdp(text)
    except (AssertionError, IndexError, ValueError) as error:
        raise InvalidOffer("A candidate is damaged. Send the browser's candidates as they are.") from error
