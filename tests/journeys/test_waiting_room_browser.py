"""The waiting room in a real browser, on the whole stack: one place per person, and a draw that the page verifies."""

import json
import re
import shutil
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from admitone.testing.demo_process import Demo
from tests.limits import MS_MAX, SECONDS_MAX

VECTORS = json.loads((Path(__file__).parents[1] / "unit" / "waiting_room" / "vectors.json").read_text("utf-8"))
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]

pytestmark = pytest.mark.browser
expect.set_options(timeout=MS_MAX)


class Env:
    """The demo's organizer, through the API."""

    def __init__(self, address: str, api_key: str) -> None:
        self.address = address
        self._key = api_key

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def publish(self, *, opens_in: float, max_active: int) -> str:
        """Put a show on sale behind a waiting room whose pre-queue is open; return its id."""
        now = datetime.now(UTC)
        place = {"city": "Vienna", "country_code": "AT", "timezone": "Europe/Vienna"}
        event = {
            "name": "The Long Awaited",
            **place,
            "segment": "music",
            "local_start": "2030-06-30T19:30",
            "price_levels": [{"name": "Floor", "price": {"amount": 5000, "currency": "EUR"}}],
            "general_admission": [{"name": "Floor", "capacity": 50, "price_level": "Floor"}],
            "on_sale_at": (now + timedelta(seconds=opens_in)).isoformat(),
            "waiting_room": {
                "mode": "always",
                "pre_queue_opens_at": (now - timedelta(seconds=60)).isoformat(),
                "max_active": max_active,
            },
        }
        created = self.ask("POST", "/organizer/events", event)
        self.ask("POST", f"/organizer/events/{created['id']}/publication", {})
        return str(created["id"])

    def open_now(self, event_id: str) -> None:
        """Move the opening to this moment."""
        self.ask("PATCH", f"/organizer/events/{event_id}", {"on_sale_at": datetime.now(UTC).isoformat()})


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Env]:
    data = tmp_path_factory.mktemp("waiting-room") / "data"
    demo = Demo(data, "--port", "0", "--events", "5")
    try:
        address = demo.wait_until_ready()
        yield Env(address, json.loads((data / "credentials.json").read_text())["organizer_api_key"])
    finally:
        demo.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


def join(browser: Browser, env: Env, event_id: str, **context: Any) -> Page:
    page = browser.new_context(**context).new_page()
    page.set_default_timeout(MS_MAX)
    page.goto(f"{env.address}/e/{event_id}/queue")
    page.click("text=Take my place")
    return page


def view(page: Page) -> str | None:
    return page.get_attribute("waiting-room", "data-view")


def test_the_browser_computes_the_draw_like_the_reference(env: Env, browser: Browser) -> None:
    event_id = env.publish(opens_in=3600, max_active=1)
    page = browser.new_page()
    page.goto(f"{env.address}/e/{event_id}/queue")

    found = page.evaluate(
        """async (vectors) => {
            const module = document.querySelector('script[src*="waiting_room/waiting_room.js"]').src;
            const draw = await import(new URL("draw.js", module));
            const permutations = [];
            for (const { key, size, entries } of vectors.permutations) {
                const ranks = [];
                for (const entry of entries) ranks.push(await draw.rankOf(draw.bytesOf(key), size, entry));
                permutations.push({ half_bits: draw.halfBits(size), ranks });
            }
            const draws = [];
            for (const { event_id: id, seed, nonces, beacon_value: beacon } of vectors.draws) {
                let chain = await draw.emptyChain(id);
                const marks = [];
                for (const nonce of nonces) {
                    const mark = await draw.markOf(id, nonce);
                    marks.push(draw.hexOf(mark));
                    chain = await draw.extendChain(chain, mark);
                }
                const key = await draw.drawKey(draw.bytesOf(seed), chain, draw.bytesOf(beacon));
                const ranks = [];
                for (let entry = 0; entry <= nonces.length; entry += 1) {
                    ranks.push(await draw.rankOf(key, nonces.length, entry));
                }
                draws.push({ marks, entrants_hash: draw.hexOf(chain), draw_key: draw.hexOf(key), ranks });
            }
            return { permutations, draws };
        }""",
        VECTORS,
    )

    names = {"permutations": ("half_bits", "ranks"), "draws": ("marks", "entrants_hash", "draw_key", "ranks")}
    assert found == {
        part: [{name: vector[name] for name in wanted} for vector in VECTORS[part]] for part, wanted in names.items()
    }


def test_two_people_wait_verify_and_are_admitted_one_after_the_other(env: Env, browser: Browser) -> None:
    event_id = env.publish(opens_in=3600, max_active=1)
    pages = [join(browser, env, event_id) for _ in range(2)]
    for page in pages:
        expect(page.locator('[data-view="draw"]')).to_be_visible()
        page.reload()
        expect(page.locator('[data-view="draw"]')).to_be_visible()
    entries = [page.evaluate(f"JSON.parse(localStorage['place:{event_id}']).entry") for page in pages]
    second_tab = pages[0].context.new_page()
    second_tab.goto(pages[0].url)
    expect(second_tab.locator('[data-view="draw"]')).to_be_visible()
    second_tab.close()
    env.open_now(event_id)

    # The page of the called buyer moves on automatically; the other page stays, and can verify that this is right.
    first, other = _who_moves_on(pages, f"{env.address}/e/{event_id}#queue-notice")
    expect(first.locator("#queue-notice")).to_contain_text("You are in")
    expect(first.locator(".event-acts .next-step")).to_have_text(re.compile("^Choose"))
    expect(first.locator(".event-acts .next-step")).to_have_attribute("href", "#tickets")
    expect(other.locator('[data-part="ahead"]')).to_have_text("0")
    other.click("text=Verify the draw")
    expect(other.locator('[data-part="verdict"]')).to_contain_text("Verified in your browser")
    assert other.locator('[data-part="proof"] li.is-good').count() == 4

    first.fill('input[name^="area-"]', "2")
    first.click("#continue")
    first.wait_for_url("**/checkout/**")
    assert sorted(entries) == [0, 1]


def test_a_place_without_scripts_is_an_address(env: Env, browser: Browser) -> None:
    event_id = env.publish(opens_in=-1, max_active=5)
    checked = join(browser, env, event_id, java_script_enabled=False)
    assert "Turn on JavaScript" in checked.inner_text("main")
    # If the organizer asks for no proof of work, joining needs no script.
    env.ask("PATCH", f"/organizer/events/{event_id}/queue", {"proof_above_per_minute": None})
    page = join(browser, env, event_id, java_script_enabled=False)
    assert "?t=q1." in page.url
    deadline = time.monotonic() + SECONDS_MAX
    while view(page) != "turn":
        assert time.monotonic() < deadline, view(page)
        page.wait_for_timeout(500)
        page.reload()

    page.click("text=Choose seats")
    page.fill('input[name^="area-"]', "1")
    page.click("#continue")

    assert "/checkout/" in page.url


def _who_moves_on(pages: list[Page], url: str) -> tuple[Page, Page]:
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        for page, other in ((pages[0], pages[1]), (pages[1], pages[0])):
            if page.url == url:
                return page, other
        pages[0].wait_for_timeout(500)
    raise AssertionError(f"no buyer was called: {[view(page) for page in pages]}")


def test_one_click_on_the_events_page_joins(env: Env, browser: Browser) -> None:
    event_id = env.publish(opens_in=3600, max_active=1)
    page = browser.new_page()
    page.set_default_timeout(MS_MAX)
    page.goto(f"{env.address}/e/{event_id}")
    page.locator("#queue-notice").get_by_role("link", name="Join the draw").click()
    page.wait_for_selector("waiting-room[data-view='draw']")
    assert page.inner_text("[data-part='entrants']") != "0"
    assert "#join" not in page.url
