"""A look drawn into its picture: where something moved, where the model looked, what is followed and why it is an event or none."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from ambianic.config import DetectionConfig, Zone
from ambianic.events import Box

from . import boxes
from .look import Found, Look, Tracked, Verdict

EVENT, CANDIDATE, RESTING = "#39e75f", "#ffd400", "#8ab4ff"
MOTION, REGION, ZONE, MASK = "#00d5ff", "#ffffff", "#ff8a3d", "#000000"
FAINT = 90
"""The opacity of what covers an area, of 255."""
REFUSED = "#ff5c5c"
MIN_SCORE = 0.35
"""Weaker finds are not drawn: there are many."""
WORTH_SAYING = frozenset(Verdict) - {Verdict.EVENT, Verdict.TOO_SHORT, Verdict.PARKED, Verdict.PART, Verdict.LABEL_OFF}
"""What is told of single finds; the rest is told by what is followed, or would hide the picture."""


class Overlay:
    """Draws looks for one video, in the colours and sizes that suit its pictures."""

    def __init__(self, width: int, height: int, detection: DetectionConfig) -> None:
        """Prepare for pictures of that size, of a camera with these zones and masks."""
        self._size = width, height
        self._line = max(1, min(self._size) // 300)
        self._text = max(11, min(self._size) // 48)
        self._font = ImageFont.load_default(self._text)
        self._ground = self._areas(detection)
        self._names = {zone.id: zone.name for zone in detection.zones}

    def draw(self, image: Image.Image, look: Look | None, caption: str) -> Image.Image:
        """The picture (RGB) with zones, masks and a look; `caption` goes before what the gate says."""
        shown = Image.alpha_composite(image.convert("RGBA"), self._ground).convert("RGB") if self._ground else image
        draw = ImageDraw.Draw(shown)
        if look is not None:
            for box in look.regions:
                draw.rectangle(self._corners(box), outline=REGION, width=1)
            for box in look.motion:
                draw.rectangle(self._corners(box), outline=MOTION, width=self._line)
            for found in look.found:
                if found.verdict in WORTH_SAYING and found.score >= MIN_SCORE:
                    self._found(draw, found)
            for track in look.tracks:
                self._track(draw, track)
        self._label(draw, 0, 0, f"{caption}   {_gate(look)}", "#ffffff", "#202020")
        return shown

    def _track(self, draw: ImageDraw.ImageDraw, track: Tracked) -> None:
        colour = RESTING if track.state == "resting" else EVENT if track.event_id else CANDIDATE
        corners = self._corners(track.box)
        draw.rectangle(corners, outline=colour, width=2 * self._line)
        words = [f"{track.label} {track.number} {track.score:.2f}"]
        words += [] if track.verdict is Verdict.EVENT else [track.verdict.replace("_", " ")]
        words += [self._names.get(zone, zone) for zone in track.zones]
        self._label(draw, corners[0], corners[1] - self._text - 4, ", ".join(words), "#000000", colour)

    def _found(self, draw: ImageDraw.ImageDraw, found: Found) -> None:
        corners = self._corners(found.box)
        draw.rectangle(corners, outline=REFUSED, width=1)
        text = f"{found.label} {found.score:.2f} {found.verdict.replace('_', ' ')}"
        self._label(draw, corners[0], corners[3], text, "#000000", REFUSED)

    def _label(self, draw: ImageDraw.ImageDraw, left: float, top: float, text: str, colour: str, ground: str) -> None:
        width, height = draw.textlength(text, font=self._font) + 4, self._text + 4
        left = min(max(0.0, left), max(0.0, self._size[0] - width))
        top = min(max(0.0, top), self._size[1] - height)
        draw.rectangle((left, top, left + width, top + height), fill=ground)
        draw.text((left + 2, top + 1), text, fill=colour, font=self._font)

    def _areas(self, detection: DetectionConfig) -> Image.Image | None:
        """Zones and masks, which are the same in each picture; None where there are none."""
        if not (detection.zones or detection.motion_masks or detection.object_masks):
            return None
        ground = Image.new("RGBA", self._size, (0, 0, 0, 0))
        draw = ImageDraw.Draw(ground)
        for points in [*detection.motion_masks, *(mask.points for mask in detection.object_masks)]:
            draw.polygon(self._points(points), fill=(0, 0, 0, FAINT), outline=MASK)
        for zone in detection.zones:
            self._zone(draw, zone)
        return ground

    def _zone(self, draw: ImageDraw.ImageDraw, zone: Zone) -> None:
        points = self._points(zone.points)
        if zone.kind == "area":
            draw.polygon(points, fill=(255, 138, 61, FAINT // 3), outline=ZONE, width=self._line)
        else:
            draw.line(points, fill=ZONE, width=2 * self._line)
        draw.text(points[0], zone.name, fill=ZONE, font=self._font, stroke_width=1, stroke_fill="#000000")

    def _points(self, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x * self._size[0], y * self._size[1]) for x, y in points]

    def _corners(self, box: Box) -> tuple[float, float, float, float]:
        """The part of the box in the picture, in pixels; one of nothing is a pixel wide."""
        width, height = self._size
        inside = boxes.clip(box)
        left, top = inside[0] * width, inside[1] * height
        return left, top, max(left, inside[2] * width - 1), max(top, inside[3] * height - 1)


def _gate(look: Look | None) -> str:
    if look is None:
        return "not decoded yet"
    state = "looking" if look.awake else "asleep"
    return state if look.gate is None else f"{state}   picture {look.gate.size} B, wakes from {look.gate.threshold} B"
