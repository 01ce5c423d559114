"""`ambianic tokens`: who may use the edge's API."""

import argparse
from pathlib import Path

from ambianic.tokens import TokenError, TokenStore

from . import CommandError, add_data_option


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("tokens", help="make, list and revoke access tokens")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a token and print it, once")
    create.add_argument("name", help="who it is for, such as 'Home Assistant'")
    create.set_defaults(run=_create)
    listing = actions.add_parser("list", help="show the tokens' ids and names")
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", help="end a token at once")
    revoke.add_argument("id")
    revoke.set_defaults(run=_revoke)
    for action in (create, listing, revoke):
        add_data_option(action)


def _create(args: argparse.Namespace) -> None:
    try:
        args.data.mkdir(parents=True, exist_ok=True)
        print(TokenStore(args.data).create(args.name).secret)
    except (OSError, TokenError) as err:
        raise _error(args.data, err) from err


def _list(args: argparse.Namespace) -> None:
    try:
        for token in TokenStore(args.data).tokens:
            print(f"{token.id}  {token.created:%Y-%m-%d}  {token.name}")
    except (OSError, TokenError) as err:
        raise _error(args.data, err) from err


def _revoke(args: argparse.Namespace) -> None:
    try:
        if not TokenStore(args.data).revoke(args.id):
            raise CommandError(f"There is no token {args.id!r}. `ambianic tokens list` shows them.")
    except (OSError, TokenError) as err:
        raise _error(args.data, err) from err


def _error(directory: Path, error: Exception) -> CommandError:
    return CommandError(f"The tokens in {directory} can't be used: {error}")
