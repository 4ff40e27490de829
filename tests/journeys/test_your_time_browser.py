"""A page adds the reader's own time to a moment at the venue only if their clocks differ."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser import visit
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# What home.html writes for a reader in the United States; U+202F is a narrow space.
OPENS = "Tue, Dec 1, 3:00\u202fPM"
ADDED = f'<your-time id="opens" data-zone="America/New_York"><time datetime="2026-12-01T20:00:00Z">{OPENS}</time>'


@pytest.mark.parametrize(
    ("zone", "note"),
    [
        ("America/New_York", ""),
        ("America/Toronto", ""),
        ("America/Los_Angeles", " Tue 12:00 PM where you are"),
        ("Pacific/Auckland", " Wed 9:00 AM where you are"),
    ],
)
async def test_only_another_time_is_shown(stack: Stack, chromium: Browser, zone: str, note: str) -> None:
    async with visit(chromium, stack.address, "phone", locale="en-US", timezone_id=zone) as page:
        await page.goto("/")
        await page.wait_for_function("() => customElements.get('your-time')")
        await page.evaluate("added => document.querySelector('main').insertAdjacentHTML('beforeend', added)", ADDED)
        await expect(page.locator("#opens")).to_have_text(f"{OPENS}{note}")
