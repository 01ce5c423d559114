"""The detection models of this machine: got, added, tried, chosen and removed."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
import logging
from pathlib import Path
import shutil
from typing import Any

from ambianic import views
from ambianic.cameras.threads import in_thread
from ambianic.changes import ChangeLog
from ambianic.config import DetectorSettings
from ambianic.config_store import ConfigStore
from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.models import accelerators, bench, selftest, store
from ambianic.models.catalog import ModelError, Purpose
from ambianic.models.store import ModelInfo
from ambianic.vision.client import VisionClient

from .inputs import fields, validated

UPLOADS = "uploads"
TELL_SECONDS = 1.0
"""Progress is told of at most so often."""
PURPOSES: Mapping[str, tuple[Purpose, ...]] = {"model": ("objects",), "extra": ("objects", "fire")}
"""What the models of each of the settings' fields are for."""

_LOGGER = logging.getLogger(__name__)


class Models:
    """The models of a data directory, and which of them vision works with."""

    def __init__(self, directory: Path, configuration: ConfigStore, *, vision: VisionClient, changes: ChangeLog) -> None:
        """Keep models in a data directory."""
        self.uploads = directory / UPLOADS
        """Where files lie while they come in."""
        self._directory = directory
        self._configuration = configuration
        self._vision = vision
        self._changes = changes
        self._progress: dict[str, float] = {}
        self._errors: dict[str, str] = {}
        self._installing: dict[str, asyncio.Task[None]] = {}
        self._one_install = asyncio.Lock()
        self._changing = asyncio.Lock()
        self._telling: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def start(self) -> None:
        """Clear away what a crash has left of uploads."""
        await asyncio.to_thread(shutil.rmtree, self.uploads, ignore_errors=True)

    # Showing

    async def all(self) -> views.ModelList:
        """All models, and how they are used."""
        known = await self._catalogue()
        devices = await in_thread("accelerators", accelerators.accelerators)
        return views.ModelList(
            models=[self._view(info) for info in known.values()],
            settings=self._configuration.config.detector,
            accelerators=[views.AcceleratorView(id=device.id, title=device.title) for device in devices],
            recommended=await in_thread("models", lambda: bench.recommended(self._directory)),
        )

    async def get(self, name: str) -> views.ModelView:
        """One model. Raises EdgeError."""
        return self._view(await self._find(name))

    # Changing

    async def install(self, name: str) -> views.ModelView:
        """Begin to get a model. Raises EdgeError."""
        info = await self._find(name)
        if name not in self._installing and not info.own:
            self._errors.pop(name, None)
            self._progress[name] = 0.0
            self._installing[name] = asyncio.create_task(self._install(name), name="model")
            self._tell()
        return self._view(info)

    async def add(self, name: str, file: Path, labels: str, options: Mapping[str, object]) -> views.ModelView:
        """Take in a user's own model from a file, once it has passed a test. Raises EdgeError."""
        async with self._changing:
            try:
                info = await in_thread("model", lambda: store.add(self._directory, name, file, labels, options))
            except ModelError as err:
                raise _refused(err, "model") from None
        self._tell()
        return self._view(info)

    async def test(self, name: str, picture: bytes | None = None) -> views.ModelTestView:
        """Try a model that is installed, with a picture (a JPEG) or with a drawn one. Raises EdgeError."""
        info = await self._find(name)
        if info.state == "available":
            raise EdgeError(ErrorCode.INVALID_FIELD, "The model is not installed", "Install it first.", field="name")
        settings = self._configuration.config.detector
        path = store.find(self._directory, name)
        result = await in_thread(
            "model",
            lambda: selftest.run(path, threads=settings.threads, accelerator=settings.accelerator, picture=picture),
        )
        if result.ok and result.ms is not None:
            await in_thread("model", partial(self._remember, name, result.ms))
        self._tell()
        return views.ModelTestView.model_validate(result.as_json())

    async def remove(self, name: str) -> None:
        """Remove one of the user's own models. Raises EdgeError."""
        async with self._changing:
            await self._find(name)
            settings = self._configuration.config.detector
            if name in {settings.model, *settings.extra}:
                raise EdgeError(ErrorCode.BUSY, "The model is in use", "Choose another one first.")
            try:
                await in_thread("model", lambda: store.remove(self._directory, name))
            except ModelError as err:
                raise _refused(err, "name") from None
        self._tell()

    async def switch(self, data: Any) -> DetectorSettings:
        """Look with other models from now on, if they pass a test. Raises EdgeError, and nothing has changed then."""
        async with self._changing:
            config = self._configuration.config
            wanted = validated(DetectorSettings, config.detector.model_dump() | dict(fields(data)))
            if wanted == config.detector:
                return wanted
            await self._check(wanted)
            field = next((name for name in DetectorSettings.model_fields if name in data), "model")
            await self._use(wanted, field)
            try:
                self._configuration.save(self._configuration.config.model_copy(update={"detector": wanted}))
            except EdgeError:
                await self._use(config.detector, field)
                raise
        self._tell()
        return wanted

    def rolled_back(self, settings: DetectorSettings) -> None:
        """Keep the settings that vision went back to, because the last ones end its process again and again."""
        try:
            self._configuration.save(self._configuration.config.model_copy(update={"detector": settings}))
        except EdgeError as err:
            _LOGGER.error("The detector's settings before can't be kept: %s", err)
        self._tell()

    def dismiss_trouble(self) -> None:
        """Tell no more of the model that was given up."""
        self._vision.dismiss_trouble()

    async def stop(self) -> None:
        """Leave off; a download that goes on ends with the process."""
        tasks = [*self._installing.values(), *([] if self._telling is None else [self._telling])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # Inner works

    async def _catalogue(self) -> dict[str, ModelInfo]:
        known = await in_thread("models", lambda: store.catalogue(self._directory))
        return {info.name: info for info in known}

    async def _find(self, name: str) -> ModelInfo:
        if (info := (await self._catalogue()).get(name)) is None:
            raise not_found("model", name)
        return info

    def _view(self, info: ModelInfo) -> views.ModelView:
        shown = info.as_json()
        if info.name in self._installing:
            shown |= {"state": "installing", "progress": round(self._progress[info.name], 3), "error": None}
        elif info.name in self._errors:
            shown |= {"error": self._errors[info.name]}
        return views.ModelView.model_validate(shown)

    def _remember(self, name: str, ms: float) -> None:
        try:
            bench.remember(self._directory, name, ms)
        except OSError as err:
            _LOGGER.warning("The time that the model %s takes could not be kept: %s", name, err.strerror)

    async def _check(self, settings: DetectorSettings) -> None:
        """Raise EdgeError where a model is not there, or is of another kind."""
        known = await self._catalogue()
        for field, name in (("model", settings.model), *(("extra", name) for name in settings.extra)):
            if (info := known.get(name)) is None or info.state != "installed":
                raise EdgeError(
                    ErrorCode.INVALID_FIELD, "The model can't be used", f"Install the model {name!r} first.", field=field
                )
            if info.model.purpose not in PURPOSES[field]:
                what = (
                    "finds objects" if field == "model" else "finds objects or fire; those for faces and sounds are used anyway"
                )
                raise EdgeError(ErrorCode.INVALID_FIELD, "The model can't be used", f"Choose one that {what}.", field=field)

    async def _use(self, settings: DetectorSettings, field: str) -> None:
        try:
            await self._vision.switch(settings)
        except ModelError as err:
            raise _refused(err, field) from None

    async def _install(self, name: str) -> None:
        loop = asyncio.get_running_loop()

        def progress(share: float) -> None:
            if name in self._installing:
                self._progress[name] = share
                self._tell()

        try:
            async with self._one_install:
                await in_thread(
                    "model",
                    lambda: store.install(
                        self._directory, name, on_progress=lambda share: _call(loop, lambda: progress(share))
                    ),
                )
                # Vision takes in what it can use of what is there now, such as faces.
                await self._vision.switch(self._configuration.config.detector)
        except ModelError as err:
            _LOGGER.warning("The model %s could not be installed: %s", name, err)
            self._errors[name] = str(err)
        finally:
            self._progress.pop(name, None)
            del self._installing[name]
            self._tell()

    def _tell(self) -> None:
        self._news.set()
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_changes(), name="models")

    async def _tell_changes(self) -> None:
        while self._news.is_set():
            self._news.clear()
            self._changes.publish("models", models=(await self.all()).model_dump(mode="json"))
            await asyncio.sleep(TELL_SECONDS)


def _refused(error: ModelError, field: str) -> EdgeError:
    return EdgeError(ErrorCode.INVALID_FIELD, "The model can't be used", str(error), field=field)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        _LOGGER.debug("A model was got after the end")
