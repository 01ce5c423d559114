"""The cameras of a home: added, changed, tried, shown and removed."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
import secrets
import sqlite3
from typing import Any

from ambianic import addresses, views
from ambianic.cameras.camera import Camera
from ambianic.cameras.probe import probe
from ambianic.cameras.status import CameraOffline
from ambianic.changes import ChangeLog
from ambianic.config import MAX_CAMERAS, CameraConfig, CameraInput
from ambianic.config_store import ConfigStore
from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.recording.footage import Footage, NoFootage
from ambianic.recording.timeline import Timeline
from ambianic.vision.client import VisionClient
from ambianic.vision.status import OFF
from ambianic.webrtc.sessions import LiveSessions, Session

from .inputs import changed, validated
from .resting import RestingObjects

PROBES_AT_ONCE = 4


class Cameras:
    """All cameras, as they are configured and as they are."""

    def __init__(
        self,
        store: ConfigStore,
        *,
        vision: VisionClient,
        footage: Footage,
        live: LiveSessions,
        timeline: Timeline,
        changes: ChangeLog,
        resting: RestingObjects,
    ) -> None:
        """Use these parts; `start` connects the cameras."""
        self._store = store
        self._vision = vision
        self._footage = footage
        self._live = live
        self._timeline = timeline
        self._changes = changes
        self._resting = resting
        self._occupied: dict[str, Mapping[str, Sequence[str]]] = {}
        self._cameras: dict[str, Camera] = {}
        self._shown: dict[str, dict[str, Any]] = {}
        self._changing = asyncio.Lock()
        self._probes = asyncio.Semaphore(PROBES_AT_ONCE)

    def __contains__(self, camera_id: str) -> bool:
        return camera_id in self._cameras

    def start(self) -> None:
        """Connect every camera."""
        self._resting.retain([config.id for config in self._store.config.cameras])
        for config in self._store.config.cameras:
            self._add(config)

    async def stop(self) -> None:
        """Let go of every camera."""
        await asyncio.gather(*(camera.stop() for camera in self._cameras.values()))

    # Showing

    def all(self) -> list[views.CameraView]:
        """All cameras as they are now, in the order they were added."""
        return [self._view(camera) for camera in self._cameras.values()]

    def get(self, camera_id: str) -> views.CameraView:
        """One camera as it is now."""
        return self._view(self._find(camera_id))

    def config(self, camera_id: str) -> CameraConfig:
        """How one camera is configured. Raises EdgeError where there is no such camera."""
        return self._find(camera_id).config

    def publish(self, camera_id: str, *, figures: bool = True) -> None:
        """Tell what has changed of a camera, if it is there; without `figures` only where more than figures has."""
        if camera_id not in self._cameras:
            return
        shown = self.get(camera_id).model_dump(mode="json")
        known = self._shown.get(camera_id)
        if shown == known or (not figures and known is not None and _without_figures(shown) == _without_figures(known)):
            return
        self._shown[camera_id] = shown
        self._changes.publish("camera", about=camera_id, camera=shown)

    def publish_all(self, *, figures: bool = True) -> None:
        """Tell what has changed of all cameras."""
        for camera_id in list(self._cameras):
            self.publish(camera_id, figures=figures)

    def occupied(self, camera_id: str, zones: Mapping[str, Sequence[str]]) -> None:
        """Take and tell which kinds of objects are in each of a camera's zones now."""
        self._occupied[camera_id] = zones
        self.publish(camera_id)

    # Changing

    async def add(self, data: Any) -> views.CameraView:
        """Add a camera from what a person says of it."""
        wanted = validated(CameraInput, data)
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
        self.publish(config.id)
        return self.get(config.id)

    async def change(self, camera_id: str, data: Any) -> views.CameraView:
        """Change the given fields of a camera."""
        async with self._changing:
            camera = self._find(camera_id)
            config = changed(camera.config, data)
            self._refuse_duplicate(config.url, camera_id)
            if config != camera.config:
                self._save(tuple(config if known.id == camera_id else known for known in self._store.config.cameras))
                await self._apply(camera, config)
        self.publish(camera_id)
        return self.get(camera_id)

    async def remove(self, camera_id: str) -> None:
        """Remove a camera with its live sessions, its events and its footage."""
        async with self._changing:
            camera = self._find(camera_id)
            self._save(tuple(known for known in self._store.config.cameras if known.id != camera_id))
            del self._cameras[camera_id]
            self._vision.unwatch(camera_id)
            await self._live.close_camera(camera_id, "The camera was removed.")
            await self._footage.unwatch(camera_id)
            await camera.stop()
            self._shown.pop(camera_id, None)
            self._occupied.pop(camera_id, None)
            self._resting.keep(camera_id, ())
        self._changes.publish("camera_removed", about=camera_id, id=camera_id)
        await self._timeline.remove_camera(camera_id)

    # Using

    async def probe(self, data: Any, camera_id: str | None = None) -> views.ProbeView:
        """Try a camera without adding it, or an existing one with changes."""
        if camera_id is None:
            wanted = validated(CameraInput, {"name": "probe", **data} if isinstance(data, dict) else data)
        else:
            wanted = changed(self._find(camera_id).config, data)
        async with self._probes:
            found = await probe(wanted)
        return views.probe_view(found)

    async def snapshot(self, camera_id: str, width: int | None) -> bytes:
        """A JPEG of now, at most `width` wide."""
        camera = self._enabled(camera_id)
        try:
            return await camera.snapshot(width)
        except CameraOffline as err:
            raise _offline(err, camera.config) from err

    async def watch_live(self, camera_id: str, offer: str) -> Session:
        """Begin a live session."""
        camera = self._enabled(camera_id)
        try:
            feed, transcode = camera.live_feed()
        except CameraOffline as err:
            raise _offline(err, camera.config) from err
        light = camera.sub if feed is camera.main else None
        return await self._live.open(camera_id, feed, transcode=transcode, offer=offer, light=light, audio=camera.audio)

    def detects(self, camera_id: str) -> bool:
        """Whether objects are looked for in a camera's pictures."""
        camera = self._cameras.get(camera_id)
        return camera is not None and camera.config.enabled and camera.config.detection.enabled

    async def finish_files(self, cameras: Collection[str] | None) -> None:
        """Finish what is being recorded of cameras (None: of all); it goes on in new files."""
        async with self._changing:
            for camera_id, camera in self._cameras.items():
                if cameras is None or camera_id in cameras:
                    await self._footage.unwatch(camera_id)
                    self._footage.watch(camera)

    async def picture_at(self, camera_id: str, at: float | None) -> bytes | None:
        """A JPEG of now, or of what was recorded at a Unix time; None where there is none."""
        camera = self._find(camera_id)
        try:
            return await (camera.snapshot() if at is None else self._footage.preview(camera_id, at))
        except (CameraOffline, NoFootage, OSError, sqlite3.Error):
            return None

    # Inner works

    def _view(self, camera: Camera) -> views.CameraView:
        camera_id = camera.config.id
        return views.camera_view(
            camera,
            # Without detection, vision may look for motion alone.
            vision=self._vision.camera_status(camera_id) if camera.config.detection.enabled else OFF,
            active=self._vision.active(camera_id),
            occupied=self._occupied.get(camera_id, {}),
            viewers=self._live.viewers(camera_id),
            recording=self._footage.state(camera_id),
            last_event=self._timeline.last(camera_id),
        )

    def _find(self, camera_id: str) -> Camera:
        try:
            return self._cameras[camera_id]
        except KeyError:
            raise not_found("camera", camera_id) from None

    def _enabled(self, camera_id: str) -> Camera:
        camera = self._find(camera_id)
        if not camera.config.enabled:
            raise EdgeError(ErrorCode.CAMERA_DISABLED, "The camera is switched off", "Switch it on to see it.")
        return camera

    def _add(self, config: CameraConfig) -> None:
        camera = Camera(config, self._changed)
        self._cameras[config.id] = camera
        camera.start()
        self._footage.watch(camera)
        self._watch(camera)

    def _changed(self, camera: Camera) -> None:
        if self._cameras.get(camera.config.id) is camera:
            self.publish(camera.config.id)

    def _watch(self, camera: Camera) -> None:
        config = camera.config
        if (wanted := config.looks_for) is None:
            self._vision.unwatch(config.id)
        else:
            resting = self._resting.of(config.id)
            self._vision.watch(config.id, camera.detection_feed, wanted, resting=resting, sound=camera.audio)

    async def _apply(self, camera: Camera, config: CameraConfig) -> None:
        """Use a changed configuration; the connection is kept where it can be."""
        kept = {"name": config.name, "detection": config.detection, "recording": config.recording}
        if config == camera.config.model_copy(update=kept):
            camera.config = config
            self._footage.watch(camera)
            self._watch(camera)
            return
        self._vision.unwatch(config.id)
        await self._live.close_camera(config.id, "The camera's settings were changed.")
        await self._footage.unwatch(config.id)
        await camera.stop()
        self._add(config)

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


def _offline(error: CameraOffline, config: CameraConfig) -> EdgeError:
    """Phones are told this as well, so it does not say where the camera is."""
    places = [place for place in (config.url, config.sub_url) if place is not None]
    return EdgeError(ErrorCode.CAMERA_OFFLINE, "The camera gives no picture now", addresses.hide(str(error), places))


def _without_figures(shown: dict[str, Any]) -> dict[str, Any]:
    return shown | {"vision": [shown["vision"][name] for name in ("state", "gate_reason", "covered", "frozen")]}
