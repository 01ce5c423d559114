"""Keeping the vision process running, with models that let it live."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
import logging
from pathlib import Path
import random
from time import monotonic
from typing import Protocol

from ambianic.config import DetectorSettings
from ambianic.models import accelerators, own, selftest, store
from ambianic.models.catalog import FACES, SOUNDS, ModelError

from .choice import Choice
from .engine import Engine
from .framing import WireError
from .process import Process
from .status import DetectorStatus
from .wire import Failed, Message, Ready

_LOGGER = logging.getLogger(__name__)

START_SECONDS = 60.0
"""Loading the model may take so long on a slow machine."""
SILENCE_SECONDS = 10.0
"""A process that gives no sign of life for so long hangs."""
FIRST_DELAY, LAST_DELAY = 0.5, 30.0
"""Seconds before a process that has died is started again, growing each time that it does not live."""
STEADY_SECONDS = 60.0
"""A process that has lived so long was fine."""
MAX_FAILED_STARTS = 3
RETRY_SECONDS = 300.0
POLL_SECONDS = 5.0
RESUME_SECONDS = 30.0
"""Events are kept for a new process so long."""
MAX_DEATHS = 3
LOOP_SECONDS = 600.0
"""Models whose process dies so often in this time are given up; those whose process lives so long have proven themselves."""


class Supervised(Protocol):
    """Who works with the process."""

    def process_ready(self, process: Process) -> None:
        """A process has loaded its models and waits for work."""

    def process_told(self, message: Message) -> None:
        """It has sent a message. Raises WireError where that makes no sense."""

    def process_ended(self) -> None:
        """It is gone; another will come."""

    def process_lost(self) -> None:
        """None comes for long: what went on has ended."""


class Supervisor:
    """Runs the vision process, again and again. Not for use from other threads than the event loop's."""

    def __init__(
        self,
        data: Path,
        settings: DetectorSettings,
        supervised: Supervised,
        *,
        on_status: Callable[[], None],
        on_rollback: Callable[[DetectorSettings], None],
    ) -> None:
        """Work with the models of a data directory that the settings name.

        `on_status` is called when the status has changed, `on_rollback` with the settings that are used again in place of others.
        """
        self._data = data
        self._choice = Choice(data, settings)
        self._supervised = supervised
        self._on_status = on_status
        self._on_rollback = on_rollback
        self._engine = Engine.of(data, self._choice.settings)
        self.status = DetectorStatus(state="starting", model=self._choice.settings.model, trouble=self._choice.trouble)
        self.ready = False
        self._process: Process | None = None
        self._deaths: deque[float] = deque(maxlen=MAX_DEATHS)
        self._switched = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; the process comes up by itself."""
        self._task = asyncio.create_task(self._supervise(), name="vision")

    async def stop(self) -> None:
        """End the process."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def switch(self, settings: DetectorSettings) -> None:
        """Work with other models, once they have passed their self-test. Raises ModelError, and nothing has changed then."""
        engine = Engine.of(self._data, settings)
        if engine != self._engine:
            await asyncio.to_thread(_check, self._data, settings, engine, self._engine)
        self._choice.choose(settings)
        restart = engine != self._engine
        self._engine = engine
        self._deaths.clear()
        self._set_status(model=settings.model, trouble=self._choice.trouble)
        if restart:
            self._restart()

    def dismiss_trouble(self) -> None:
        """Tell no more of models that were given up."""
        self._choice.dismiss()
        self._set_status(trouble=None)

    def _restart(self) -> None:
        self._switched.set()
        if self._process is not None:
            self._process.leave()

    async def _supervise(self) -> None:
        """Keep a process running."""
        delay, failed_starts, died = FIRST_DELAY, 0, monotonic()
        while True:
            begin = monotonic()
            self._switched.clear()
            reason, hopeless = await self._run()
            # A device that can be unplugged may come back.
            hopeless = hopeless and self._engine.accelerator == accelerators.CPU
            lived, self.ready = self.ready, False
            if lived:
                died, failed_starts = monotonic(), 0
            else:
                failed_starts += 1
            if monotonic() - begin > STEADY_SECONDS:
                delay = FIRST_DELAY
            if self._switched.is_set():
                self._set_status(state="starting", reason=None)
                delay, failed_starts = FIRST_DELAY, 0
                continue
            self._deaths.append(monotonic())
            if self._choice.can_give_up and (hopeless or self._dies_in_a_loop()):
                self._roll_back(reason)
                delay, failed_starts = FIRST_DELAY, 0
                continue
            if hopeless or failed_starts >= MAX_FAILED_STARTS:
                _LOGGER.error("Detection does not work: %s", reason)
                self._set_status(state="failed", reason=reason)
                self._supervised.process_lost()
                await self._model_changed(None if hopeless else RETRY_SECONDS)
                failed_starts, delay = 0, FIRST_DELAY
                continue
            _LOGGER.warning("The vision process is started again: %s", reason)
            self._set_status(state="restarting", reason=reason, restarts=self.status.restarts + 1)
            if monotonic() - died > RESUME_SECONDS:
                self._supervised.process_lost()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._switched.wait(), delay * random.uniform(0.8, 1.2))
            delay = min(LAST_DELAY, 2 * delay)

    def _dies_in_a_loop(self) -> bool:
        return len(self._deaths) == MAX_DEATHS and self._deaths[-1] - self._deaths[0] < LOOP_SECONDS

    def _roll_back(self, reason: str) -> None:
        settings = self._choice.give_up(reason)
        _LOGGER.error("%s", self._choice.trouble)
        self._engine = Engine.of(self._data, settings)
        self._deaths.clear()
        self._set_status(
            state="restarting",
            reason=reason,
            restarts=self.status.restarts + 1,
            model=settings.model,
            trouble=self._choice.trouble,
        )
        try:
            self._on_rollback(settings)
        except Exception:
            # Detection goes on, whatever becomes of what it tells.
            _LOGGER.exception("What detection told was not taken")

    async def _run(self) -> tuple[str, bool]:
        """Run one process to its end; return why it ended, and whether another would end the same way."""
        try:
            process = self._process = await Process.start(self._engine)
        except OSError as err:
            return f"The vision process can't be started: {err.strerror or err}.", False
        begin, hangs = monotonic(), False
        try:
            while True:
                async with asyncio.timeout(SILENCE_SECONDS if self.ready else START_SECONDS):
                    message = await process.receive()
                if message is None:
                    break
                if isinstance(message, Failed):
                    return message.reason, True
                if isinstance(message, Ready):
                    self.ready = True
                    self._supervised.process_ready(process)
                    self._set_status(state="running", reason=None, labels=message.labels)
                else:
                    self._supervised.process_told(message)
                if monotonic() - begin > LOOP_SECONDS:
                    self._choice.prove()
        except TimeoutError:
            hangs = True
        except WireError:
            _LOGGER.exception("The vision process sends nonsense")
        finally:
            self._process = None
            self._supervised.process_ended()
            code = await process.end()
        if hangs:
            return "The vision process did not answer any more.", False
        where = "" if self.ready else " while it loaded the model"
        return f"The vision process ended{where} ({f'signal {-code}' if code < 0 else f'exit code {code}'}).", False

    async def _model_changed(self, patience: float | None) -> None:
        """Wait until the model's file is another one or others were chosen, but no longer than that."""
        before, begin = _stamp(self._engine.model), monotonic()
        while not self._switched.is_set() and (patience is None or monotonic() - begin < patience):
            # Nothing tells of changes in a file system.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._switched.wait(), POLL_SECONDS)
            engine = Engine.of(self._data, self._choice.settings)
            if engine != self._engine or _stamp(engine.model) != before:
                self._engine = engine
                return

    def _set_status(self, **changes: object) -> None:
        self.status = replace(self.status, **changes)  # type: ignore[arg-type]  # each caller names fields as they are
        self._on_status()


def _check(data: Path, settings: DetectorSettings, engine: Engine, before: Engine) -> None:
    """Try what is new. Raises ModelError."""
    known = [accelerator.id for accelerator in accelerators.accelerators()]
    if settings.accelerator not in known:
        raise ModelError(f"There is no accelerator {settings.accelerator!r} here. Choose one of: {', '.join(known)}.")
    if (engine.model, engine.threads, engine.accelerator) != (before.model, before.threads, before.accelerator):
        selftest.check(engine.model, threads=engine.threads, accelerator=engine.accelerator)
    if own.describe(engine.model).purpose != "objects":
        raise ModelError(
            f"{settings.model} does not look for objects in general. Choose it as a further model beside another one."
        )
    for name in settings.extra:
        path = store.find(data, name)
        if path not in before.extra:
            selftest.check(path)
        if name in {FACES.name, SOUNDS.name}:
            raise ModelError(f"{name} is used by itself where something that it knows is asked for. Leave it out here.")


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
