"""What a phone has to load before the app shows anything: the entry and all scripts that it imports statically, gzip."""

import gzip
from pathlib import Path
import re

from tests.support.ui import build

_ENTRY = re.compile(r'<script type="module"[^>]* src="\./([^"]+)"')
_STATIC = re.compile(r'(?:\bfrom|\bimport)\s*"(\./[^"]+\.js)"')


async def measure(*, quick: bool) -> dict[str, float]:
    """Build the app where its sources changed, and weigh it. A quick run does the same."""
    del quick
    web = build()
    entry = _ENTRY.search((web / "index.html").read_text())
    if entry is None:
        raise RuntimeError("The built page has no entry script.")
    initial = _with_imports(web / entry[1])
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) / 1000 for path in initial}
    lazy = [path for path in (web / "assets").glob("*.js") if path not in initial]
    print(f"{'initial script':<40} {'kB gzip':>8}")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{name:<40} {size:>8.1f}")
    total = sum(sizes.values())
    later = sum(len(gzip.compress(path.read_bytes(), 9)) for path in lazy) / 1000
    print(f"{'together':<40} {total:>8.1f}")
    print(f"{f'loaded when needed ({len(lazy)} scripts)':<40} {later:>8.1f}")
    return {"initial_js_gzip_kb": round(total, 1)}


def _with_imports(entry: Path) -> set[Path]:
    found: set[Path] = set()
    todo = [entry.resolve()]
    while todo:
        script = todo.pop()
        if script in found:
            continue
        found.add(script)
        todo += [(script.parent / name).resolve() for name in _STATIC.findall(script.read_text())]
    return found
