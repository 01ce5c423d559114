"""Offers and candidates from outside: anything may come, only InvalidOffer may come of it."""

import contextlib

from hypothesis import given, settings, strategies as st
import pytest

from ambianic.webrtc.errors import InvalidOffer
from ambianic.webrtc.offers import parse_fragment, parse_offer

OFFER = """v=0
o=- 3735728559 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=ice-ufrag:Abcd
a=ice-pwd:0123456789012345678901
a=fingerprint:sha-256 AA:BB
a=setup:actpass
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=recvonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=candidate:1 1 udp 2113937151 1dc65d24-d8b0-4e1d-a0d5-30451158d943.local 38720 typ host
m=video 9 UDP/TLS/RTP/SAVPF 102
c=IN IP4 0.0.0.0
a=mid:1
a=recvonly
a=rtcp-mux
a=rtpmap:102 H264/90000
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=candidate:2 1 udp 1677729535 192.0.2.7 40000 typ srflx raddr 0.0.0.0 rport 0
a=end-of-candidates
""".replace("\n", "\r\n")


def test_candidates_are_taken_out_and_belong_to_the_bundles_first_line() -> None:
    """It owns the transport of all."""
    offer = parse_offer(OFFER)
    assert "a=candidate" not in offer.sdp
    assert "end-of-candidates" not in offer.sdp
    assert [(candidate.ip, candidate.sdpMid) for candidate in offer.candidates] == [
        ("1dc65d24-d8b0-4e1d-a0d5-30451158d943.local", "0"),
        ("192.0.2.7", "0"),
    ]


def test_candidates_of_an_offer_without_bundle_belong_to_their_own_line() -> None:
    """Each line has a transport then."""
    offer = parse_offer(OFFER.replace("a=group:BUNDLE 0 1\r\n", ""))
    assert [candidate.sdpMid for candidate in offer.candidates] == ["0", "1"]


@pytest.mark.parametrize("fragment", ["a=mid:1\r\n", "m=audio 9 RTP/AVP 0\r\na=mid:0\r\n", "a=ice-ufrag:Abcd\na=mid:1\n", ""])
def test_fragments_may_name_any_line_of_the_bundle(fragment: str) -> None:
    """Or none."""
    found = parse_fragment(f"{fragment}a=candidate:1 1 UDP 1 192.0.2.9 9 typ host generation 0\r\n", parse_offer(OFFER))
    assert [(candidate.ip, candidate.port, candidate.sdpMid) for candidate in found] == [("192.0.2.9", 9, "0")]


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(
        st.one_of(
            st.sampled_from(OFFER.splitlines()), st.text(max_size=20), st.sampled_from(["a=", "m=", "a=mid", "a=rtpmap:1"])
        ),
        max_size=30,
    ),
    start=st.integers(0, len(OFFER)),
)
def test_nothing_but_invalid_offer_comes_of_what_was_cut_or_mixed(lines: list[str], start: int) -> None:
    """Neither of offers nor of fragments."""
    offer = parse_offer(OFFER)
    for text in (OFFER[:start], OFFER[:start] + "\r\n".join(lines), "v=0\r\n" + "\r\n".join(lines)):
        with contextlib.suppress(InvalidOffer):
            parse_offer(text)
        with contextlib.suppress(InvalidOffer):
            parse_fragment(text, offer)
