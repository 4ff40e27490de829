"""`./run bench pages [--json FILE] [--visits N] [--only NAME…] [--blocking]`: the pages on a slow phone.

On the embedded stack, as the demo starts it, with Chromium on a phone's screen, its processor slowed down four times
and its network to slow 4G. Each visit begins with an empty cache; the figures are medians. `--blocking` measures only
how long tasks block, which other programs of the machine hardly change.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser
from tests.browser import run_chromium

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from bench.figures import occasion
from bench.page_visit import measure_blocking, measure_visit
from bench.running_demo import run_demo

EVENTS = 300
HALLS = {"event-hall": "ull_paraninfo", "event-arena": "canvas_arena", "event-stadium": "metalist_kharkiv"}
VISITS = 5
Visit = Callable[[Browser, str, str], Coroutine[Any, Any, dict[str, Any]]]


async def measure(
    address: str, api_key: str, *, visits: int, only: list[str] | None, kinds: Sequence[Visit]
) -> dict[str, Any]:
    """Return name → medians over the visits, in the order of a purchase."""
    paths = await make_pages(address, api_key)
    found: dict[str, Any] = {}
    async with run_chromium() as browser:
        await measure_visit(browser, address, "/")  # the first visit warms the servers
        for name, path in paths.items():
            if only and name not in only:
                continue
            found[name] = {}
            for visit in kinds:
                rounds = [await visit(browser, address, path) for _ in range(visits)]
                found[name] |= {key: _median([figures[key] for figures in rounds]) for key in rounds[0]}
            say(f"{name}: {json.dumps(found[name])}")
    return found


async def make_pages(address: str, api_key: str) -> dict[str, str]:
    async with (
        Organizer(address, api_key) as organizer,
        httpx.AsyncClient(base_url=address, timeout=120) as http,
    ):
        shows = {
            name: await organizer.show(name=f"Benchmark of {plan}", hall=await organizer.sample_hall(plan))
            for name, plan in HALLS.items()
        }
        standing = await organizer.show(name="Benchmark without seats", standing=250)
        buyer = Buyer(http)
        held = await buyer.hold(shows["event-hall"], best_available={"quantity": 2})
        bought = await buyer.hold(shows["event-hall"], best_available={"quantity": 2})
        answer = await buyer.confirm(bought)
        assert answer.status_code == 200, answer.text
    return {
        "home": "/",
        "results": "/search",
        **{name: f"/e/{show.id}" for name, show in shows.items()},
        "event-general-admission": f"/e/{standing.id}",
        "checkout": f"/checkout/{held.booking_id}?t={held.token}",
        "booking": f"/my/{bought.booking_id}?t={bought.token}",
    }


def _median(values: list[Any]) -> Any:
    if any(isinstance(value, str) or value is None for value in values):
        return statistics.mode(values)
    return statistics.median(values)


def say(line: str) -> None:
    sys.stderr.write(f"  {line}\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run bench pages", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--only", nargs="+", metavar="NAME")
    parser.add_argument("--blocking", action="store_true")
    options = parser.parse_args()
    with run_demo(EVENTS) as demo:
        kinds = [measure_blocking] if options.blocking else [measure_visit, measure_blocking]
        pages = asyncio.run(measure(demo.address, demo.api_key, visits=options.visits, only=options.only, kinds=kinds))
    text = json.dumps({**occasion(), "load": os.getloadavg()[1], "visits": options.visits, "pages": pages}, indent=2)
    if options.json:
        options.json.write_text(f"{text}\n", "utf-8")
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
