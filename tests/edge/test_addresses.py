"""Addresses of cameras."""

import pytest

from ambianic import addresses


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("rtsp://192.168.1.20/stream1", ("rtsp://192.168.1.20/stream1", None, None)),
        ("  rtsp://viewer:p%40ss@cam.local:8554/a?b=c#d ", ("rtsp://cam.local:8554/a?b=c", "viewer", "p@ss")),
        ("http://viewer@cam/video.mjpg", ("http://cam/video.mjpg", "viewer", None)),
        ("rtsps://[fe80::1]:322/x", ("rtsps://[fe80::1]:322/x", None, None)),
        ("/dev/video0", ("/dev/video0", None, None)),
        ("/media/my garden.mp4", ("file:///media/my%20garden.mp4", None, None)),
        ("file:///media/garden.mp4", ("file:///media/garden.mp4", None, None)),
    ],
)
def test_secrets_are_parted_from_the_address(address: str, expected: tuple[str, str | None, str | None]) -> None:
    """What is left shows no user and no password."""
    assert addresses.parse(address) == expected


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("rtps://192.168.1.20/stream1", "rtsp://192.168.1.20/stream1"),
        ("192.168.1.20", "rtsp://192.168.1.20/stream1"),
        ("rtsp://", "no host"),
        ("rtsp:///stream1", "no host"),
        ("rtsp://cam:99999/x", "not valid"),
        ("rtsp://[fe80/x", "not valid"),
        ("http://two words/x", "no host"),
        ("file://server/x.mp4", "path of a file"),
        ("", "Use an address"),
    ],
)
def test_a_typo_is_explained(address: str, advice: str) -> None:
    """The error says what an address looks like."""
    with pytest.raises(ValueError, match=advice):
        addresses.parse(address)


def test_credentials_go_back_into_the_address() -> None:
    """Special characters are escaped, local addresses stay as they are."""
    assert addresses.with_credentials("rtsp://cam:554/x", "a:b", "c@d/e") == "rtsp://a%3Ab:c%40d%2Fe@cam:554/x"
    assert addresses.with_credentials("rtsp://cam/x", None, None) == "rtsp://cam/x"
    assert addresses.with_credentials("file:///x.mp4", "a", "b") == "file:///x.mp4"


def test_secrets_in_the_query_are_not_shown() -> None:
    """Only what is secret is hidden."""
    shown = addresses.redact("http://cam/snap?cmd=Snap&user=admin&password=hunter2&TOKEN=x")
    assert shown == "http://cam/snap?cmd=Snap&user=admin&password=REDACTED&TOKEN=REDACTED"
    assert addresses.redact("http://cam/snap?a=%2F&b=") == "http://cam/snap?a=%2F&b="


@pytest.mark.parametrize(
    ("sentence", "address", "told"),
    [
        ("192.168.1.20:554 refuses it.", "rtsp://192.168.1.20/1", "The camera refuses it."),
        ("cam.local did not answer within 5 s.", "http://cam.local:8080/x", "The camera did not answer within 5 s."),
        ("There is no host with the name cam.local: check.", "rtsp://cam.local/1", "There is no host with this name: check."),
        ("fe80::1:554 closed the connection.", "rtsp://[fe80::1]:554/1", "The camera closed the connection."),
        ("There is no file /media/secret/garden.mp4.", "file:///media/secret/garden.mp4", "There is no file …."),
        ("The file garden.mp4 is empty.", "file:///media/secret/garden.mp4", "The file … is empty."),
        ("There is no camera at /dev/video0: check.", "/dev/video0", "There is no camera at …: check."),
        ("The camera ended the stream.", "rtsp://cam.local/1", "The camera ended the stream."),
    ],
)
def test_what_is_wrong_is_told_without_the_place(sentence: str, address: str, told: str) -> None:
    """So that it can be told to those who may not know it."""
    assert addresses.hide(sentence, [address]) == told
