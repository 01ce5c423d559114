"""The worker's loop over its cameras."""

import logging
from threading import Thread

import pytest

from ambianic.cameras.packets import Packet
from ambianic.config import DetectionConfig
from ambianic.vision.camera import Camera
from ambianic.vision.detector import Detector
from ambianic.vision.inbox import Inbox, Input
from ambianic.vision.loaded import Loaded
from ambianic.vision.wire import Happened, Message, Picture, Ready, Stats, Stream, Watch
from ambianic.vision.worker import Worker

from .footage import Clip


def test_pictures_that_nobody_understands_do_not_disturb_the_other_cameras(
    detector: Detector, walk: Clip, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault in the work on one camera is logged once, and the other camera's events come."""
    step = Camera.step

    def break_one(camera: Camera, messages: list[Input]) -> list[Message]:
        if messages and messages[0].camera_id == "bad":
            raise ValueError("strange pixels")
        return step(camera, messages)

    monkeypatch.setattr(Camera, "step", break_one)
    inbox = Inbox()
    sent: list[Message] = []

    def send(message: Message) -> None:
        sent.append(message)
        if isinstance(message, Happened):
            inbox.close()

    thread = Thread(target=Worker(Loaded.of(detector), inbox, send).run)
    with caplog.at_level(logging.ERROR):
        thread.start()
        for camera_id in ("bad", "good"):
            inbox.put(Watch(camera_id, DetectionConfig(fps=5, labels={"person": 0.5})))
            inbox.put(Stream(camera_id, walk.info))
        for packet in walk.packets[:100]:
            for camera_id in ("bad", "good"):
                inbox.put(Picture(camera_id, Packet(packet.data, packet.pts, packet.time, packet.keyframe)))
            inbox.wait(0.0)
            thread.join(0.03)
            if inbox.closed:
                break
        thread.join(30)
    assert not thread.is_alive()
    assert isinstance(sent[0], Ready)
    assert any(isinstance(message, Stats) and set(message.cameras) <= {"bad", "good"} for message in sent)
    assert [message.event.camera_id for message in sent if isinstance(message, Happened)] == ["good"]
    assert [record.getMessage() for record in caplog.records] == ["Pictures of camera bad can't be looked at"]
