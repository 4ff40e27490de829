"""`./run bench overload [--json FILE] [--plot FILE.svg] [--times N] [--seconds S]`: ten times the peak, for a minute.

On the embedded stack, as the demo starts it, one event's sale of standing places, through nginx, all in one run:

- *peak*: closed loop with 128, 256, 512 concurrent buyers for twelve seconds each. The best of the three without load
  shedding is the peak, in bookings a second;
- *calm*: open loop at half of that rate, the baseline;
- *overload*: open loop at ten times the peak, for a minute; a rejected visitor does not retry. Goodput is the bookings
  of the whole minute, a second, as a share of the peak;
- *after*: half of the peak again, for half a minute: the time until it is normal: from then on nothing is shed,
  checkout's median is at most 1.5 times the calm one in every second, and its 99th percentile over ten seconds (the
  length of calm) at most twice the calm one.

The load generator runs on the same processors as everything else; its share is reported. It has the gateway's niceness:
a remote crowd would not interrupt the sale for each of its visitors.
"""

import argparse
import json
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop

from admitone.embedded.privileges import be_nice
from admitone.testing.demo_process import Demo
from bench.figures import occasion
from bench.http_client import Connection
from bench.onsale_event import OnSale, put_on_sale
from bench.overload_crowd import Crowd, Second
from bench.plot import lines
from bench.processes import cpu_seconds
from bench.running_demo import run_demo

PLACES = 500_000
BUYERS, LINES = (128, 256, 512), 4_000
WARM_SECONDS, PEAK_SECONDS, CALM_SECONDS, AFTER_SECONDS = 4.0, 12.0, 10.0, 30.0
MEDIAN_FACTOR, P99_FACTOR = 1.5, 2.0
NICENESS = 6


def measure(demo: Demo, address: str, api_key: str, times: float, seconds: float) -> dict[str, Any]:
    """Run the phases and return their figures."""
    parts = urlsplit(address)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    be_nice(NICENESS)  # after the start of the stack, which would inherit the niceness
    crowd = Crowd(host, port, uvloop.run(_put_on_sale(host, port, api_key)), LINES)
    crowd.keep_buying(BUYERS[0], WARM_SECONDS)
    phases: dict[str, Any] = {}

    def phase(name: str, run: Callable[[], list[Second]], length: float) -> list[Second]:
        before, own = cpu_seconds(demo.pid), sum(os.times()[:2])
        began = time.perf_counter()
        recorded = run()
        phases[name] = figures(recorded, length, crowd) | {
            "cpu_seconds": {
                part: round(used, 1)
                for part, value in cpu_seconds(demo.pid).items()
                if (used := value - before.get(part, 0.0)) >= 0.05
            },
            "load_generator_cpu_seconds": round(sum(os.times()[:2]) - own, 1),
            "took_seconds": round(time.perf_counter() - began, 1),
        }
        return recorded

    for buyers in BUYERS:
        phase(f"{buyers} buyers", partial(crowd.keep_buying, buyers, PEAK_SECONDS), PEAK_SECONDS)
    best = max(
        (name for name in phases if not phases[name]["answers"].get("shed")), key=lambda name: _rate(phases[name])
    )
    peak = _rate(phases[best])
    calm = phase("calm", lambda: crowd.come(peak / 2, CALM_SECONDS), CALM_SECONDS)
    phase("overload", lambda: crowd.come(peak * times, seconds), seconds)
    after = phase("after", lambda: crowd.come(peak / 2, AFTER_SECONDS), AFTER_SECONDS)
    crowd.close()
    return {
        "times": times,
        "peak": best,
        "peak_bookings_a_second": peak,
        "goodput_share_of_peak": round(_rate(phases["overload"]) / peak, 3),
        "normal_after_seconds": normal_after(calm, after),
        "phases": phases,
    }


async def _put_on_sale(host: str, port: int, api_key: str) -> OnSale:
    connection = Connection(host, port)
    sale = await put_on_sale(connection, api_key, "standing", capacity=PLACES)
    connection.close()
    return sale


def _rate(phase: dict[str, Any]) -> int:
    return int(phase["bookings_a_second"])


def figures(recorded: Sequence[Second], length: float, crowd: Crowd) -> dict[str, Any]:
    """Return the figures of a phase of `length` seconds; later responses are excluded."""
    recorded = recorded[: int(length)]
    answers: Counter[str] = sum((second.answers for second in recorded), Counter())
    return {
        "seconds": length,
        "offered_a_second": round(crowd.offered / length),
        "missed": crowd.missed,
        "bookings_a_second": round(answers["confirmed"] / len(recorded)),
        "answers": dict(answers.most_common()),
        "checkout_ms": percentiles([ms for second in recorded for ms in second.checkout_ms]),
        "confirm_ms": percentiles([ms for second in recorded for ms in second.confirm_ms]),
        "shed_ms": percentiles([ms for second in recorded for ms in second.shed_ms]),
        "bookings_each_second": [second.answers["confirmed"] for second in recorded],
        "shed_each_second": [second.answers["shed"] for second in recorded],
        "checkout_ms_each_second": [percentiles(second.checkout_ms) for second in recorded],
    }


def percentiles(values: list[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = statistics.quantiles(values, n=100)
    return {name: round(cuts[at], 1) for name, at in (("p50", 49), ("p95", 94), ("p99", 98))}


def normal_after(calm: Sequence[Second], after: Sequence[Second]) -> int | None:
    """Return after how many whole seconds it was normal for good (see above); None: never during the measurement."""
    usual, length = percentiles(_checkouts(calm)), int(CALM_SECONDS)

    def is_normal(first: int) -> bool:
        return percentiles(_checkouts(after[first : first + length]))["p99"] <= P99_FACTOR * usual["p99"] and all(
            second.checkout_ms and not second.answers["shed"] and statistics.median(second.checkout_ms) <= median_max
            for second in after[first : int(AFTER_SECONDS)]
        )

    median_max = MEDIAN_FACTOR * usual["p50"]
    return next((first for first in range(int(AFTER_SECONDS) - length + 1) if is_normal(first)), None)


def _checkouts(seconds: Sequence[Second]) -> list[float]:
    return [ms for second in seconds for ms in second.checkout_ms]


def run(times: float, seconds: float) -> dict[str, Any]:
    """Start the stack and measure it."""
    with run_demo(100) as demo:
        measured = measure(demo.process, demo.address, demo.api_key, times, seconds)
    return {**occasion(), **measured}


def plot(report: dict[str, Any]) -> str:
    """Return bookings and sheds a second over the phases, as SVG."""
    order = (*(f"{buyers} buyers" for buyers in BUYERS), "calm", "overload", "after")
    booked = [count for name in order for count in report["phases"][name]["bookings_each_second"]]
    marks, at = [], 0
    for name in order:
        marks.append((at, name))
        at += len(report["phases"][name]["bookings_each_second"])
    return lines(f"Bookings a second; overload is {report['times']:g} times the peak", booked, marks, "bookings/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--plot", type=Path, help="also draw bookings a second into this file (SVG)")
    parser.add_argument("--times", type=float, default=10.0, help="how much more than the peak is offered")
    parser.add_argument("--seconds", type=float, default=60.0, help="of the overload")
    arguments = parser.parse_args()
    report = run(arguments.times, arguments.seconds)
    print(json.dumps(report, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    if arguments.plot:
        arguments.plot.write_text(plot(report))


if __name__ == "__main__":
    main()
