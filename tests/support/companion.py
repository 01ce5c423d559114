"""A phone with Home Assistant's own app: what it registers with, the notifications that it gets, and what its owner does with them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from .homeassistant_api import HomeAssistantApi

AT_HOME = (52.37, 4.89)
"""Where the tests' Home Assistant is."""
AWAY = (48.21, 16.37)

type Notification = dict[str, Any]
"""`title`, `message` and `data` as they are sent to the push service of the phone's maker."""


class Companion:
    """One phone. `notifications` are those that came and were not taken by `notified` yet."""

    def __init__(self, api: HomeAssistantApi, name: str, maker: str) -> None:
        self.name = name
        self.notifications: asyncio.Queue[Notification] = asyncio.Queue(100)
        self.device: str
        """The phone's id in the device registry."""
        self._api = api
        self._maker = maker
        self._webhook = ""

    async def register(self, push_url: str) -> None:
        """Log in and register, with a push service at `push_url`."""
        registration = await self._api.post(
            "mobile_app/registrations",
            {
                "app_id": "io.homeassistant.test",
                "app_name": "Home Assistant",
                "app_version": "2026.11.0",
                "device_name": self.name,
                "device_id": self.name,
                "manufacturer": self._maker,
                "model": "Phone",
                "os_name": "iOS" if self._maker == "Apple" else "Android",
                "os_version": "26",
                "supports_encryption": False,
                "app_data": {"push_token": self.name, "push_url": push_url},
            },
        )
        self._webhook = registration["webhook_id"]
        devices = await self._api.command("config/device_registry/list")
        self.device = next(device["id"] for device in devices if ["mobile_app", self.name] in device["identifiers"])

    async def push(self, request: web.Request) -> web.Response:
        """Be the push service: take a notification."""
        self.notifications.put_nowait(await request.json())
        return web.json_response({}, status=201)

    async def notified(self, timeout: float = 60) -> Notification:
        """Wait for the next notification. Raises TimeoutError."""
        try:
            async with asyncio.timeout(timeout):
                return await self.notifications.get()
        except TimeoutError:
            raise TimeoutError(f"{self.name} got no notification within {timeout:.0f} s.") from None

    def forget(self) -> None:
        """Swipe all notifications away."""
        while not self.notifications.empty():
            self.notifications.get_nowait()

    async def press(self, action: str) -> None:
        """Press a button of a notification."""
        await self._tell("fire_event", event_type="mobile_app_notification_action", event_data={"action": action})

    async def go(self, place: tuple[float, float]) -> None:
        """Be carried to a place: latitude and longitude."""
        await self._tell("update_location", gps=list(place), gps_accuracy=10)

    async def _tell(self, kind: str, **data: Any) -> None:
        async with (
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.post(f"{self._api.url}/api/webhook/{self._webhook}", json={"type": kind, "data": data}),
        ):
            pass


@asynccontextmanager
async def companions(api: HomeAssistantApi, makers: Mapping[str, str]) -> AsyncIterator[list[Companion]]:
    """Phones, each with its name and maker, registered as the user of `api`."""
    phones = [Companion(api, name, maker) for name, maker in makers.items()]
    app = web.Application()
    for number, phone in enumerate(phones):
        app.router.add_post(f"/{number}", phone.push)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _, port = runner.addresses[0]
        for number, phone in enumerate(phones):
            await phone.register(f"http://127.0.0.1:{port}/{number}")
        yield phones
    finally:
        await runner.cleanup()
