"""Visit a page as a slow phone does, and measure bytes, requests, paint, layout shift and blocking.

The throttling is that of Chromium's developer tools, "slow 4G" and a processor four times as slow. Blocking has visits
of its own, without a slow processor: it is the processor time of the main thread's tasks, times four. Chromium slows a
processor down by a busy loop on the clock, which counts what other programs of the machine do as well.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, CDPSession, Page

CPU_SLOWDOWN = 4
LATENCY_MS, DOWN_BYTES, UP_BYTES = 562.5, 180_000, 84_375
"""Slow 4G: 562.5 ms for each request, 1.44 Mbit/s down, 675 kbit/s up."""
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
QUIET_SECONDS = 2.5
"""A visit ends when the page has asked for nothing and blocked nothing for this long."""
VISIT_SECONDS_MAX = 120.0
OBSERVE = """
window.measured = { lcp: 0, what: "", cls: 0, tasks: [], last: 0, map: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    measured.lcp = entry.startTime;
    measured.what = entry.element?.tagName ?? "";
  }
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) measured.cls += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) measured.tasks.push([entry.startTime, entry.duration]);
}).observe({ type: "longtask", buffered: true });
addEventListener("availability", () => { measured.map ||= performance.now(); });
"""
TASK = "RunTask"
CALIBRATION_ROUNDS = 30_000_000
CALIBRATE = f"""(() => {{
    let sum = 0;
    for (let i = 0; i < {CALIBRATION_ROUNDS}; i += 1) sum = (sum * 31 + i) | 0;
    return sum;
}})()"""
TRACED = ["devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing", "loading"]
TASK_MS_MAX = 50
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
IMAGES, STREAMS = ("Image",), ("EventSource",)


@dataclass
class Traffic:
    """What one visit asked for. Sizes are bytes on the wire, headers included."""

    began: dict[str, tuple[float, str]] = field(default_factory=dict)
    """request id → (seconds on Chromium's clock, type of resource)"""
    sizes: dict[str, int] = field(default_factory=dict)
    last: float = 0.0

    def heard(self) -> None:
        self.last = asyncio.get_running_loop().time()

    def begin(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.began[event["requestId"]] = (event["timestamp"], event.get("type", "Other"))
            self.heard()

    def end(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])
        self.heard()

    def figures(self, first_paint_ms: float) -> dict[str, float]:
        start = min(at for at, _ in self.began.values())
        painted = start + first_paint_ms / 1000
        kinds = {name: kind for name, (_, kind) in self.began.items() if kind not in STREAMS}
        early = {name for name in kinds if self.began[name][0] <= painted and kinds[name] not in IMAGES}
        rest = {name for name in kinds if kinds[name] not in IMAGES}
        return {
            "first_view_kb": self._kb(early),
            "first_view_requests": len(early),
            "kb": self._kb(rest),
            "requests": len(kinds),
            "posters_kb": self._kb(set(kinds) - rest),
        }

    def _kb(self, names: set[str]) -> float:
        return round(sum(self.sizes.get(name, 0) for name in names) / 1000, 1)


async def measure_visit(browser: Browser, address: str, path: str) -> dict[str, Any]:
    """Return the figures of one visit with an empty cache and a slow processor."""
    async with _open_page(browser, address, slowdown=CPU_SLOWDOWN) as (page, traffic):
        await page.goto(path, wait_until="load", timeout=VISIT_SECONDS_MAX * 1000)
        await _wait_until_quiet(page, traffic)
        measured = await page.evaluate("measured")
        first_paint = float(await page.evaluate(FIRST_PAINT))
    return {
        **traffic.figures(first_paint),
        "first_paint_ms": round(first_paint),
        "lcp_ms": round(measured["lcp"]),
        "lcp_element": measured["what"],
        "blocking_on_the_clock_ms": round(
            sum(max(0.0, took - TASK_MS_MAX) for at, took in measured["tasks"] if at + took > first_paint)
        ),
        "cls": round(measured["cls"], 3),
        "map_ms": round(measured["map"]) or None,
    }


async def measure_blocking(browser: Browser, address: str, path: str) -> dict[str, Any]:
    """Return how long tasks of one visit block a processor that is four times as slow as this one."""
    async with _open_page(browser, address, slowdown=1) as (page, traffic):
        await browser.start_tracing(page=page, categories=TRACED)
        await page.evaluate(CALIBRATE)
        calibration = max(task_times(await _stop_tracing(browser)))
        await browser.start_tracing(page=page, categories=TRACED)
        await page.goto(path, wait_until="load", timeout=VISIT_SECONDS_MAX * 1000)
        await _wait_until_quiet(page, traffic)
        trace = await _stop_tracing(browser)
    tasks = [time * CPU_SLOWDOWN for time in tasks_after_first_paint(trace)]
    return {
        "blocking_ms": round(sum(max(0.0, time - TASK_MS_MAX) for time in tasks)),
        "longest_task_ms": round(max(tasks, default=0.0)),
        "busy_ms": round(sum(tasks)),
        "calibration_ms": round(calibration, 1),
    }


def task_times(trace: list[dict[str, Any]]) -> list[float]:
    """Return the processor time of every task in milliseconds."""
    return [event.get("tdur", 0) / 1000 for event in trace if event["name"] == TASK]


def tasks_after_first_paint(trace: list[dict[str, Any]]) -> list[float]:
    """Return the processor times of the main thread's tasks that end after the first paint, in milliseconds."""
    paints = [event for event in trace if event["name"] == "firstContentfulPaint"]
    if not paints:
        return []
    painted = paints[-1]
    return task_times(
        [
            event
            for event in trace
            if (event["pid"], event["tid"]) == (painted["pid"], painted["tid"])
            and event["ts"] + event.get("dur", 0) > painted["ts"]
        ]
    )


@asynccontextmanager
async def _open_page(browser: Browser, address: str, *, slowdown: int) -> AsyncIterator[tuple[Page, Traffic]]:
    context = await browser.new_context(base_url=address, locale="en-GB", service_workers="block", **PHONE)
    page = await context.new_page()
    await page.add_init_script(OBSERVE)
    session = await context.new_cdp_session(page)
    traffic = Traffic()
    await _throttle(session, traffic, slowdown)
    yield page, traffic
    await context.close()


async def _stop_tracing(browser: Browser) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads(await browser.stop_tracing())["traceEvents"]
    return events


async def _throttle(session: CDPSession, traffic: Traffic, slowdown: int) -> None:
    await session.send("Network.enable")
    session.on("Network.requestWillBeSent", traffic.begin)
    session.on("Network.loadingFinished", traffic.end)
    limits = {"latency": LATENCY_MS, "downloadThroughput": DOWN_BYTES, "uploadThroughput": UP_BYTES}
    await session.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})


async def _wait_until_quiet(page: Page, traffic: Traffic) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + VISIT_SECONDS_MAX
    while loop.time() < deadline:
        since = loop.time() - traffic.last
        busy = await page.evaluate(
            f"measured.tasks.some(([at, took]) => at + took > performance.now() - {QUIET_SECONDS * 1000})"
        )
        if (
            since > QUIET_SECONDS
            and not busy
            and await page.evaluate("!document.querySelector('seat-map') || measured.map > 0")
        ):
            return
        await asyncio.sleep(0.2)
    raise TimeoutError("the page did not come to rest")
