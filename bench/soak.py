"""`./run bench soak [--rate N] [--minutes N] [--json FILE] [--plot FILE.svg]`: what grows, what becomes slow?

Visitors buy two standing places each at a constant rate, in an open loop, for an hour by default, on the embedded stack
as the demo starts it, with captures, tickets and mails as usual. Every ten seconds: the memory of every process by name
(of what they share, their part) and the 99th percentile of checkout and confirmation. Each slice of five
minutes sells an event of its own, which is put on sale before the slice and outside of the measured time.

The load generator runs on the same processors. Growth is the slope of a straight line through the second half: caches
and pools have filled by then.
"""

import argparse
import bisect
import json
import os
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import uvloop

from admitone.testing.demo_process import Demo
from bench.figures import occasion
from bench.http_client import Connection
from bench.onsale_event import OnSale, put_on_sale
from bench.overload_crowd import Crowd, Second
from bench.processes import cpu_seconds, proportional_megabytes
from bench.running_demo import run_demo
from bench.timeline import timeline

RATE, MINUTES = 500, 60
SLICE_SECONDS, STEP_SECONDS = 300, 10
LINES_MIN, PLACES_EACH = 16, 2
Sample = tuple[float, dict[str, float]]
"""(second of the measured time, MB by process)"""
NAMED_MAX = 6
"""Processes with a line of their own in the plot: the largest."""


class Memory:
    """Sample the memory of every process of a stack in a thread (`with`) while a slice runs (`measuring`).

    A sample has the second of the measured time at which it was taken: on a busy machine they come late.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.samples: list[tuple[float, dict[str, float]]] = []
        self._slice: tuple[float, float] | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    @contextmanager
    def measuring(self, second: float) -> Iterator[None]:
        """`second`: of the measured time, at which the slice begins."""
        self._slice = (second, time.perf_counter())
        yield
        self._slice = None

    def _run(self) -> None:
        while not self._is_over.wait(STEP_SECONDS):
            if (begun := self._slice) is not None:
                at = begun[0] + time.perf_counter() - begun[1]
                self.samples.append((round(at, 1), proportional_megabytes(self._pid)))


def measure(demo: Demo, address: str, api_key: str, rate: int, seconds: int) -> dict[str, Any]:
    """Return the figures of the whole time."""
    parts = urlsplit(address)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    recorded: list[Second] = []
    missed = 0
    before, own = cpu_seconds(demo.pid), sum(os.times()[:2])
    with Memory(demo.pid) as memory:
        for length in _slices(seconds):
            places = round(rate * length * PLACES_EACH * 1.02) + 1_000
            sale = uvloop.run(_put_on_sale(host, port, api_key, places))
            crowd = Crowd(host, port, sale, max(LINES_MIN, rate))  # each is used every second or two
            with memory.measuring(len(recorded)):
                recorded += crowd.come(rate, length)[:length]
            missed += crowd.missed
            time.sleep(2)  # the last answers arrive
            crowd.close()
    answers: Counter[str] = sum((second.answers for second in recorded), Counter())
    used = {name: value - before.get(name, 0.0) for name, value in cpu_seconds(demo.pid).items()}
    steps = [recorded[at : at + STEP_SECONDS] for at in range(0, len(recorded), STEP_SECONDS)]
    return {
        "rate": rate,
        "seconds": len(recorded),
        "bookings": answers["confirmed"],
        "answers": dict(answers.most_common()),
        "missed": missed,
        "cpu_seconds": {name: round(value, 1) for name, value in sorted(used.items()) if value > 1},
        "load_generator_cpu_seconds": round(sum(os.times()[:2]) - own, 1),
        "memory_mb": _memory_figures(memory.samples),
        "step_seconds": STEP_SECONDS,
        "checkout_p99_ms": [_p99([ms for second in step for ms in second.checkout_ms]) for step in steps],
        "confirm_p99_ms": [_p99([ms for second in step for ms in second.confirm_ms]) for step in steps],
        "sampled_at_seconds": [at for at, _ in memory.samples],
        "memory_mb_each_sample": _by_name(memory.samples),
    }


async def _put_on_sale(host: str, port: int, api_key: str, places: int) -> OnSale:
    connection = Connection(host, port)
    sale = await put_on_sale(connection, api_key, "standing", capacity=places)
    connection.close()
    return sale


def _slices(seconds: int) -> list[int]:
    whole, rest = divmod(seconds, SLICE_SECONDS)
    return [SLICE_SECONDS] * whole + ([rest] if rest else [])


def _p99(values: list[float]) -> float | None:
    return round(statistics.quantiles(values, n=100)[98], 1) if len(values) > 1 else None


def _by_name(samples: Sequence[Sample]) -> dict[str, list[float]]:
    names = sorted({name for _, sample in samples for name in sample})
    return {name: [round(sample.get(name, 0.0), 1) for _, sample in samples] for name in names}


def _memory_figures(samples: Sequence[Sample]) -> dict[str, dict[str, float]]:
    """Return by process, the largest first: MB at the beginning, in the middle, at the end; MB an hour afterwards."""
    figures = {}
    moments = [at for at, _ in samples]
    half = len(moments) // 2
    for name, values in sorted(_by_name(samples).items(), key=lambda pair: -pair[1][-1]):
        line = statistics.linear_regression(moments[half:], values[half:]) if len(moments) - half > 1 else None
        figures[name] = {
            "first": values[0],
            "middle": values[half],
            "last": values[-1],
            "mb_an_hour_in_the_second_half": 0.0 if line is None else round(line.slope * 3_600, 1),
        }
    return figures


def plot(measured: dict[str, Any]) -> str:
    lines, moments = measured["memory_mb_each_sample"], measured["sampled_at_seconds"]
    largest = list(measured["memory_mb"])[:NAMED_MAX]
    step = measured["step_seconds"]

    def stretched(values: Sequence[float | None]) -> list[float | None]:
        return [value for value in values for _ in range(step)]

    def held(values: Sequence[float]) -> list[float | None]:
        return [values[max(0, bisect.bisect(moments, second) - 1)] for second in range(measured["seconds"])]

    panels = [
        *((f"{name}, MB", {name: held(lines[name])}) for name in largest),
        (
            "p99, ms",
            {
                "checkout": stretched(measured["checkout_p99_ms"]),
                "confirm": stretched(measured["confirm_p99_ms"]),
            },
        ),
    ]
    return timeline(f"{measured['rate']} bookings a second for {measured['seconds'] / 60:.0f} minutes", panels)


def run(rate: int, seconds: int) -> dict[str, Any]:
    with run_demo(100) as demo:
        return {
            **occasion(),
            "load": os.getloadavg(),
            **measure(demo.process, demo.address, demo.api_key, rate, seconds),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=RATE, help="bookings a second")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    result = run(arguments.rate, round(arguments.minutes * 60))
    brief = {
        name: value for name, value in result.items() if not name.endswith(("_p99_ms", "_each_sample", "_at_seconds"))
    }
    print(json.dumps(brief, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(result) + "\n", "utf-8")
    if arguments.plot:
        arguments.plot.write_text(plot(result), "utf-8")


if __name__ == "__main__":
    main()
