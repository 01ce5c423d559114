"""From a package to a model file, in a process of its own: it takes much memory that the edge would keep.

`python -m ambianic.models.building NAME ARCHIVE` writes the file to stdout, or a sentence with the exit code REFUSED.
"""

from collections.abc import Callable, Mapping
import os
from pathlib import Path
import sys

from . import download, yamnet
from .catalog import COCO_SSD, FACES, NANODET, OIDV4_SSD, SOUNDS, SOURCES, ModelError, Source
from .store import REFUSED
from .tfjs import coco_ssd, nanodet

type Files = Mapping[str, bytes]

OIDV4_BYTES = slice(184, 9987912)
"""Where the model lies in what MediaPipe packs together."""


def build(name: str, archive: Path) -> bytes:
    """The model file of a model of the catalogue. Raises ModelError."""
    source = SOURCES[name]
    builders: Mapping[str, Callable[[Files], bytes]] = {
        COCO_SSD.name: coco_ssd.convert,
        NANODET.name: nanodet.convert,
        OIDV4_SSD.name: lambda files: _only(source, files)[OIDV4_BYTES],
        FACES.name: lambda files: _only(source, files),
        SOUNDS.name: yamnet.convert,
    }
    return builders[name](download.read(source, archive))


def main() -> int:
    """Do what the command line asks for."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with output:
        try:
            output.write(build(sys.argv[1], Path(sys.argv[2])))
        except ModelError as err:
            output.write(str(err).encode())
            return REFUSED
    return 0


def _only(source: Source, files: Files) -> bytes:
    (member,) = source.members
    return files[member]


if __name__ == "__main__":
    sys.exit(main())
