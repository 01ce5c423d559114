"""The settings of remote access: those that are kept, and those that hold for this run alone."""

from typing import Any

from .config import RemoteSettings
from .config_store import ConfigStore
from .home.inputs import fields, validated
from .remote import Remote


class RemoteSwitch:
    """Changes the settings of remote access while it runs."""

    def __init__(self, store: ConfigStore, *, registrars: tuple[str, ...], app: str | None) -> None:
        """Add these registrars to the kept ones, and use this address of the app where none is kept."""
        self._store = store
        self._registrars = registrars
        self._app = app

    @property
    def settings(self) -> RemoteSettings:
        """What holds now."""
        kept = self._store.config.remote
        registrars = tuple(dict.fromkeys((*kept.registrars, *self._registrars)))
        return kept.model_copy(update={"registrars": registrars, "app": kept.app or self._app})

    def change(self, remote: Remote, data: Any) -> None:
        """Keep the given settings, and let them take effect. Raises EdgeError."""
        config = self._store.config
        wanted = validated(RemoteSettings, config.remote.model_dump() | dict(fields(data)))
        self._store.save(config.model_copy(update={"remote": wanted}))
        remote.apply(self.settings)
