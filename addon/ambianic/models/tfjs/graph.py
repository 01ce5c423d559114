"""Reading of a TensorFlow.js graph model."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Constant = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Node:
    """An operation of the graph: its name, its kind, and the names of the nodes whose outputs it takes."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def integer(self, name: str) -> int:
        """An attribute that is a number, 0 where it is not given."""
        return int(self.attributes.get(name, {}).get("i", 0))

    def integers(self, name: str) -> list[int]:
        """An attribute that is a list of numbers."""
        return [int(item) for item in self.attributes[name]["list"]["i"]]

    def real(self, name: str) -> float:
        """An attribute that is a floating-point number."""
        return float(self.attributes[name]["f"])

    def flag(self, name: str) -> bool:
        """An attribute that is true or, also where it is not given, false."""
        return bool(self.attributes.get(name, {}).get("b", False))

    def string(self, name: str) -> str:
        """An attribute that is a text: base64, or a list of its bytes."""
        value = self.attributes[name]["s"]
        return (bytes(value) if isinstance(value, list) else base64.b64decode(value)).decode()


class Graph:
    """The nodes by name, the constants' values, and which nodes take a node's output."""

    def __init__(self, model_file: str, files: Mapping[str, bytes]) -> None:
        """Read the graph from a model's JSON file and the files of weights beside it that it names."""
        model = json.loads(files[model_file])
        folder, slash, _ = model_file.rpartition("/")
        self.constants = _weights(model["weightsManifest"], files, folder + slash)
        self.nodes: dict[str, Node] = {}
        self.consumers: dict[str, list[Node]] = {}
        for fields in model["modelTopology"]["node"]:
            inputs = tuple(name.split(":")[0] for name in fields.get("input", ()) if not name.startswith("^"))
            node = Node(fields["name"], fields["op"], inputs, fields.get("attr", {}))
            self.nodes[node.name] = node
            for name in inputs:
                self.consumers.setdefault(name, []).append(node)

    def only_consumer(self, name: str) -> Node | None:
        """The node that alone takes this node's output."""
        consumers = self.consumers.get(name, [])
        return consumers[0] if len(consumers) == 1 else None


def _weights(manifest: list[dict[str, Any]], files: Mapping[str, bytes], folder: str) -> dict[str, Constant]:
    weights: dict[str, Constant] = {}
    for group in manifest:
        data = b"".join(files[folder + path] for path in group["paths"])
        offset = 0
        for weight in group["weights"]:
            dtype = np.dtype(weight["dtype"]).newbyteorder("<")
            halves = weight.get("quantization", {}).get("dtype") == "float16"
            stored = np.dtype("<f2") if halves else dtype
            count = int(np.prod(weight["shape"], dtype=np.int64))
            values = np.frombuffer(data, stored, count, offset).reshape(weight["shape"])
            weights[weight["name"]] = values.astype(dtype) if halves else values
            offset += count * stored.itemsize
    return weights
