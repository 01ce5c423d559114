"""The command `ambianic`."""

import argparse
from collections.abc import Sequence
import importlib
import sys

from . import __version__
from .commands import CommandError

COMMANDS = ("edge", "cameras", "events", "models", "tokens", "health")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="ambianic", description="Private, local camera intelligence.")
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        importlib.import_module(f".commands.{command}", __package__).register(subparsers)
    args = parser.parse_args(argv)
    try:
        return args.run(args) or 0
    except CommandError as err:
        print(f"ambianic: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
