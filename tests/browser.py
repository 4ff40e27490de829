"""Run Chromium for the journeys with Playwright; an error that a page logs fails the test."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.limits import MS_MAX

SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
ARGUMENTS = [
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
expect.set_options(timeout=MS_MAX)
CLOSE_SECONDS_MAX = 20.0


def find_chromium() -> str:
    """Return the path of Chromium. Skip the test where it is not installed; fail where CI must run it."""
    names = (os.environ.get("ADMITONE_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("CI must run the browser tests, and there is no Chromium")
    if found is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    return found


@asynccontextmanager
async def run_chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        await _closed(browser.close())


class Visit:
    """A page with a browser context of its own, and the errors that it logged."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._note(line.type, line.text))

    def _note(self, kind: str, text: str) -> None:
        # The browser logs a line for every 4xx answer; some tests provoke those.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)


@asynccontextmanager
async def visit(browser: Browser, address: str, size: str, **options: Any) -> AsyncIterator[Page]:
    """Yield an empty page; fail if the page logged an error by the end."""
    context = await browser.new_context(base_url=address, **{"locale": "en-GB", **SIZES[size], **options})
    context.set_default_timeout(MS_MAX)
    page = await context.new_page()
    visited = Visit(page)
    yield page
    await _closed(context.close())
    assert visited.complaints == []


async def _closed(closing: Coroutine[Any, Any, None]) -> None:
    """Close the context within a time limit: Playwright's close has none and sometimes hangs."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await closing
