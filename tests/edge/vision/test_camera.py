"""From packets to events, with the real decoder, model and tracker."""

from collections.abc import Iterable, Mapping
import io
from itertools import pairwise
import random

from PIL import Image
import pytest

from ambianic.cameras.packets import Packet, StreamInfo
from ambianic.config import DetectionConfig
from ambianic.events import Event, Phase
from ambianic.vision import boxes
from ambianic.vision.camera import Camera
from ambianic.vision.detector import Detector
from ambianic.vision.wire import Explained, Happened, Message, Picture, Resumed, Stream, Watch

from .footage import EPOCH, FPS, Clip, Place, box_at, encode

ID = "0123abcd"


def play(
    camera: Camera,
    clip: Clip,
    packets: Iterable[Packet] | None = None,
    *,
    labels: Mapping[str, float] | None = None,
    fps: float = 5,
    always: bool = False,
    resume: tuple[Resumed, ...] = (),
) -> list[Happened]:
    """Put packets through a camera, a picture at a time as when they come in real time."""
    detection = DetectionConfig(fps=fps, labels=dict(labels or {"person": 0.5}), always=always)
    told = camera.configure(Watch(ID, detection, resume)) + step(camera, Stream(ID, clip.info))
    for packet in clip.packets if packets is None else packets:
        told += step(camera, Picture(ID, packet))
    return [message for message in told if isinstance(message, Happened)]


def step(camera: Camera, *messages: Stream | Picture) -> list[Message]:
    """Have the camera do all the work that messages make."""
    told = camera.step(messages)
    while camera.busy:
        told += camera.step()
    return told


@pytest.fixture
def camera(detector: Detector) -> Camera:
    """A camera that watches nothing yet."""
    return Camera(ID, detector)


def phases(happened: Iterable[Happened]) -> list[Phase]:
    """The phases alone."""
    return [item.phase for item in happened]


def test_one_visit_is_one_event(camera: Camera, visit: Clip) -> None:
    """A person who comes and goes is one event, with the times at which the person was there."""
    happened = play(camera, visit)
    assert len({item.event.id for item in happened}) == 1
    assert phases(happened)[0] is Phase.START
    assert phases(happened)[-1] is Phase.END
    assert set(phases(happened)[1:-1]) <= {Phase.UPDATE}
    start, end = happened[0].event, happened[-1].event
    assert (start.camera_id, start.label, start.end) == (ID, "person", None)
    # The person is there from the 20th picture to the 69th.
    assert EPOCH + 2 <= start.start <= EPOCH + 2.5
    assert end.end is not None
    assert EPOCH + 6.3 <= end.end <= EPOCH + 6.9
    assert end.start == start.start


def test_event_starts_from_the_first_pictures_of_a_person(camera: Camera, visit: Clip) -> None:
    """The event is told within half a second of video from the first picture of the person."""
    camera.configure(Watch(ID, DetectionConfig(fps=5, labels={"person": 0.5})))
    step(camera, Stream(ID, visit.info))
    told = [any(isinstance(message, Happened) for message in step(camera, Picture(ID, packet))) for packet in visit.packets]
    # Pictures 20 to 24 are the first 0.5 s of the person.
    assert 20 < told.index(True) <= 24


@pytest.mark.long
def test_snapshot_shows_the_whole_picture_and_the_box_fits_the_person(camera: Camera, visit: Clip) -> None:
    """Each start and update has a JPEG of the whole picture, and the box is around the person in it."""
    for item in play(camera, visit):
        if item.phase is Phase.END:
            assert not item.picture
            continue
        assert item.event.snapshot
        with Image.open(io.BytesIO(item.picture)) as image:
            assert (image.format, image.size) == ("JPEG", (768, 576))
        assert any(boxes.overlap(item.event.box, box_at(100 + 6 * step)) > 0.5 for step in range(50))
        assert 0.5 <= item.event.score <= 1


@pytest.mark.long
def test_updates_get_better(camera: Camera, visit: Clip) -> None:
    """An update is told only of a better picture than before."""
    better = [item.event for item in play(camera, visit) if item.phase is not Phase.END]
    for one, next_one in pairwise(better):
        assert next_one.score * boxes.area(next_one.box) ** 0.25 > one.score * boxes.area(one.box) ** 0.25


def test_nobody_gives_no_event_and_costs_little(camera: Camera, place: Place) -> None:
    """A noisy picture of an empty place is no event, and the model rests."""
    assert play(camera, encode(place.wait(60))) == []
    stats = camera.stats
    assert stats.received == 60
    assert stats.decoded < 30
    assert stats.gate == "asleep"
    # Noise is no motion: the model runs on the first pictures only.
    assert camera.stats.inferences <= 10


def test_first_picture_is_looked_at(camera: Camera, place: Place) -> None:
    """A person who is there from the first picture is seen in it: no time to warm up."""
    happened = play(camera, encode(place.walk(8)))
    assert phases(happened) == [Phase.START]
    assert happened[0].event.start == EPOCH


@pytest.mark.long
@pytest.mark.parametrize(("threshold", "events"), [(0.5, 1), (0.999, 0)])
def test_least_score_of_a_label(camera: Camera, visit: Clip, threshold: float, events: int) -> None:
    """The least score of a label decides."""
    happened = play(camera, visit, labels={"person": threshold})
    assert len({item.event.id for item in happened}) == events


@pytest.mark.long
def test_only_wanted_labels(camera: Camera, visit: Clip) -> None:
    """Only the labels asked for are told of, and what stood there all the time is not."""
    # A van and a car stand in the background, and a person walks by.
    assert play(camera, visit, labels={"car": 0.6, "truck": 0.6}) == []
    assert camera.stats.inferences


@pytest.mark.long
def test_short_absence_is_the_same_visit(camera: Camera, place: Place) -> None:
    """Who is hidden for less than the gap is still the same visit."""
    clip = encode([*place.walk(20, left=200), *place.wait(25), *place.walk(20, left=340)])
    happened = play(camera, clip)
    assert len({item.event.id for item in happened}) == 1
    assert Phase.END not in phases(happened)


@pytest.mark.long
def test_second_visit_is_a_second_event(camera: Camera, place: Place) -> None:
    """Who comes after the gap is a new visit."""
    clip = encode([*place.walk(20), *place.wait(60), *place.walk(20)])
    happened = play(camera, clip)
    assert [item.phase for item in happened if item.phase is not Phase.UPDATE] == [Phase.START, Phase.END, Phase.START]


@pytest.mark.long
def test_two_people_are_two_events(camera: Camera, place: Place) -> None:
    """Two people at once are two events, also where their ways cross."""
    clip = encode([place.show((100 + 6 * step, 300), (600 - 6 * step, 200)) for step in range(30)])
    happened = play(camera, clip)
    assert phases(happened).count(Phase.START) == 2


def test_label_no_longer_wanted_ends_its_events(camera: Camera, walk: Clip) -> None:
    """Settings that no longer name a label end its events."""
    play(camera, walk, walk.packets[:20])
    ended = camera.configure(Watch(ID, DetectionConfig(fps=5, labels={"car": 0.5})))
    assert [item.phase for item in ended if isinstance(item, Happened)] == [Phase.END]


@pytest.mark.parametrize("codec", ["libx265", "mjpeg"])
def test_other_codecs(camera: Camera, place: Place, codec: str) -> None:
    """H.265 and MJPEG work like H.264."""
    happened = play(camera, encode(place.walk(15), codec=codec))
    assert phases(happened)[:1] == [Phase.START]


def test_damaged_packets_are_survived(camera: Camera, visit: Clip) -> None:
    """Flipped, torn, empty and random packets cost pictures but not the detection."""
    dice = random.Random(7)
    packets = []
    for number, packet in enumerate(visit.packets):
        data = bytearray(packet.data)
        if number % 7 == 3:
            for _ in range(20):
                data[dice.randrange(len(data))] = dice.randrange(256)
        elif number % 7 == 5:
            data = data[: len(data) // 3]
        packets.append(Packet(bytes(data), packet.pts, packet.time, packet.keyframe))
    packets.insert(30, Packet(b"", packets[30].pts, packets[30].time, False))
    packets.insert(50, Packet(dice.randbytes(5000), packets[50].pts, packets[50].time, True))
    happened = play(camera, visit, packets)
    assert Phase.START in phases(happened)


def test_other_size_in_mid_stream(camera: Camera, place: Place, walk: Clip) -> None:
    """A camera whose size is changed goes on with the same stream."""
    small = encode([picture[::2, ::2] for picture in place.walk(30, left=60, speed=8)])
    resized = Clip(small.info, small.at(EPOCH + 2, offset=20))
    happened = play(camera, walk, [*walk.packets[:20], *resized.packets])
    assert phases(happened)[0] is Phase.START
    assert camera.stats.looked >= 20
    assert max(time for time, _ in camera.stats.sightings.values()) > EPOCH + 4


@pytest.mark.long
def test_unknown_codec_is_survived(camera: Camera, visit: Clip) -> None:
    """A stream that nothing here decodes gives nothing, and the next stream works."""
    info = StreamInfo(codec="no-such-codec", width=768, height=576)
    assert play(camera, Clip(info, visit.packets[:5])) == []
    assert Phase.START in phases(play(camera, visit))


def test_visit_goes_on_over_a_reconnect(camera: Camera, walk: Clip) -> None:
    """A stream that is opened anew during a visit does not break it."""
    first = play(camera, walk, walk.packets[:20])
    # The stream is back after two seconds, at a key frame.
    second = play(camera, walk, walk.at(EPOCH + 2, offset=20)[20:40])
    assert phases(first)[0] is Phase.START
    assert {item.event.id for item in second} <= {first[0].event.id}
    assert Phase.END not in phases(second)


def test_visit_from_another_process_goes_on(camera: Camera, walk: Clip) -> None:
    """A visit handed over is found again, somewhat away, and not begun anew."""
    event = Event(id="an-event", camera_id=ID, label="person", start=EPOCH - 9, score=0.6, box=box_at(40), snapshot=True)
    happened = play(camera, walk, walk.packets[:60], resume=(Resumed(event, EPOCH - 2, box_at(40)),))
    assert {item.event.id for item in happened} <= {"an-event"}
    assert Phase.START not in phases(happened)
    assert "an-event" in camera.stats.sightings
    assert camera.stats.sightings["an-event"][0] > EPOCH


def test_visit_from_another_process_ends_where_nobody_is_left(camera: Camera, place: Place) -> None:
    """A visit handed over ends when it was last seen if nobody is there any more."""
    event = Event(id="an-event", camera_id=ID, label="person", start=EPOCH - 9, score=0.6, box=box_at(40), snapshot=True)
    happened = play(camera, encode(place.wait(80)), resume=(Resumed(event, EPOCH - 2, box_at(40)),))
    assert phases(happened) == [Phase.END]
    assert happened[0].event.end == EPOCH - 2


def test_late_pictures_are_left_out_and_counted(camera: Camera, walk: Clip) -> None:
    """Of pictures that come late only the newest are looked at; the others count as dropped."""
    camera.configure(Watch(ID, DetectionConfig(fps=FPS, labels={"person": 0.5})))
    step(camera, Stream(ID, walk.info), *(Picture(ID, packet) for packet in walk.packets[:60]))
    assert camera.stats.decoded == 60
    assert 10 <= camera.stats.looked <= 25
    assert camera.stats.looked + camera.stats.dropped == 60


def test_work_is_done_in_slices(camera: Camera, walk: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a camera has to catch up with, each step is a bounded part of it, and what comes of it is the same."""
    camera.configure(Watch(ID, DetectionConfig(labels={"person": 0.5})))
    monkeypatch.setattr("ambianic.vision.camera.SLICE_PIXELS", 1)
    told = camera.step([Stream(ID, walk.info), *(Picture(ID, packet) for packet in walk.packets[:12])])
    steps = 0
    while camera.busy:
        told += camera.step()
        steps += 1
    assert steps >= 10
    assert phases(item for item in told if isinstance(item, Happened))[0] is Phase.START


def test_nothing_is_decoded_for_nothing_and_nothing_missed(camera: Camera, detector: Detector, place: Place) -> None:
    """A visit after a quiet time is noticed from the sizes alone, and told as when all pictures are decoded."""
    clip = encode([*place.wait(150), *place.walk(20, speed=14), *place.wait(20)], gop=100)
    gated = play(camera, clip)
    stats = camera.stats
    always = play(other := Camera(ID, detector), clip, always=True)
    assert phases(gated)[0] is Phase.START
    # The next key frame is long after the visit: only sizes can have told of it.
    # So early, little is known of the stream.
    assert abs(gated[0].event.start - always[0].event.start) <= 0.8
    assert gated[0].event.start < EPOCH + 16
    assert stats.gate_reason is None
    assert (other.stats.decoded, other.stats.gate) == (190, "always")
    assert other.stats.gate_reason


def test_first_moving_pictures_are_looked_at(camera: Camera, place: Place) -> None:
    """What woke the decoder is looked at from its beginning: the pictures from before are decoded after all."""
    clip = encode([*place.wait(130), *place.walk(20, speed=14)], gop=100)
    camera.configure(Watch(ID, DetectionConfig(labels={"person": 0.5})))
    camera.explain(1000)
    told = step(camera, Stream(ID, clip.info))
    for packet in clip.packets:
        told += step(camera, Picture(ID, packet))
    looks = [message.look for message in told if isinstance(message, Explained)]
    assert any(not look.awake and look.gate for look in looks)
    seen = [round(FPS * (look.time - EPOCH)) for look in looks if look.awake and look.motion]
    assert min(seen) in {130, 131}
    # They were told after it had woken, and yet they show the past.
    times = [look.time for look in looks]
    assert any(later < earlier for earlier, later in pairwise(times))


def test_slow_motion_is_found_in_key_frames(camera: Camera, place: Place) -> None:
    """Somebody who appears without a trace in the sizes is found with the next key frames."""
    empty, there = encode(place.wait(100)), encode([place.show((300, 300))] * 60)
    camera.configure(Watch(ID, DetectionConfig(labels={"person": 0.5})))
    step(camera, Stream(ID, empty.info), *(Picture(ID, packet) for packet in empty.packets))
    assert camera.stats.gate == "asleep"
    told = []
    for packet in there.at(EPOCH + 10, offset=100):
        if packet.keyframe:
            told += step(camera, Picture(ID, packet))
    assert Phase.START in [message.phase for message in told if isinstance(message, Happened)]


@pytest.mark.long
@pytest.mark.parametrize("gop", [1, 300])
def test_any_distance_of_key_frames(camera: Camera, place: Place, gop: int) -> None:
    """All-intra streams are decoded at the rate that is looked at; a single key frame in half a minute is no trouble either."""
    clip = encode([*place.wait(60), *place.walk(45)], gop=gop)
    assert phases(play(camera, clip))[:1] == [Phase.START]
    stats = camera.stats
    if gop == 1:
        assert stats.decoded < 0.75 * stats.received
        assert stats.gate == "always"
        assert stats.gate_reason


def test_pictures_that_no_other_needs_are_left_out(camera: Camera, place: Place) -> None:
    """Of a stream with B-pictures, those are decoded that are needed for the rate."""
    clip = encode(place.walk(40, left=60, speed=10), bframes=1)
    assert clip.info.reordered
    assert phases(play(camera, clip, fps=4))[:1] == [Phase.START]
    assert camera.stats.decoded <= 24


@pytest.mark.long
def test_stream_with_leading_pictures_begins_cleanly(camera: Camera, place: Place) -> None:
    """Pictures that come with a key frame and show what was before it are not taken for others (open groups of pictures)."""
    clip = encode([*place.wait(100), *place.walk(30, speed=10)], bframes=2, gop=25)
    assert phases(play(camera, clip))[:1] == [Phase.START]
    assert len({item.event.id for item in play(camera, clip)}) <= 2


@pytest.mark.long
def test_time_that_jumps_is_survived(camera: Camera, walk: Clip) -> None:
    """A clock that jumps back or far ahead, or stands, costs nothing but the visit's unity."""
    packets = list(walk.packets[:40])
    for jump in (-100, 5000):
        packets += [
            Packet(packet.data, packet.pts + jump * 90_000, packet.time + jump, packet.keyframe)
            for packet in walk.packets[40:80]
        ]
    packets += [Packet(packet.data, packets[-1].pts, packets[-1].time, packet.keyframe) for packet in walk.packets[80:100]]
    assert Phase.START in phases(play(camera, walk, packets))
    assert camera.stats.looked > 40


@pytest.mark.long
def test_new_labels_are_looked_for_at_once(camera: Camera, place: Place) -> None:
    """Who stood there when only cars were looked for is found when people are looked for too."""
    clip = encode([place.show((300, 300)) for _ in range(120)])
    camera.configure(Watch(ID, DetectionConfig(labels={"car": 0.9})))
    told = step(camera, Stream(ID, clip.info), *(Picture(ID, packet) for packet in clip.packets[:80]))
    assert camera.stats.gate == "asleep"
    told += camera.configure(Watch(ID, DetectionConfig(labels={"car": 0.9, "person": 0.5})))
    told += step(camera, *(Picture(ID, packet) for packet in clip.packets[80:]))
    assert [item.event.label for item in told if isinstance(item, Happened) and item.phase is Phase.START] == ["person"]


@pytest.mark.long
def test_long_groups_are_caught_up_with_beforehand(camera: Camera, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too much would have to be decoded at once, it is decoded while nothing moves, and not looked at."""
    monkeypatch.setattr("ambianic.vision.backlog.MAX_PIXELS", 40 * 768 * 576)
    clip = encode([*place.wait(150), *place.walk(20, speed=14)], gop=250)
    assert phases(play(camera, clip))[:1] == [Phase.START]
    assert camera.stats.decoded > 140
    assert camera.stats.looked < 75
