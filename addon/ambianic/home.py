"""The home: its cameras, what is seen on them, and who is watching; everything that the API's doors lead to."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
import json
import logging
from pathlib import Path
import secrets
import shutil
import sqlite3
import time
from typing import Any

from pydantic import ValidationError

from . import __version__, addresses, views
from .cameras.camera import Camera
from .cameras.probe import probe
from .cameras.status import CameraOffline
from .changes import ChangeLog, Message
from .config import MAX_CAMERAS, CameraConfig, CameraInput
from .config_store import ConfigStore, first_fault
from .errors import EdgeError, ErrorCode, not_found
from .events import Event, Phase, rfc3339
from .recording.index import EventFilter
from .recording.timeline import Timeline
from .vision.client import VisionClient
from .webrtc.sessions import LiveSessions, Session

STATISTICS_PERIOD = 10
"""Seconds between two messages about nothing but changed figures."""
STORAGE_PERIOD = 60
"""Seconds between two looks at what is on disk."""
PROBES_AT_ONCE = 4

_LOGGER = logging.getLogger(__name__)


class Home:
    """The parts of one edge, joined."""

    def __init__(self, directory: Path, store: ConfigStore, model: Path) -> None:
        """Join the parts; `start` sets them going."""
        self.changes = ChangeLog()
        self.live = LiveSessions(on_end=self._live_ended, on_change=self._viewers_changed)
        self._directory = directory
        self._store = store
        self._started = time.time()
        self._timeline = Timeline(directory)
        self._vision = VisionClient(model, on_event=self._event, on_status=self._vision_changed)
        self._cameras: dict[str, Camera] = {}
        self._shown: dict[str, dict[str, Any]] = {}
        self._shown_info: dict[str, Any] = {}
        self._storage = views.StorageView(events=0, bytes=0, free_bytes=0, trouble=None)
        self._storage_measured = 0.0
        self._changing = asyncio.Lock()
        self._probes = asyncio.Semaphore(PROBES_AT_ONCE)
        self._statistics: asyncio.Task[None] | None = None

    @property
    def id(self) -> str:
        """The edge's id, the same for the life of the data directory."""
        return self._store.config.id

    @property
    def name(self) -> str:
        """The edge's name."""
        return self._store.config.name

    async def start(self) -> None:
        """Open the index and start every camera. Raises OSError or sqlite3.Error."""
        interrupted = await self._timeline.open(config.id for config in self._store.config.cameras)
        await self._vision.start()
        for config in self._store.config.cameras:
            self._add(config)
        for event in interrupted:
            self._resume(event)
        await self._measure_storage()
        self._statistics = asyncio.create_task(self._publish_statistics(), name="statistics")

    async def stop(self) -> None:
        """Stop everything and write out what is known."""
        if self._statistics is not None:
            self._statistics.cancel()
            await asyncio.wait({self._statistics})
        await self.live.stop()
        await asyncio.gather(*(camera.stop() for camera in self._cameras.values()))
        await self._vision.stop()
        await self._timeline.close()

    # Showing

    def info(self) -> views.InfoView:
        """The edge as it is now."""
        return views.InfoView(
            id=self.id,
            name=self.name,
            version=__version__,
            api=1,
            started=rfc3339(self._started),
            config_trouble=self._store.broken,
            detector=views.detector_view(self._vision.status),
            storage=self._storage.model_copy(update={"trouble": self._timeline.trouble or self._storage.trouble}),
        )

    def cameras(self) -> list[views.CameraView]:
        """All cameras as they are now."""
        return [self._view(camera) for camera in self._cameras.values()]

    def camera(self, camera_id: str) -> views.CameraView:
        """One camera as it is now."""
        return self._view(self._get(camera_id))

    def state(self) -> Message:
        """The message that tells a new client everything."""
        return json.dumps(
            {
                "type": "state",
                "cursor": self.changes.cursor,
                "info": self.info().model_dump(mode="json"),
                "cameras": [camera.model_dump(mode="json") for camera in self.cameras()],
            }
        )

    # Cameras

    async def add_camera(self, data: Any) -> views.CameraView:
        """Add a camera from what a person says of it."""
        wanted = _validated(CameraInput, data)
        async with self._changing:
            cameras = self._store.config.cameras
            if len(cameras) >= MAX_CAMERAS:
                raise EdgeError(
                    ErrorCode.TOO_MANY_CAMERAS,
                    "There are too many cameras",
                    f"An edge serves up to {MAX_CAMERAS} cameras. Remove one first.",
                )
            self._refuse_duplicate(wanted.url, None)
            config = CameraConfig(**wanted.model_dump(), id=secrets.token_hex(4))
            self._save((*cameras, config))
            self._add(config)
        self._publish(config.id)
        return self.camera(config.id)

    async def change_camera(self, camera_id: str, data: Any) -> views.CameraView:
        """Change the given fields of a camera."""
        async with self._changing:
            camera = self._get(camera_id)
            config = self._changed(camera.config, data)
            self._refuse_duplicate(config.url, camera_id)
            if config != camera.config:
                self._save(tuple(config if known.id == camera_id else known for known in self._store.config.cameras))
                await self._apply(camera, config)
        self._publish(camera_id)
        return self.camera(camera_id)

    async def remove_camera(self, camera_id: str) -> None:
        """Remove a camera with its live sessions and its events."""
        async with self._changing:
            camera = self._get(camera_id)
            self._save(tuple(known for known in self._store.config.cameras if known.id != camera_id))
            del self._cameras[camera_id]
            self._vision.unwatch(camera_id)
            await self.live.close_camera(camera_id, "The camera was removed.")
            await camera.stop()
            self._shown.pop(camera_id, None)
        self.changes.publish("camera_removed", id=camera_id)
        await self._timeline.remove_camera(camera_id)

    async def probe(self, data: Any, camera_id: str | None = None) -> views.ProbeView:
        """Try a camera without adding it, or an existing one with changes."""
        if camera_id is None:
            wanted = _validated(CameraInput, {"name": "probe", **data} if isinstance(data, dict) else data)
        else:
            wanted = self._changed(self._get(camera_id).config, data)
        async with self._probes:
            found = await probe(wanted)
        return views.probe_view(found)

    async def snapshot(self, camera_id: str, width: int | None) -> bytes:
        """A JPEG of now, at most `width` wide."""
        camera = self._enabled(camera_id)
        try:
            return await camera.snapshot(width)
        except CameraOffline as err:
            raise _offline(err) from err

    async def watch_live(self, camera_id: str, offer: str) -> Session:
        """Begin a live session."""
        camera = self._enabled(camera_id)
        try:
            feed, transcode = camera.live_feed()
        except CameraOffline as err:
            raise _offline(err) from err
        light = camera.sub if feed is camera.main else None
        return await self.live.open(camera_id, feed, transcode=transcode, offer=offer, light=light, audio=camera.audio)

    # Events

    async def events(self, wanted: EventFilter, *, limit: int, cursor: str | None) -> views.EventPage:
        """A page of events."""
        events, following = await self._timeline.page(wanted, limit=limit, cursor=cursor)
        return views.EventPage(events=[views.event_view(event) for event in events], next=following)

    async def event(self, event_id: str) -> views.EventView:
        """One event."""
        return views.event_view(await self._timeline.get(event_id))

    async def event_snapshot(self, event_id: str) -> bytes | Path:
        """The picture of an event: its bytes, or the file that it is in."""
        return await self._timeline.picture(event_id)

    async def remove_event(self, event_id: str) -> None:
        """Remove an event and its picture."""
        event = await self._timeline.remove(event_id)
        self.changes.publish("event_removed", id=event_id, camera_id=event.camera_id)
        if event.camera_id in self._cameras:
            self._publish(event.camera_id)

    # What the parts report

    def _event(self, phase: Phase, event: Event, jpeg: bytes | None) -> None:
        if event.camera_id not in self._cameras:
            return
        self._timeline.record(event, jpeg)
        self._publish(event.camera_id)
        self.changes.publish("event", phase=phase, event=event.as_json())

    def _camera_changed(self, camera: Camera) -> None:
        if self._cameras.get(camera.config.id) is camera:
            self._publish(camera.config.id)

    def _vision_changed(self) -> None:
        self._publish_info()
        for camera_id in self._cameras:
            self._publish(camera_id, figures=False)

    def _viewers_changed(self, camera_id: str) -> None:
        if camera_id in self._cameras:
            self._publish(camera_id, figures=False)

    def _live_ended(self, session: Session, reason: str) -> None:
        self.changes.publish("live_ended", session=session.id, camera_id=session.camera_id, reason=reason)

    async def _publish_statistics(self) -> None:
        while True:
            await asyncio.sleep(STATISTICS_PERIOD)
            await self._timeline.touch()
            if time.monotonic() - self._storage_measured >= STORAGE_PERIOD:
                await self._measure_storage()
            self._publish_info()
            for camera_id in list(self._cameras):
                self._publish(camera_id)

    def _publish_info(self) -> None:
        shown = self.info().model_dump(mode="json")
        if shown != self._shown_info:
            self._shown_info = shown
            self.changes.publish("info", info=shown)

    def _publish(self, camera_id: str, *, figures: bool = True) -> None:
        """Tell what has changed of a camera; without `figures` only where more than figures has."""
        shown = self.camera(camera_id).model_dump(mode="json")
        known = self._shown.get(camera_id)
        if shown == known or (not figures and known is not None and _without_figures(shown) == _without_figures(known)):
            return
        self._shown[camera_id] = shown
        self.changes.publish("camera", camera=shown)

    # Inner works

    def _view(self, camera: Camera) -> views.CameraView:
        camera_id = camera.config.id
        return views.camera_view(
            camera,
            vision=self._vision.camera_status(camera_id),
            active=self._vision.active(camera_id),
            viewers=self.live.viewers(camera_id),
            last_event=self._timeline.last(camera_id),
        )

    def _get(self, camera_id: str) -> Camera:
        try:
            return self._cameras[camera_id]
        except KeyError:
            raise not_found("camera", camera_id) from None

    def _enabled(self, camera_id: str) -> Camera:
        camera = self._get(camera_id)
        if not camera.config.enabled:
            raise EdgeError(ErrorCode.CAMERA_DISABLED, "The camera is switched off", "Switch it on to see it.")
        return camera

    def _add(self, config: CameraConfig) -> None:
        camera = Camera(config, self._camera_changed)
        self._cameras[config.id] = camera
        camera.start()
        self._watch(camera)

    def _resume(self, event: Event) -> None:
        """Let a visit that a crash has interrupted go on."""
        camera = self._cameras.get(event.camera_id)
        if camera is not None and camera.config.watched:
            self._vision.resume(event)
            self._timeline.record(event)

    def _watch(self, camera: Camera) -> None:
        config = camera.config
        if config.watched:
            self._vision.watch(config.id, camera.detection_feed, config.detection)
        else:
            self._vision.unwatch(config.id)

    async def _apply(self, camera: Camera, config: CameraConfig) -> None:
        """Use a changed configuration; the connection is kept where it can be."""
        same_connection = config == camera.config.model_copy(update={"name": config.name, "detection": config.detection})
        if same_connection:
            camera.config = config
            self._watch(camera)
            return
        self._vision.unwatch(config.id)
        await self.live.close_camera(config.id, "The camera's settings were changed.")
        await camera.stop()
        self._add(config)

    def _changed(self, config: CameraConfig, data: Any) -> CameraConfig:
        """A camera's configuration with the given fields changed."""
        if not isinstance(data, Mapping):
            raise EdgeError(ErrorCode.INVALID_JSON, "The request is not valid", "Send a JSON object with the fields to change.")
        if "id" in data:
            raise EdgeError(ErrorCode.INVALID_FIELD, "The id can't be changed", field="id")
        update = dict(data)
        known = config.model_dump()
        _take_credentials(update)
        for field in ("url", "sub_url"):
            if known[field] is not None and update.get(field) == addresses.redact(known[field]):
                update[field] = known[field]
        if isinstance(update.get("detection"), Mapping):
            update["detection"] = known["detection"] | dict(update["detection"])
        if update.get("username", known["username"]) != known["username"]:
            known["password"] = None
        return _validated(CameraConfig, known | update)

    def _refuse_duplicate(self, url: str, camera_id: str | None) -> None:
        for other in self._store.config.cameras:
            if other.url == url and other.id != camera_id:
                raise EdgeError(
                    ErrorCode.DUPLICATE_CAMERA,
                    "This camera is there already",
                    f"The camera {other.name!r} has the same address.",
                    field="url",
                )

    def _save(self, cameras: tuple[CameraConfig, ...]) -> None:
        self._store.save(self._store.config.model_copy(update={"cameras": cameras}))

    async def _measure_storage(self) -> None:
        self._storage_measured = time.monotonic()
        try:
            usage = await asyncio.to_thread(shutil.disk_usage, self._directory)
            self._storage = views.StorageView(
                events=await self._timeline.count(),
                bytes=await asyncio.to_thread(_size, self._directory),
                free_bytes=usage.free,
                trouble=None,
            )
        except (OSError, sqlite3.Error) as err:
            self._storage = self._storage.model_copy(update={"trouble": f"The data directory can't be read: {err}."})


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _validated[T: CameraInput](schema: type[T], data: Any) -> T:
    if not isinstance(data, Mapping):
        raise EdgeError(ErrorCode.INVALID_JSON, "The request is not valid", "Send a JSON object.")
    try:
        return schema.model_validate(dict(data))
    except ValidationError as err:
        field, message = first_fault(err)
        raise EdgeError(ErrorCode.INVALID_FIELD, f"The field {field} is not valid", message, field=field) from None


def _take_credentials(update: dict[str, Any]) -> None:
    """Prefer the user and password inside a changed address to those that are known."""
    with suppress(KeyError, ValueError, AttributeError):
        update["url"], username, password = addresses.parse(update["url"])
        if username and "username" not in update:
            update["username"] = username
            if password:
                update.setdefault("password", password)


def _offline(error: CameraOffline) -> EdgeError:
    return EdgeError(ErrorCode.CAMERA_OFFLINE, "The camera gives no picture now", str(error))


def _without_figures(shown: dict[str, Any]) -> dict[str, Any]:
    return shown | {"vision": shown["vision"]["state"]}
