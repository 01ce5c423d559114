"""`ambianic edge`: run the edge."""

import argparse
import asyncio
import ipaddress
import logging

from . import CommandError, add_data_option

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("edge", help="run the edge")
    add_data_option(parser)
    parser.add_argument("--host", default="0.0.0.0", help="the IP address to listen on (default: all)")  # noqa: S104  calls need a token
    parser.add_argument("--port", type=int, help="the API's port, 0 for any free one (default: 8778)")
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"))
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> None:
    from ambianic.edge import EdgeOptions, StartError, run
    from ambianic.models.store import find
    from ambianic.options import OptionsError, load_options

    try:
        options = load_options(args.data)
    except OptionsError as err:
        raise CommandError(str(err)) from err
    logging.basicConfig(level=(args.log_level or options.log_level).upper(), format=FORMAT)
    # It tells the addresses of everybody who watches.
    logging.getLogger("aioice").setLevel(logging.WARNING)
    port = options.port if args.port is None else args.port
    if not 0 <= port <= 65535:
        raise CommandError(f"{port} is not a port: use 0 to 65535.")
    try:
        ipaddress.ip_address(args.host)
    except ValueError as err:
        raise CommandError(f"{args.host} is not an IP address: use for example 127.0.0.1.") from err
    try:
        asyncio.run(run(EdgeOptions(directory=args.data, model=find(args.data), host=args.host, port=port)))
    except StartError as err:
        raise CommandError(str(err)) from err
