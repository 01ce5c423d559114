"""The app runs on Python 3.13, which evaluates annotations when it imports a module; the tests' Python 3.14 does not."""

from collections.abc import Iterator
import importlib
import inspect
import pkgutil
from typing import Any

import pytest

import ambianic

MODULES = [ambianic.__name__, *(module.name for module in pkgutil.walk_packages(ambianic.__path__, "ambianic."))]


def defined_in(module: str, namespace: dict[str, Any]) -> Iterator[Any]:
    """Functions and classes of a module, those inside of its classes too."""
    for member in namespace.values():
        wrapped = getattr(member, "fget", None) or getattr(member, "__func__", member)
        function = inspect.unwrap(wrapped)
        if getattr(function, "__module__", None) != module:
            continue
        if inspect.isfunction(function):
            yield function
        elif inspect.isclass(function):
            yield function
            yield from defined_in(module, dict(vars(function)))


@pytest.mark.parametrize("name", MODULES)
def test_annotations_can_be_evaluated(name: str) -> None:
    """Quote what can't be subscripted at run time, such as the classes of PyAV, and what is imported for type checks alone."""
    module = importlib.import_module(name)
    inspect.get_annotations(module)
    for defined in defined_in(name, vars(module)):
        inspect.get_annotations(defined)
