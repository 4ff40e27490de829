"""Take the pictures of README.md: a seat map during a sale, and the timeline of a measured on-sale."""

import json
import os
from io import BytesIO
from pathlib import Path

from bench.timeline import timeline
from PIL import Image  # a dependency of fpdf2
from playwright.async_api import Browser, FloatRect, ViewportSize, expect
from scripts.pictures.scenes import choose_two_seats, wait_for_map
from scripts.pictures.states import States

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
MEASURED = ROOT / "docs" / "benchmarks" / "stampede.json"
RUNS = "known", "first", "with the waiting room"
"""The first of these that was measured; the last is its name in older files."""
WINDOW: ViewportSize = {"width": 1_440, "height": 1_000}
COLORS = 256
"""Colors of the picture's palette: a third of the bytes of a true-color PNG, without a visible difference."""
BYTES_MAX = 120_000
"""Every visitor of README.md loads it."""


async def write_readme_pictures(browser: Browser, states: States, folder: Path) -> None:
    """Write seat-map.png and on-sale.svg."""
    image = Image.open(BytesIO(await _picture_seat_map(browser, states))).convert("RGB")
    path = folder / "seat-map.png"
    image.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = os.path.getsize(path)  # noqa: ASYNC240 - nothing else runs here
    assert size <= BYTES_MAX, f"{path.name} has {size:,} bytes, more than {BYTES_MAX:,}"
    folder.joinpath("on-sale.svg").write_text(on_sale_plot(), "utf-8")


def on_sale_plot() -> str:
    """Return the timeline of the on-sale that `./run bench stampede` measured: queue, buyers in the sale, bookings."""
    runs = json.loads(MEASURED.read_text("utf-8"))["runs"]
    run = next(runs[name] for name in RUNS if name in runs)
    lines = run["timeline"]
    panels = [
        ("in the queue", {"buyers": lines["waiting"]}),
        (f"in the sale, at most {run['max_active']:,}", {"buyers": lines["active"]}),
        ("a second", {"bookings": lines["bookings"], "server errors": lines["errors"]}),
    ]
    return timeline(f"{run['fans']:,} buyers, {run['seats_sold']:,} seats, two processor cores", panels)


async def _picture_seat_map(browser: Browser, states: States) -> bytes:
    """Return a picture of map, prices and basket, with two seats chosen, as PNG."""
    context = await browser.new_context(
        base_url=states.address, locale="en-GB", color_scheme="light", reduced_motion="reduce", viewport=WINDOW
    )
    page = await context.new_page()
    await page.goto(states.path("event-hall", "desktop", "light"))
    await choose_two_seats(page)
    await page.get_by_role("button", name="Show the whole map").click()
    await page.mouse.move(0, 0)
    await wait_for_map(page)
    await expect(page.locator("#basket-seats li")).to_have_count(2)
    tickets, last = await page.locator("#tickets").bounding_box(), await page.locator("#feed-words").bounding_box()
    assert tickets is not None
    assert last is not None
    clip: FloatRect = {**tickets, "height": last["y"] + last["height"] - tickets["y"]}
    picture = await page.screenshot(clip=clip, animations="disabled")
    await context.close()
    return picture
