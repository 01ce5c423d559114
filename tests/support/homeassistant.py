"""A real Home Assistant with the integration linked into it."""

import asyncio
from dataclasses import dataclass
import json
from pathlib import Path
import re

import aiohttp

from .child import Child, ChildError, free_port
from .homeassistant_api import HomeAssistantApi
from .paths import ROOT, VENV

# By name: default_config asks for go2rtc's container and for services on the Internet.
COMPONENTS = ("config", "history", "logbook", "media_source", "stream")


@dataclass(frozen=True)
class User:
    """Who logs in."""

    name: str
    username: str
    password: str


class HomeAssistant:
    """One Home Assistant on 127.0.0.1, in a configuration directory of its own.

    `configuration` is YAML that comes after the list of components. `port` 0 takes a free one.
    """

    def __init__(self, directory: Path, user: User, configuration: str = "", port: int = 0) -> None:
        self.directory = directory
        self.user = user
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._write(configuration)
        self.child = Child(
            "Home Assistant",
            [VENV / "homeassistant" / "bin" / "hass", "--config", directory, "--skip-pip"],
            directory / "home-assistant-console.log",
        )

    @property
    def log(self) -> str:
        """All that Home Assistant has logged so far."""
        return self.child.log.read_text(errors="replace")

    def _write(self, configuration: str) -> None:
        storage = self.directory / ".storage"
        components = self.directory / "custom_components"
        media = self.directory / "media"
        for directory in (storage, components, media):
            directory.mkdir(parents=True)
        (components / "ambianic").symlink_to(ROOT / "custom_components" / "ambianic")
        # A `http:` block in YAML would only be a trial that Home Assistant takes back after five minutes.
        http = {
            "stable": {
                "server_port": self.port,
                "server_host": ["127.0.0.1"],
                "cors_allowed_origins": [],
                "login_attempts_threshold": -1,
                "ip_ban_enabled": True,
                "ssl_profile": "intermediate_v6",
                "use_x_frame_options": True,
                "created_at": "2026-01-01T00:00:00+00:00",
                "error": None,
                "error_message": None,
            },
            "pending": None,
            "yaml_migration_done": True,
        }
        _store(storage, "http", http, version=3)
        # Only the user is left to onboard: the other steps add integrations that want the Internet.
        _store(storage, "onboarding", {"done": ["core_config", "analytics", "integration"]}, version=4)
        lines = [
            "homeassistant:",
            "  name: Home",
            "  latitude: 52.37",
            "  longitude: 4.89",
            "  elevation: 0",
            "  unit_system: metric",
            "  time_zone: UTC",
            "  country: NL",
            # Else it depends on whether this runs in a container.
            "  media_dirs:",
            f"    local: {media}",
            "logger:",
            "  default: warning",
            "  logs:",
            "    custom_components.ambianic: debug",
            *(f"{component}:" for component in COMPONENTS),
        ]
        (self.directory / "configuration.yaml").write_text("\n".join(lines) + "\n" + configuration)

    async def start(self, timeout: float = 120) -> None:
        """Start and wait until the frontend answers. Raises ChildError."""
        await self.child.start_serving(f"{self.url}/manifest.json", timeout)

    async def onboard(self) -> HomeAssistantApi:
        """Make the first user, as the welcome page does: a client with that user's long-lived token. Raises ChildError."""
        client = self.url + "/"
        user = {"name": self.user.name, "username": self.user.username, "password": self.user.password}
        async with aiohttp.ClientSession(self.url, raise_for_status=True) as session:
            async with session.post("/api/onboarding/users", json=user | {"client_id": client, "language": "en"}) as response:
                code = (await response.json())["auth_code"]
            grant = {"grant_type": "authorization_code", "code": code, "client_id": client}
            async with session.post("/auth/token", data=grant) as response:
                token = (await response.json())["access_token"]
        async with HomeAssistantApi(self.url, token) as api:
            await wait_until_running(api)
            if lacking := re.findall(r"Unable to import component: (.+)", self.log):
                # The frontend would stay on its loading screen.
                raise ChildError(f"Home Assistant lacks packages, which scripts/setup should install: {'; '.join(lacking)}")
            lasting = await api.command("auth/long_lived_access_token", client_name="script", lifespan=1)
        return HomeAssistantApi(self.url, lasting)

    async def stop(self) -> None:
        """Stop as the operating system would. Raises ChildError where it has to be killed."""
        await asyncio.to_thread(self.child.stop)


async def wait_until_running(api: HomeAssistantApi, timeout: float = 120) -> None:
    """Wait until everything is set up: a frontend that connects earlier can stay on its loading screen."""
    async with asyncio.timeout(timeout):
        while True:
            if (await api.get("config"))["state"] == "RUNNING":
                return
            await asyncio.sleep(0.1)


def _store(storage: Path, key: str, data: object, version: int) -> None:
    (storage / key).write_text(json.dumps({"version": version, "minor_version": 1, "key": key, "data": data}))
