"""The commands of `ambianic`, a module each."""

import argparse
import os
from pathlib import Path


class CommandError(Exception):
    """A failure that the person at the terminal can do something about; its text says what."""


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Give a command the option that names the data directory."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("AMBIANIC_DATA", "ambianic-data")),
        metavar="DIR",
        help="the data directory (default: $AMBIANIC_DATA, or ambianic-data here)",
    )
