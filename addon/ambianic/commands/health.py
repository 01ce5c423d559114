"""`ambianic health`: whether the edge on this machine answers. Containers ask this every half minute."""

import argparse
import http.client
import json

from . import CommandError, add_data_option

TIMEOUT = 5.0
MAX_BYTES = 4096


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "health", help="check that the edge answers", description="Exits with 0 where the edge answers and with 1 where not."
    )
    add_data_option(parser)
    parser.add_argument("--host", default="127.0.0.1", help="the address that the edge listens on (default: %(default)s)")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> None:
    try:
        port = int(json.loads((args.data / "running.json").read_bytes())["port"])
    except (OSError, ValueError, KeyError, TypeError):
        raise CommandError(f"No edge runs with the data directory {args.data}.") from None
    # A bare HTTP client: this runs all day long, and a larger one costs more to import than to use.
    connection = http.client.HTTPConnection(args.host, port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/api/v1/health")
        response = connection.getresponse()
        response.read(MAX_BYTES)
    except (OSError, http.client.HTTPException) as err:
        raise CommandError(f"The edge does not answer on {args.host}:{port}: {err or type(err).__name__}.") from err
    finally:
        connection.close()
    if response.status != 200:
        raise CommandError(f"The edge on {args.host}:{port} answers with status {response.status}.")
    print("The edge is well.")
