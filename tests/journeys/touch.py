"""Touch on the seat map: taps, pinches and drags as touch events of the browser; positions of seats on the screen."""

from typing import Any

from playwright.async_api import CDPSession, Page, expect

# `map` is the page's <seat-map>; screen positions are CSS pixels of the window.
_MAP = "const map = document.querySelector('seat-map');"
STILL = f"() => {{ {_MAP} return !map.isMoving; }}"
READY = f"() => {{ {_MAP} return map?.occupancy?.version >= 0 && map.painter.width > 0; }}"
SCALE = f"() => {{ {_MAP} return map.view.scale; }}"
SEAT_PLACE = f"""(seat) => {{ {_MAP}
    const box = map.canvas.getBoundingClientRect();
    const at = map.view.toScreen(map.plan.x[seat], map.plan.y[seat]);
    return {{ x: box.left + at.x, y: box.top + at.y, size: 2 * map.plan.radius[seat] * map.view.scale }};
}}"""
HEIGHT = f"() => {{ {_MAP} return map.canvas.getBoundingClientRect().height; }}"
CHOSEN = f"() => {{ {_MAP} return map.chosen.map((seat) => seat.index); }}"
# Seats where a touch would hit another element than the map.
COVERED = f"""() => {{ {_MAP}
    const box = map.canvas.getBoundingClientRect();
    return [...map.plan.x.keys()].filter((seat) => {{
        const at = map.view.toScreen(map.plan.x[seat], map.plan.y[seat]);
        return document.elementFromPoint(box.left + at.x, box.top + at.y) !== map.canvas;
    }});
}}"""
# The seats in the corners of the hall and the one in its middle that can be chosen alone.
CORNERS = f"""() => {{ {_MAP}
    const {{ plan, occupancy }} = map;
    const free = [...plan.x.keys()].filter((seat) => occupancy.isFree(seat) && !plan.isReserved(seat));
    const best = (cost) => free.reduce((one, other) => (cost(other) < cost(one) ? other : one));
    const middle = {{ x: (plan.bounds.left + plan.bounds.right) / 2, y: (plan.bounds.top + plan.bounds.bottom) / 2 }};
    return [
        best((seat) => -plan.x[seat] - plan.y[seat]),
        best((seat) => plan.x[seat] + plan.y[seat]),
        best((seat) => Math.hypot(plan.x[seat] - middle.x, plan.y[seat] - middle.y)),
    ];
}}"""

# The smallest sections, which have no room for a label in the overview: name → the seat nearest to the middle.
NARROW = f"""() => {{ {_MAP}
    const {{ plan }} = map;
    const smallest = [...plan.sections].sort((a, b) => a.area - b.area).slice(0, 3);
    return Object.fromEntries(smallest.map((section) => [section.name, plan.nearestOf(section, section.label)]));
}}"""
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(done))"
REST_MOVES = 6


class Fingers:
    """`await Fingers.on(page)`: touches are the browser's own input, so that scrolling takes part as on a phone."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page, self._session = page, session

    @classmethod
    async def on(cls, page: Page) -> "Fingers":
        return cls(page, await page.context.new_cdp_session(page))

    async def tap(self, x: float, y: float) -> None:
        await self._touch("touchStart", (x, y))
        await self._touch("touchEnd")
        await self._page.wait_for_function(STILL)

    async def drag(self, start: tuple[float, float], by: tuple[float, float], steps: int = 8) -> None:
        """Drag with one finger, which rests before it is lifted: the map does not glide on."""
        await self._touch("touchStart", start)
        for step in range(1, steps + 1):
            await self._touch("touchMove", (start[0] + by[0] * step / steps, start[1] + by[1] * step / steps))
        for rest in range(REST_MOVES):
            await self._page.evaluate(NEXT_FRAME)
            await self._touch("touchMove", (start[0] + by[0] + rest % 2, start[1] + by[1]))
        await self._touch("touchEnd")
        await self._page.wait_for_function(STILL)

    async def pinch(self, middle: tuple[float, float], start: float, end: float, steps: int = 12) -> None:
        """Pinch with two fingers, one above the other, from `start` pixels apart to `end`."""
        x, y = middle
        await self._touch("touchStart", (x, y - start / 2), (x, y + start / 2))
        for step in range(1, steps + 1):
            apart = start + (end - start) * step / steps
            await self._touch("touchMove", (x, y - apart / 2), (x, y + apart / 2))
        await self._touch("touchEnd")
        await self._page.wait_for_function(STILL)

    async def _touch(self, kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


async def open_map(page: Page, event_id: str) -> None:
    """Open the event's page with the whole map in the middle of the screen."""
    await page.goto(f"/e/{event_id}")
    await page.wait_for_function(READY)
    await expect(page.locator("#finder")).to_be_visible()
    await page.locator(".seat-map-canvas").evaluate("canvas => canvas.scrollIntoView({ block: 'center' })")


async def place_of(page: Page, seat: int) -> dict[str, Any]:
    return dict(await page.evaluate(SEAT_PLACE, seat))
