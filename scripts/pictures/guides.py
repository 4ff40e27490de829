"""Take the pictures of the console's how-to guides, on a desktop screen."""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image  # a dependency of fpdf2
from playwright.async_api import Browser, ViewportSize
from scripts.pictures.camera import pose
from scripts.pictures.readme import BYTES_MAX, COLORS
from scripts.pictures.scenes import SCENES
from scripts.pictures.states import States

GUIDED = ("console-home", "console-event", "console-room", "console-desk", "console-bookings", "console-money")
"""The scenes that the guides show."""
WINDOW: ViewportSize = {"width": 1_280, "height": 860}


async def write_guide_pictures(browser: Browser, states: States, folder: Path) -> None:
    """Write NAME.png of each of these scenes."""
    for scene in SCENES:
        if scene.name not in GUIDED:
            continue
        context = await browser.new_context(
            base_url=states.address,
            storage_state=states.session,
            locale="en-GB",
            color_scheme="light",
            reduced_motion="reduce",
            viewport=WINDOW,
        )
        page = await context.new_page()
        faults = await pose(page, scene, states.path(scene.path, "desktop", "light"))
        assert faults == [], f"{scene.name}: {faults}"
        image = Image.open(BytesIO(await page.screenshot(animations="disabled"))).convert("RGB")
        await context.close()
        path = folder / f"{scene.name}.png"
        image.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
        size = os.path.getsize(path)  # noqa: ASYNC240 - nothing else runs here
        assert size <= BYTES_MAX, f"{path.name} has {size:,} bytes, more than {BYTES_MAX:,}"
