"""TypeScript of the app for a page of a test: bundled as the app itself is, by Vite's own bundler."""

import asyncio
from pathlib import Path
import tempfile

from .paths import ROOT

UI = ROOT / "addon" / "ui"
_ROLLDOWN = UI / "node_modules" / ".bin" / "rolldown"


async def bundle(module: str) -> bytes:
    """One ES module with all that a module of addon/ui/src needs, such as `remote/index.ts`. Raises RuntimeError."""
    with tempfile.TemporaryDirectory(prefix="ambianic-bundle-") as directory:
        file = Path(directory) / "bundle.js"
        process = await asyncio.create_subprocess_exec(
            *(_ROLLDOWN, UI / "src" / module, "--format", "esm", "--file", file),
            cwd=UI,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{module} can't be bundled: {output.decode(errors='replace')}")
        return file.read_bytes()
