"""Trials of model files in a child process, which a bad one may kill."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

from .catalog import ModelError

TIMEOUT = 120.0
MODULE = "ambianic.vision.selftest"
MAX_ANSWER_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """How a trial went: the time of one run, what was found, and a JPEG that shows it; or the sentence why it is no good."""

    ok: bool
    ms: float | None = None
    found: tuple[Mapping[str, Any], ...] = ()
    """Each with `label`, `score` and `box`."""
    reason: str | None = None
    picture: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        """The trial as the API shows it (docs/api.md)."""
        shown = None if self.picture is None else f"data:image/jpeg;base64,{base64.b64encode(self.picture).decode()}"
        return {
            "ok": self.ok,
            "ms": self.ms,
            "found": [dict(item) for item in self.found],
            "reason": self.reason,
            "picture": shown,
        }


def run(path: Path, *, threads: int = 1, accelerator: str = "cpu", picture: bytes | None = None, runs: int = 5) -> SelfTest:
    """Load a model and let it look at a picture (an encoded one, else a drawn scene) some times."""
    try:
        answer = ask(path, {"threads": threads, "accelerator": accelerator, "runs": runs}, picture or b"")
    except ModelError as err:
        return SelfTest(ok=False, reason=str(err))
    return SelfTest(
        ok=answer["reason"] is None,
        ms=answer["ms"],
        found=tuple(answer["found"]),
        reason=answer["reason"],
        picture=None if answer["picture"] is None else base64.b64decode(answer["picture"]),
    )


def check(path: Path, *, threads: int = 1, accelerator: str = "cpu") -> None:
    """Try a model. Raises ModelError where it is no good."""
    result = run(path, threads=threads, accelerator=accelerator, runs=1)
    if result.reason is not None:
        raise ModelError(result.reason)


def ask(path: Path, request: Mapping[str, Any], picture: bytes = b"") -> dict[str, Any]:
    """Have the child process do something with a model file. Raises ModelError with why it could not."""
    which = f"The model {path.parent.name}"
    try:
        result = subprocess.run(  # noqa: S603  the arguments are ours
            [sys.executable, "-m", MODULE, str(path), json.dumps(request)],
            input=picture,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as err:
        raise ModelError(f"{which} takes longer than {TIMEOUT:.0f} s to load and run.") from err
    except OSError as err:
        raise ModelError(f"{which} can't be tried: {err.strerror or err}.") from err
    try:
        answer: dict[str, Any] = json.loads(result.stdout[:MAX_ANSWER_BYTES])
    except ValueError:
        end = f"signal {-result.returncode}" if result.returncode < 0 else f"exit code {result.returncode}"
        raise ModelError(f"{which} makes the detector crash ({end}). It can't be used on this machine.") from None
    if "refused" in answer:
        raise ModelError(answer["refused"])
    return answer
