"""The vision process as the edge sees it: started, written to, read from, ended."""

import asyncio
from contextlib import suppress
import logging
import sys
from typing import Self

from . import framing
from .engine import Engine
from .wire import Message

_LOGGER = logging.getLogger(__name__)

BUFFER_BYTES = 20 * 1024 * 1024
"""What may wait to be written, enough for a feed's whole cached group of pictures."""
END_SECONDS = 2.0
_LEVELS = logging.getLevelNamesMapping()


class Process:
    """A running vision process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Wrap a process whose three streams are pipes; use `start`."""
        assert process.stdin
        assert process.stdout
        assert process.stderr
        self._process = process
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr
        self._stdin.transport.set_write_buffer_limits(high=BUFFER_BYTES)
        self._log = asyncio.create_task(self._forward_log())

    @classmethod
    async def start(cls, engine: Engine) -> Self:
        """Start one, in a session of its own: a Ctrl-C at the terminal is the edge's to handle. Raises OSError."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ambianic.vision",
                engine.argument,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def send(self, message: Message) -> None:
        """Write without waiting; await `drain` before the next where messages may be many."""
        if not self._stdin.is_closing():
            self._stdin.write(framing.encode(message))

    async def drain(self) -> None:
        """Wait until the process has read enough. Raises ConnectionError where it is gone."""
        await self._stdin.drain()

    async def receive(self) -> Message | None:
        """Wait for a message; None where the process has ended. Raises framing.WireError."""
        try:
            header, payload = framing.sizes(await self._stdout.readexactly(framing.LENGTHS.size))
            return framing.decode(await self._stdout.readexactly(header), await self._stdout.readexactly(payload))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    def leave(self) -> None:
        """Have the process end what it does and then itself."""
        self._stdin.close()

    async def end(self) -> int:
        """End the process, gently if it listens, and return its exit code (negative for a signal)."""
        self._stdin.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            pass
        finally:
            with suppress(ProcessLookupError):
                self._process.kill()
        code = await self._process.wait()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._log, END_SECONDS)
        return code

    async def _forward_log(self) -> None:
        while True:
            try:
                line = await self._stderr.readline()
            except ValueError:
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            level, _, message = text.partition(" ")
            if level in _LEVELS:
                _LOGGER.log(_LEVELS[level], "%s", message)
            elif text:
                # What libraries print: LiteRT tells of its delegates here, and the interpreter of its end.
                _LOGGER.log(logging.DEBUG if text.startswith("INFO:") else logging.WARNING, "%s", text)
