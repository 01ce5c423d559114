"""The commands of `ambianic`, a module each."""

import argparse
from datetime import datetime
import os
from pathlib import Path


class CommandError(Exception):
    """A failure that the person at the terminal can do something about; its text says what."""


def add_data_option(parser: argparse.ArgumentParser, *, again: bool = False) -> None:
    """Give a command the option that names the data directory; `again` where the command above has it already."""
    parser.add_argument(
        "--data",
        type=Path,
        default=argparse.SUPPRESS if again else Path(os.environ.get("AMBIANIC_DATA", "ambianic-data")),
        metavar="DIR",
        help="the data directory (default: $AMBIANIC_DATA, or ambianic-data here)",
    )


def local_time(text: str) -> datetime:
    """A time as people write it, here where nothing else is said, with its zone. For argparse."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time: write for example 2026-11-22T16:04") from None


def mp4_file(text: str) -> Path:
    """A file to write a clip to. For argparse."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is a directory: name a file in it, such as clip.mp4")
    return path


def in_words(size: float) -> str:
    """Bytes as people read them, such as 3.2 GB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
