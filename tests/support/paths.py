"""Where things are in a checkout that scripts/setup has prepared."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
FOOTAGE = Path("/usr/share/doc/opencv-doc/examples/data/vtest.avi")
"""Debian's opencv-doc: 79 s of a pedestrian area with people walking about, 768x576, 10 pictures a second."""
