"""What self-hosters copy and read fits the program."""

import argparse
from dataclasses import fields
import re
import shlex

import yaml

from ambianic.commands import pnp
from ambianic.pnp.options import Limits
from tests.support.paths import ROOT

DEPLOYMENT = ROOT / "deploy" / "registrar"
DOCS = (ROOT / "docs" / "registrar.md").read_text()


def parse(words: list[str]) -> argparse.Namespace:
    """Read a command line as `ambianic` does."""
    parser = argparse.ArgumentParser()
    pnp.register(parser.add_subparsers())
    return parser.parse_args(["pnp", *words])


def test_the_compose_file_starts_the_registrar_with_options_that_exist() -> None:
    """Behind Caddy on the same machine, for one public name and those of each family; metrics stay inside."""
    example = (DEPLOYMENT / ".env.example").read_text()
    values = dict(re.findall(r"^#?([A-Z0-9_]+)=(.*)$", example, re.MULTILINE))
    command = yaml.safe_load((DEPLOYMENT / "compose.yaml").read_text())["services"]["registrar"]["command"]
    assert set(re.findall(r"\$\{([A-Z0-9_]+)", (DEPLOYMENT / "compose.yaml").read_text())) <= values.keys()
    command = re.sub(r"\$\{BACKPLANE:\+(.*)\}$", r"\1", command.strip())
    args = parse(shlex.split(re.sub(r"\$\{([A-Z0-9_]+)[^}]*\}", lambda match: values[match[1]], command)))
    assert args.public_url == ["https://pnp.example/", "https://v4.pnp.example/", "https://v6.pnp.example/"]
    assert (args.host, args.metrics_host, args.ui, args.lan) == ("127.0.0.1", "127.0.0.1", True, False)
    assert args.backplane.startswith("redis://")
    assert f"127.0.0.1:{args.port}" in (DEPLOYMENT / "Caddyfile").read_text()
    assert {str(network) for network in args.trusted_proxy} == {"127.0.0.0/8"}


def test_the_page_tells_of_all_limits() -> None:
    """With the defaults that the program has."""
    for field in fields(Limits):
        assert f"`{field.name}`" in DOCS
        assert f"{field.default:,}".replace(",", " ") in DOCS or str(field.default) in DOCS
