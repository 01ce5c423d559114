"""`ambianic pnp`: run a registrar, where phones and edges meet."""

import argparse
import asyncio
from collections.abc import Callable
from dataclasses import fields, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
import logging
from pathlib import Path
import resource
import signal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import CommandError

if TYPE_CHECKING:
    from ambianic.pnp.options import Limits, RegistrarOptions

_UI = Path(__file__).resolve().parents[1] / "web"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "pnp",
        help="run a registrar, where phones and edges meet",
        description="Runs a PnP registrar. It relays sealed messages between phones and edges, and stores nothing.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    add("--port", type=_port, default=9779, help="the port to listen on, 0 for any (default: %(default)s)")
    add("--metrics-host", default="127.0.0.1", metavar="HOST", help="where to answer /healthz, /readyz and /metrics")
    add("--metrics-port", type=_port, metavar="PORT", help="the port for these (default: none)")
    add("--ui", action="store_true", help="serve the app to phones as well")
    add("--app", type=_web_url, metavar="URL", help="where phones find the app, if that is another server")
    add(
        "--public-url",
        type=_web_url,
        action="append",
        default=[],
        metavar="URL",
        help="an address that clients use (repeatable)",
    )
    add("--v4-url", type=_web_url, metavar="URL", help="the address of this registrar that only exists in IPv4")
    add("--v6-url", type=_web_url, metavar="URL", help="the address of this registrar that only exists in IPv6")
    add(
        "--connect-src",
        type=_web_url,
        action="append",
        default=[],
        metavar="URL",
        help="another registrar for the app (repeatable)",
    )
    add(
        "--trusted-proxy",
        type=_network,
        action="append",
        default=[],
        metavar="CIDR",
        help="a reverse proxy whose X-Forwarded-For is believed (repeatable)",
    )
    add("--stun", action="append", default=[], metavar="URL", help="a STUN server to tell clients about (repeatable)")
    add("--turn", action="append", default=[], metavar="URL", help="a TURN server to hand out credentials for (repeatable)")
    add("--turn-secret-file", type=Path, metavar="FILE", help="a file with the static-auth-secret of the TURN server")
    add("--backplane", metavar="URL", help="redis://… of the Valkey or Redis that several nodes share")
    add("--lan", action="store_true", help="a registrar at home: all private addresses are one network")
    add(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="change a limit (repeatable); docs/registrar.md lists them",
    )
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    _raise_file_limit()
    options = _options(args)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(options))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # it comes with the extra "registrar"
        return asyncio.new_event_loop
    return uvloop.new_event_loop


async def _serve(options: "RegistrarOptions") -> None:
    from ambianic.pnp.server import running
    from ambianic.pnp.site import NotBuilt

    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        async with running(options) as port:
            print(f"The registrar listens on http://{options.host}:{port}/", flush=True)
            await stopped.wait()
            print("Sending everybody away.", flush=True)
    except NotBuilt as err:
        raise CommandError(str(err)) from None
    except ImportError as err:
        raise CommandError(f"--backplane needs the package {err.name}: install ambianic[registrar].") from None
    except ValueError as err:
        raise CommandError(f"--backplane is not usable: {err}") from None
    except OSError as err:
        raise CommandError(f"Cannot listen on {options.host} port {options.port}: {err.strerror or err}") from None


def _options(args: argparse.Namespace) -> "RegistrarOptions":
    from ambianic.pnp.options import RegistrarOptions

    if bool(args.turn) != bool(args.turn_secret_file):
        raise CommandError("--turn and --turn-secret-file go together.")
    if args.backplane is not None and urlsplit(args.backplane).scheme not in {"redis", "rediss", "unix"}:
        raise CommandError("--backplane takes an address like redis://127.0.0.1:6379/0.")
    return RegistrarOptions(
        host=args.host,
        port=args.port,
        metrics_host=args.metrics_host,
        metrics_port=args.metrics_port,
        ui=_UI if args.ui else None,
        app=args.app,
        public_urls=tuple(args.public_url),
        trusted_proxies=tuple(args.trusted_proxy),
        stun=tuple(args.stun),
        turn=tuple(args.turn),
        turn_secret=_secret(args.turn_secret_file) if args.turn_secret_file else None,
        backplane=args.backplane,
        v4_url=args.v4_url,
        v6_url=args.v6_url,
        connect_src=tuple(args.connect_src),
        lan=args.lan,
        limits=_limits(args.limit),
    )


def _limits(words: list[str]) -> "Limits":
    from ambianic.pnp.options import Limits

    known = [field.name for field in fields(Limits)]
    changes: dict[str, int] = {}
    for word in words:
        name, _, number = word.partition("=")
        if name not in known:
            raise CommandError(f"There is no limit {name!r}. There are: {', '.join(known)}.")
        if not number.isdecimal() or int(number) < 1:
            raise CommandError(f"--limit {name} takes a number from 1.")
        changes[name] = int(number)
    return replace(Limits(), **changes)


def _secret(file: Path) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as err:
        raise CommandError(f"Cannot read {file}: {err}") from None
    if not secret:
        raise CommandError(f"{file} is empty: it should hold the static-auth-secret of the TURN server.")
    return secret


def _raise_file_limit() -> None:
    """Allow this process as many sockets as the system does."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: use a number from 0 to 65535")
    return int(text)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a network: use one like 172.16.0.0/12 or fd00::/8") from None


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"} or parts.username:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address like https://pnp.example/")
    return text
