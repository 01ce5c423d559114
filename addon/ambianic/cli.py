"""The command `ambianic`."""

import argparse
from collections.abc import Sequence
import importlib
import sys

from . import __version__
from .commands import CommandError

COMMANDS = (
    "edge",
    "cameras",
    "events",
    "recordings",
    "storage",
    "import",
    "phones",
    "models",
    "analyze",
    "tokens",
    "health",
    "pnp",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="ambianic", description="Private, local camera intelligence.")
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    # Only the command that is meant is loaded: the health check runs twice a minute.
    meant = [command for command in COMMANDS if command in arguments[:1]]
    for command in meant or COMMANDS:
        importlib.import_module(f".commands.{command}", __package__).register(subparsers)
    args = parser.parse_args(arguments)
    try:
        return args.run(args) or 0
    except CommandError as err:
        print(f"ambianic: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
