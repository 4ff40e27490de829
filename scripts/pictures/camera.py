"""Take pictures of scenes: on a phone and a desktop screen, in light and dark."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Error, FloatRect, Page
from scripts.pictures.looks import LOOKS, Scheme
from scripts.pictures.scenes import NEXT_FRAME, Scene
from scripts.pictures.states import States
from tests.browser import SIZES

STEP_MS_MAX = 60_000
HEIGHT_MAX = 6_000
"""CSS pixels of a whole page; the picture is cut below."""
# Images below the window load when they are scrolled near.
LOAD_IMAGES = """async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
        scrollTo({ top: y, behavior: "instant" });
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
    scrollTo({ top: 0, behavior: "instant" });
    const shown = [...document.images].filter((image) => image.offsetParent);
    await Promise.all(shown.map((image) => image.decode().catch(() => null)));
    return shown.filter((image) => !image.naturalWidth).map((image) => `image does not load: ${image.src}`);
}"""
# On a picture of a whole page, sticky bars would cover its middle.
UNSTICK = """() => {
    for (const node of document.querySelectorAll("body *")) {
        const { position } = getComputedStyle(node);
        if (position === "fixed") node.style.visibility = "hidden";
        if (position === "sticky") node.style.position = "relative";
    }
}"""


@dataclass(frozen=True)
class Picture:
    """A written file, and the errors of its page."""

    scene: Scene
    size: str
    scheme: Scheme
    file: str
    complaints: tuple[str, ...]


async def take_pictures(browser: Browser, states: States, scenes: Iterable[Scene], folder: Path) -> list[Picture]:
    """Write NAME-SIZE-SCHEME.png of every scene and look. A failed scene is pictured as it is, with its error."""
    pictures = []
    for scene in scenes:
        for size, scheme in LOOKS:
            pictures.append(await _take(browser, states, scene, size, scheme, folder))
    return pictures


async def _take(browser: Browser, states: States, scene: Scene, size: str, scheme: Scheme, folder: Path) -> Picture:
    context = await browser.new_context(
        base_url=states.address,
        storage_state=states.session,
        locale="en-GB",
        color_scheme=scheme,
        reduced_motion="reduce",
        **SIZES[size],
    )
    context.set_default_timeout(STEP_MS_MAX)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    file = f"{scene.name}-{size}-{scheme}.png"
    try:
        complaints += await pose(page, scene, states.path(scene.path, size, scheme))
    except (AssertionError, Error) as error:
        complaints.append(f"the scene failed: {error}")
    await _shoot(page, folder / file, whole=scene.whole)
    await context.close()
    # The browser itself logs a line for every 4xx response, for example of a refusal page.
    mine = tuple(line for line in complaints if "Failed to load resource" not in line)
    return Picture(scene, size, scheme, file, mine)


async def pose(page: Page, scene: Scene, path: str) -> list[str]:
    """Open the scene; return what does not load."""
    await page.goto(path)
    await page.wait_for_load_state("load")
    faults: list[str] = await page.evaluate(LOAD_IMAGES)
    if scene.act is not None:
        await scene.act(page)
    await page.evaluate(NEXT_FRAME)
    return faults


async def _shoot(page: Page, path: Path, *, whole: bool) -> None:
    if not whole:
        await page.screenshot(path=path, animations="disabled")
        return
    await page.evaluate(UNSTICK)
    width, height = await page.evaluate("[innerWidth, document.documentElement.scrollHeight]")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, HEIGHT_MAX)}
    await page.screenshot(path=path, animations="disabled", full_page=True, clip=clip)
