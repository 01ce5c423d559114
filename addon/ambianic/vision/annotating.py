"""Pictures with what was found drawn in."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from .detector import Detection

COLOURS = ("#ffd400", "#00d5ff", "#ff5cc6", "#7dff5c", "#ff8a3d")


def annotate(image: Image.Image, found: Sequence[Detection]) -> None:
    """Draw boxes with labels and scores into a picture."""
    draw = ImageDraw.Draw(image)
    line = max(2, min(image.size) // 250)
    size = max(11, min(image.size) // 35)
    font = ImageFont.load_default(size)
    labels = sorted({detection.label for detection in found})
    for detection in found:
        colour = COLOURS[labels.index(detection.label) % len(COLOURS)]
        left, top, right, bottom = detection.box
        corners = (left * image.width, top * image.height, right * image.width, bottom * image.height)
        draw.rectangle(corners, outline=colour, width=line)
        text = f"{detection.label} {detection.score:.2f}"
        frame = draw.textbbox((corners[0] + line, max(0, corners[1] - size - 2 * line)), text, font=font)
        draw.rectangle((frame[0] - line, frame[1] - line, frame[2] + line, frame[3] + line), fill=colour)
        draw.text(frame[:2], text, fill="black", font=font, anchor="lt")
