"""`ambianic edge`: run the edge."""

import argparse
import asyncio
import ipaddress
import logging
from pathlib import Path

from . import CommandError, add_data_option

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("edge", help="run the edge")
    add_data_option(parser)
    parser.add_argument("--host", default="0.0.0.0", help="the IP address to listen on (default: all)")  # noqa: S104  calls need a token
    parser.add_argument("--port", type=int, help="the API's port, 0 for any free one (default: 8778)")
    parser.add_argument(
        "--recordings",
        type=Path,
        metavar="DIR",
        help="where to keep video (default: the folder recordings of the data directory)",
    )
    parser.add_argument(
        "--registrar",
        action="append",
        default=[],
        metavar="URL",
        help="a registrar by which phones find the edge, for this run; may be repeated",
    )
    parser.add_argument(
        "--registrar-port", type=int, metavar="PORT", help="the port of the edge's own registrar, 0 for none (default: 9779)"
    )
    parser.add_argument("--app", metavar="URL", help="where phones open the app (default: what a registrar says)")
    parser.add_argument(
        "--push-service",
        action="append",
        default=[],
        metavar="URL",
        help="a service for alerts to phones, beside those of the browsers; may be repeated",
    )
    parser.add_argument(
        "--ingress-port",
        type=int,
        metavar="PORT",
        help="the port of the page for Home Assistant, 0 for none (default: what the Supervisor says, if there is one)",
    )
    parser.add_argument(
        "--ingress-from",
        default="172.30.32.2",
        metavar="ADDRESS",
        help="who alone may ask for that page: its word on who is logged in is believed (default: %(default)s, the Supervisor)",
    )
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"))
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> None:
    from ambianic.config import web_address
    from ambianic.edge import EdgeOptions, StartError, run
    from ambianic.options import OptionsError, load_options
    from ambianic.remote.push.services import push_origin

    try:
        options = load_options(args.data)
    except OptionsError as err:
        raise CommandError(str(err)) from err
    logging.basicConfig(level=(args.log_level or options.log_level).upper(), format=FORMAT)
    # It tells the addresses of everybody who watches.
    logging.getLogger("aioice").setLevel(logging.WARNING)
    try:
        registrars = tuple(web_address(url) for url in args.registrar)
        app = options.app if args.app is None else web_address(args.app)
        push_services = tuple(push_origin(url) for url in args.push_service)
    except ValueError as err:
        raise CommandError(f"A web address is not valid. {err}") from err
    try:
        asyncio.run(
            run(
                EdgeOptions(
                    directory=args.data,
                    host=_address(args.host),
                    port=_port(args.port, options.port),
                    recordings=args.recordings or options.recordings,
                    registrars=(*options.registrars, *registrars),
                    registrar_port=_port(args.registrar_port, options.registrar_port),
                    app=app,
                    push_services=(*options.push_services, *push_services),
                    ingress_port=None if args.ingress_port is None else _port(args.ingress_port, 0),
                    ingress_from=_address(args.ingress_from),
                )
            )
        )
    except StartError as err:
        raise CommandError(str(err)) from err


def _port(given: int | None, default: int) -> int:
    port = default if given is None else given
    if not 0 <= port <= 65535:
        raise CommandError(f"{port} is not a port: use 0 to 65535.")
    return port


def _address(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError as err:
        raise CommandError(f"{text} is not an IP address: use for example 127.0.0.1.") from err
    return text
