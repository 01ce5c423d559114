"""What a phone may offer: one data channel and nothing else, checked before aiortc sees it."""

from dataclasses import dataclass, replace

from aiortc import RTCIceCandidate
from aiortc.sdp import SessionDescription, candidate_from_sdp

from ambianic.pnp1.trickle import Candidate
from ambianic.pnp1.wire import malformed

_CANDIDATES = ("a=candidate:", "a=end-of-candidates")


@dataclass(frozen=True, slots=True)
class ChannelOffer:
    """An offer of a data channel. `sdp` has no candidates: they are added one by one, so that none delays the answer."""

    sdp: str
    mid: str
    candidates: tuple[RTCIceCandidate, ...]

    def candidate(self, trickled: Candidate) -> RTCIceCandidate:
        """Read a candidate that came later. Raises Rejected."""
        return _candidate(trickled.candidate.removeprefix("candidate:"), self.mid)


def parse_offer(text: str) -> ChannelOffer:
    """Read a phone's SDP. Raises Rejected."""
    lines = [line for line in text.splitlines() if line]
    sdp = "".join(f"{line}\r\n" for line in lines if not line.startswith(_CANDIDATES))
    try:
        description = SessionDescription.parse(sdp)
    except Exception as error:  # the parser lets out whatever its indexing and asserts meet
        raise malformed("not a session description") from error
    if len(description.media) != 1:
        raise malformed("not one medium")
    media = description.media[0]
    if media.kind != "application" or media.dtls is None or not media.dtls.fingerprints:
        raise malformed("not an offer of a data channel")
    if not (media.ice and media.ice.usernameFragment and media.ice.password):
        raise malformed("no ICE user name and password")
    mid = media.rtp.muxId or "0"
    found = [line.removeprefix("a=candidate:") for line in lines if line.startswith("a=candidate:")]
    return ChannelOffer(sdp, mid, tuple(_candidate(line, mid) for line in found))


def _candidate(text: str, mid: str) -> RTCIceCandidate:
    try:
        return replace(candidate_from_sdp(text), sdpMid=mid)
    except (AssertionError, IndexError, ValueError) as error:
        raise malformed("not a candidate") from error
