"""`./run bench onsale [--processor stripe] [--json FILE] [--plot FILE.svg] [--runs NAME…] [--times N]
[--seconds N]`: a hot event.

Buyers buy until it is sold out.

Through nginx, on the embedded stack as the demo starts it, with every feature of a real sale: idempotency, limits,
fees, ledger, jobs, live stream, fsync. The load generator runs on the same processors; its share is reported. After it,
on the same stack, the limit of the database alone is measured. Each run has a stack of its own; of N runs the median is
reported.

With `--processor stripe` payments go through Stripe's adapter to `bench.stripe_server`, a process of its own that
speaks Stripe's HTTP and takes 200 to 600 ms a call. Buyers confirm with it, as a browser does with Stripe. It has no
limit of writes, and AdmitOne's settings say so: the write budget is not what is measured.
"""

import argparse
import json
import os
import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop
from rich.console import Console
from rich.table import Table

from admitone.testing.demo_process import Demo
from bench.buyers import Tally, sell_out
from bench.calibration import in_words, ratios
from bench.figures import occasion, percentiles_ms
from bench.http_client import Connection
from bench.onsale_event import put_on_sale
from bench.plot import bars
from bench.processes import cpu_seconds, resident_megabytes, run_stripe_server
from bench.raw_limit import transactions_a_second
from bench.running_demo import run_demo, with_settings

RUNS = {
    "stadium-32": ("stadium", 32),
    "stadium-256": ("stadium", 256),
    "stadium-1024": ("stadium", 1024),
    "synthetic-256": ("synthetic", 256),
    "standing-256": ("standing", 256),
}
SECONDS_MAX = 90.0
WRITES_UNLIMITED = 10_000
"""A second: more than any run makes."""


async def measure(
    demo: Demo,
    address: str,
    api_key: str,
    name: str,
    *,
    stripe_port: int | None = None,
    seconds_max: float = SECONDS_MAX,
) -> dict[str, Any]:
    """Run one on-sale and return its figures."""
    kind, buyers = RUNS[name]
    parts = urlsplit(address)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    connection = Connection(host, port)
    sale = await put_on_sale(connection, api_key, kind)
    connection.close()
    before, own_before = cpu_seconds(demo.pid), sum(os.times()[:2])
    tally = await sell_out(host, port, sale, buyers=buyers, seconds_max=seconds_max, stripe_port=stripe_port)
    own = sum(os.times()[:2]) - own_before
    used = {process: value - before.get(process, 0.0) for process, value in cpu_seconds(demo.pid).items()}
    seconds = max(tally.sold_at, default=0.0)
    confirmed = tally.answers["confirmed"]
    stripe = {} if stripe_port is None else {"stripe": await _seen_by_stripe(stripe_port, tally)}
    return {
        **stripe,
        "run": name,
        "places": sale.places,
        "buyers": buyers,
        "seconds": round(seconds, 2),
        "bookings_a_second": round(confirmed / seconds) if seconds else 0,
        "tickets_a_second": round(tally.tickets / seconds) if seconds else 0,
        "bookings": confirmed,
        "tickets": tally.tickets,
        "sold_share": round(tally.tickets / sale.places, 4),
        "answers": dict(tally.answers),
        "checkout_ms": percentiles_ms(tally.checkout),
        "confirm_ms": percentiles_ms(tally.confirm),
        "refused_ms": percentiles_ms(tally.refused),
        "cpu_seconds": {process: round(value, 1) for process, value in _largest(used) if value >= 0.05},
        "load_generator_cpu_seconds": round(own, 1),
        "cpu_ms_a_booking": {
            process: round(value * 1_000 / max(1, confirmed), 3)
            for process, value in _largest({**used, "load generator": own})
            if value >= 0.05
        },
        "resident_mb": {process: round(value) for process, value in _largest(resident_megabytes(demo.pid))},
        "bookings_each_second": _each_second(tally),
    }


async def _seen_by_stripe(port: int, tally: Tally) -> dict[str, Any]:
    connection = Connection("127.0.0.1", port)
    figures: dict[str, Any] = json.loads((await connection.request("GET", "/bench/figures")).body)
    connection.close()
    return {**figures, "buyer_ms": percentiles_ms(tally.at_stripe)}


async def run(name: str, processor: str, seconds_max: float) -> dict[str, Any]:
    """Start a stack, run the named sales, then measure the limit of the database alone."""
    if processor == "simulated":
        return await _run(name, seconds_max)
    with run_stripe_server() as port, stripe_settings(port):
        return await _run(name, seconds_max, port)


@contextmanager
def stripe_settings(port: int) -> Iterator[None]:
    """Let stacks that start in this block pay by Stripe's adapter at this port."""
    settings = {
        "ADMITONE_PAYMENTS": "stripe",
        "ADMITONE_STRIPE_API_BASE": f"http://127.0.0.1:{port}",
        "ADMITONE_STRIPE_SECRET_KEY": "sk_test_bench",
        "ADMITONE_STRIPE_PUBLISHABLE_KEY": "pk_test_bench",
        "ADMITONE_STRIPE_WEBHOOK_SECRET": "whsec_bench",
        "ADMITONE_STRIPE_WRITES_PER_SECOND": str(WRITES_UNLIMITED),
        "ADMITONE_STRIPE_ENDPOINT_WRITES_PER_SECOND": str(WRITES_UNLIMITED),
    }
    with with_settings(settings):
        yield


async def _run(name: str, seconds_max: float, stripe_port: int | None = None) -> dict[str, Any]:
    with run_demo(100) as demo:
        figures = await measure(
            demo.process, demo.address, demo.api_key, name, stripe_port=stripe_port, seconds_max=seconds_max
        )
        raw = await transactions_a_second(demo.data / "run", "admitone")
    return {**figures, "raw_limit_transactions_a_second": round(raw)}


def median_run(same: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the median of several runs by bookings a second, and the rates of all of them, in order."""
    ordered = sorted(same, key=lambda measured: measured["bookings_a_second"])
    speeds = [measured["bookings_a_second"] for measured in same]
    return ordered[(len(ordered) - 1) // 2] | {"bookings_a_second_each_time": speeds}


def _largest(values: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(values.items(), key=lambda pair: -pair[1])[:12]


def _each_second(tally: Tally) -> list[int]:
    counts = Counter(int(at) for at in tally.sold_at)
    return [counts[second] for second in range(max(counts, default=-1) + 1)]


def show(report: dict[str, Any]) -> None:
    """Print a table, plain without a terminal."""
    table = Table(title="On-sale through nginx", box=None, header_style="bold")
    for head in ("run", "bookings/s", "tickets/s", "sold", "seconds", "checkout p50/p99", "confirm p50/p99", "refused"):
        table.add_column(head, justify="left" if head == "run" else "right")
    for measured in report["runs"]:
        checkout, confirm = measured["checkout_ms"], measured["confirm_ms"]
        refused = sum(measured["answers"].values()) - measured["bookings"]
        table.add_row(
            measured["run"],
            f"{measured['bookings_a_second']:,}",
            f"{measured['tickets_a_second']:,}",
            f"{measured['sold_share']:.1%}",
            f"{measured['seconds']:.1f}",
            f"{checkout.get('p50', 0):.0f} / {checkout.get('p99', 0):.0f} ms",
            f"{confirm.get('p50', 0):.0f} / {confirm.get('p99', 0):.0f} ms",
            f"{refused:,}",
        )
    console = Console(width=110, soft_wrap=True)
    console.print(table)
    raw = report["raw_limit_transactions_a_second"]
    for measured in report["runs"]:
        console.print(_costs_in_words(measured))
    console.print(in_words(report["calibration"]))
    console.print(f"The database alone: {raw:,} transactions/s (insert booking, update two tickets, insert job).")


def _costs_in_words(measured: dict[str, Any]) -> str:
    costs = "; ".join(f"{process} {value:.2f}" for process, value in measured["cpu_ms_a_booking"].items())
    words = f"{measured['run']}: CPU ms a booking: {costs}."
    seen = measured.get("stripe")
    if seen is not None:
        words += (
            f" At Stripe: {seen['in_flight_max']} calls in flight at most, {seen['connections']} connections with"
            f" {seen['requests_a_connection']} calls each, those of the buyers' browsers included."
        )
    return words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--plot", type=Path, help="also draw them as SVG")
    parser.add_argument("--runs", nargs="+", choices=RUNS, default=list(RUNS))
    parser.add_argument("--processor", choices=("simulated", "stripe"), default="simulated")
    parser.add_argument("--times", type=int, choices=range(1, 10), default=1, metavar="N", help="1 to 9; default 1")
    parser.add_argument("--seconds", type=float, default=SECONDS_MAX, help="end a run after this; default 90")
    arguments = parser.parse_args()
    runs = [
        median_run([uvloop.run(run(name, arguments.processor, arguments.seconds)) for _ in range(arguments.times)])
        for name in arguments.runs
    ]
    raw = round(statistics.median(measured["raw_limit_transactions_a_second"] for measured in runs))
    report = {**occasion(), "raw_limit_transactions_a_second": raw, "runs": runs}
    report["calibration"] |= {"pgbench_transactions_a_second": raw}
    for measured in runs:
        own = report["calibration"] | {"pgbench_transactions_a_second": measured["raw_limit_transactions_a_second"]}
        measured["bookings_a_second_as_ratio"] = ratios(measured["bookings_a_second"], own)
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    if arguments.plot:
        rows = [(measured["run"], float(measured["bookings_a_second"])) for measured in report["runs"]]
        title = "Bookings a second, through nginx and Stripe's adapter"
        if arguments.processor == "simulated":
            title = "Bookings a second, through nginx"
            rows.append(("PostgreSQL alone (pgbench)", report["raw_limit_transactions_a_second"]))
        arguments.plot.write_text(bars(title, rows, "/s"))


if __name__ == "__main__":
    main()
