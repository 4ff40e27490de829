"""A change of many events goes on by itself, once: a page that is shown again sends nothing again."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Route

import admitone.console

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SCRIPT = (Path(admitone.console.__file__).parent / "static/js/continue.js").read_text("utf-8")
FORM = '<form method="post" action="/last" data-continue></form>'


async def test_only_a_step_that_was_sent_just_now_sends_the_next(chromium: Browser) -> None:
    sent: list[str] = []

    async def serve(route: Route) -> None:
        """The page `first` has a next piece only when it is shown again."""
        sent.append(f"{route.request.method} {route.request.url.rpartition('/')[2]}")
        form = FORM if sent[-1] == "GET step" or sent.count("GET first") > 1 else ""
        script = f'<script type="module">{SCRIPT}</script>'
        body = f"<!doctype html><title>x</title>{form}{script}"
        await route.fulfill(content_type="text/html", headers={"Cache-Control": "no-store"}, body=body)

    page = await chromium.new_page()
    try:
        await page.route("https://console.example/**", serve)
        await page.goto("https://console.example/first")
        await page.goto("https://console.example/step", wait_until="commit")
        await page.wait_for_url("**/last")
        await page.go_back()
        await page.reload()
        shown = page.url
    finally:
        await page.close()

    assert shown.endswith("/first")
    assert sent == ["GET first", "GET step", "POST last", "GET first", "GET first"]
