"""What only a real browser can show: keys that cannot be taken, and that last."""

from playwright.async_api import Page
import pytest

from .hub import Clock, Hub
from .phones import ChromiumPhone
from .runs import connect, paired

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_identity_lasts_and_cannot_be_taken(page: Page, hub: Hub, clock: Clock) -> None:
    """After a reload the phone connects with the same identity, which no script on the page can export."""
    phone = ChromiumPhone(page, clock)
    await paired(phone, hub)
    identity = await phone.identity()
    await page.reload()
    assert await phone.identity() == identity
    assert await page.evaluate("phone.call('steal', [])") == {"value": "refused"}
    await connect(phone, hub)
