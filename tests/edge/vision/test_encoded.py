"""What encoded pictures tell from outside."""

from hypothesis import given, strategies as st
import pytest

from ambianic.cameras.packets import Packet
from ambianic.vision.encoded import Encoded, Kind, inspect

from .footage import Place, encode

FILLER = b"\x00\x00\x00\x01\x0c" + b"\xff" * 5000 + b"\x80"
HEVC_FILLER = b"\x00\x00\x00\x01\x4c\x01" + b"\xff" * 5000 + b"\x80"


def packet(data: bytes, *, keyframe: bool = False) -> Packet:
    """An encoded picture."""
    return Packet(data, 0, 0.0, keyframe)


@pytest.mark.parametrize(("codec", "filler"), [("libx264", FILLER), ("libx265", HEVC_FILLER)])
def test_only_the_picture_itself_counts(place: Place, codec: str, filler: bytes) -> None:
    """Filling, parameters and messages do not make a picture larger."""
    clip = encode(place.wait(6), codec=codec)
    for number, sent in enumerate(clip.packets):
        seen = inspect(clip.info.codec, sent)
        assert 0 < seen.size < len(sent.data)
        assert (seen.kind is Kind.KEY) is (number == 0)
        assert inspect(clip.info.codec, packet(sent.data + filler, keyframe=sent.keyframe)).size == pytest.approx(
            seen.size, abs=2
        )


def test_zero_words_do_not_count() -> None:
    """An encoder may fill up a slice by zero words as well."""
    data = b"\x00\x00\x01\x41\x9a" + b"\x55" * 400
    filled = inspect("h264", packet(data + b"\x00\x00\x03" * 2000))
    assert filled.size == pytest.approx(inspect("h264", packet(data)).size, abs=2)


def test_pictures_that_no_other_needs_are_known(place: Place) -> None:
    """B-pictures of H.264 that nothing refers to can be left out."""
    clip = encode(place.walk(13), bframes=2)
    kinds = [inspect("h264", sent).kind for sent in clip.packets]
    assert kinds[0] is Kind.KEY
    assert kinds.count(Kind.DISPOSABLE) == 8
    assert kinds.count(Kind.REFERENCE) == 4


@pytest.mark.parametrize(
    ("codec", "header", "expected"),
    [
        ("h264", b"\x41\x9a", Kind.REFERENCE),
        ("h264", b"\x61\xa8", Kind.BETWEEN),
        ("h264", b"\x01\x9a", Kind.DISPOSABLE),
        ("hevc", b"\x02\x01", Kind.REFERENCE),
        ("hevc", b"\x02\x02", Kind.BETWEEN),
        ("hevc", b"\x00\x01", Kind.DISPOSABLE),
    ],
)
def test_kinds(codec: str, header: bytes, expected: Kind) -> None:
    """The header of the first slice tells the kind."""
    assert inspect(codec, packet(b"\x00\x00\x00\x01" + header + b"\x55" * 20)).kind is expected


def test_layers_of_hevc() -> None:
    """Pictures of a higher temporal layer are told apart."""
    assert inspect("hevc", packet(b"\x00\x00\x01\x00\x03" + b"\x55" * 20)) == Encoded(22, Kind.DISPOSABLE, 2)


def test_mjpeg_is_key_frames() -> None:
    """Each picture of MJPEG stands for itself."""
    assert inspect("mjpeg", packet(b"\xff\xd8" + bytes(100), keyframe=True)) == Encoded(102, Kind.KEY)


@given(st.sampled_from(["h264", "hevc", "mjpeg", "vp9"]), st.binary(max_size=300), st.booleans())
def test_nonsense_is_survived(codec: str, data: bytes, keyframe: bool) -> None:
    """Whatever comes has some size and kind."""
    seen = inspect(codec, packet(data, keyframe=keyframe))
    assert 0 <= seen.size <= len(data)
    assert (seen.kind is Kind.KEY) is keyframe or codec in {"mjpeg", "vp9"}
