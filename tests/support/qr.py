"""Reads QR codes off pictures of the screen, as a phone's camera app would."""

import io
import subprocess

from PIL import Image

from .paths import ROOT

# The reader that the app has, too; it takes the pixels as RGBA from its input.
_READ = """
import { readFileSync } from "node:fs";
import decodeQR from "./decode.js";
const [width, height] = process.argv.slice(-2).map(Number);
process.stdout.write(decodeQR({ width, height, data: readFileSync(0) }));
"""


def read_qr(picture: bytes) -> str:
    """The text of the QR code on a PNG or JPEG. Raises ValueError where there is none to read."""
    image = Image.open(io.BytesIO(picture)).convert("RGBA")
    done = subprocess.run(
        ["node", "--input-type=module", "-e", _READ, "--", str(image.width), str(image.height)],
        cwd=ROOT / "addon" / "ui" / "node_modules" / "qr",
        input=image.tobytes(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"No QR code can be read: {done.stderr.decode()}")
    return done.stdout.decode()
