"""Programs that run beside the tests and the demo: started, watched, stopped, and gone when their starter is."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
import contextlib
import os
from pathlib import Path
import random
import signal
import socket
import subprocess
import time
from typing import Self

import aiohttp


class ChildError(Exception):
    """A program ended, or did not become ready; says which one and shows the end of its log."""


def free_port() -> int:
    """A TCP port of this machine that nobody uses now, and that no connection to elsewhere is given meanwhile (ip_local_port_range)."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Child:
    """One program in a session of its own, so that Ctrl-C reaches only its starter, with its output in a log file.

    Start it from the main thread: the kernel ends it when the thread that started it is gone.
    """

    def __init__(self, name: str, command: Sequence[object], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.log = log
        self._command = ["setpriv", "--pdeathsig", "TERM", *map(str, command)]
        self._environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        self._environment |= environment or {}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id. Raises ChildError where the program was never started."""
        if self._process is None:
            raise ChildError(f"{self.name} was not started.")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the program runs now."""
        return self._process is not None and self._process.poll() is None

    async def start_serving(self, url: str, timeout: float) -> None:
        """Start the program and wait until it answers an HTTP request. Raises ChildError."""
        self.start()
        await self.serving(url, timeout)

    async def serving(self, url: str, timeout: float) -> None:
        """Wait until the program answers an HTTP request. Raises ChildError."""
        try:
            async with asyncio.timeout(timeout), aiohttp.ClientSession() as session:
                while True:
                    self.check()
                    with contextlib.suppress(aiohttp.ClientError):
                        async with session.get(url) as response:
                            if response.status == 200:
                                return
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise ChildError(f"{self.name} did not answer within {timeout:.0f} s.\n{self.tail()}") from None

    def start(self) -> None:
        """Start the program. Its output goes to the end of the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )

    def wait(self, timeout: float = 120) -> int:
        """Wait until the program has ended by itself: its exit code, negative for a signal. Raises ChildError where it goes on."""
        if self._process is None:
            raise ChildError(f"{self.name} was not started.")
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise ChildError(f"{self.name} still ran after {timeout:.0f} s.\n{self.tail()}") from None

    def stop(self, timeout: float = 30) -> None:
        """Ask the program to end (SIGTERM); after `timeout` seconds kill it and raise ChildError."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ChildError(f"{self.name} did not stop within {timeout:.0f} s of SIGTERM.\n{self.tail()}") from None

    def kill(self) -> None:
        """Kill the program (SIGKILL) and whatever it has left in its session."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def crash(self) -> None:
        """Kill the program alone (SIGKILL), as a crash would: its own children have to notice by themselves."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def check(self) -> None:
        """Raise ChildError where the program has ended."""
        if self._process is not None and (code := self._process.poll()) is not None:
            raise ChildError(f"{self.name} ended by itself ({_describe(code)}). The end of its log:\n{self.tail()}")

    def wait_until(self, ready: Callable[[], bool], timeout: float) -> None:
        """Wait until `ready`. Raises ChildError where the program ends before, or `timeout` seconds pass."""
        end = time.monotonic() + timeout
        while not ready():
            self.check()
            if time.monotonic() > end:
                raise ChildError(f"{self.name} was not ready after {timeout:.0f} s. The end of its log:\n{self.tail()}")
            time.sleep(0.05)

    def tail(self, lines: int = 25) -> str:
        """The end of the log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join("  " + line for line in text.splitlines()[-lines:])


def _describe(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
