"""How the edge itself is: its detector, its disk, its configuration."""

import time
from typing import Any

from ambianic import __version__, views
from ambianic.changes import ChangeLog
from ambianic.config_store import ConfigStore
from ambianic.events import rfc3339
from ambianic.vision.client import VisionClient

from .storage import Storage


class Status:
    """What the edge tells of itself."""

    def __init__(self, store: ConfigStore, *, vision: VisionClient, storage: Storage, changes: ChangeLog) -> None:
        """Look at these parts."""
        self._store = store
        self._vision = vision
        self._storage = storage
        self._changes = changes
        self._started = time.time()
        self._shown: dict[str, Any] = {}

    def get(self) -> views.InfoView:
        """The edge as it is now."""
        config = self._store.config
        return views.InfoView(
            id=config.id,
            name=config.name,
            version=__version__,
            api=1,
            started=rfc3339(self._started),
            config_trouble=self._store.broken,
            detector=views.detector_view(self._vision.status),
            storage=self._storage.summary(),
        )

    def publish(self) -> None:
        """Tell what has changed."""
        shown = self.get().model_dump(mode="json")
        if shown != self._shown:
            self._shown = shown
            self._changes.publish("info", info=shown)
