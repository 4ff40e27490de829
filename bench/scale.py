"""`./run bench scale [--seats N] [--minutes N]`: what an on-sale costs for 10⁴ to 10⁷ fans, from measured costs.

A model, not a measurement: it multiplies the costs of one request, from the JSON files in `docs/benchmarks/`, by the
requests of an on-sale, and prints the tables of `docs/scale.md`. Costs that contain the load generator, which shared
the machine, are upper bounds.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from admitone.payments.adapters.stripe_limits import (
    ENDPOINT_SHARE,
    SHARE_FOR_ADMISSIONS,
    WRITES_A_BOOKING,
    WRITES_PER_SECOND,
    bookings_per_minute,
)
from admitone.payments.ports import Endpoint, WriteRates

MEASURED = Path(__file__).parents[1] / "docs" / "benchmarks"
FANS = (10_000, 100_000, 1_000_000, 10_000_000)
PROCESSORS = 2  # of the machine on which all of it was measured
POLL_SECONDS = 30.0
ARRIVALS_IN_THE_LAST_MINUTE = 0.5
EVENT_PAGE_KB, EVENT_PAGE_REQUESTS = 102.0, 14  # a stadium's, from docs/benchmarks/pages.md
STATUS_HEADER_BYTES = 300.0
CAPTURE_MS = 0.1  # docs/benchmarks/onsale.md
IN_THE_SALE = 2_000
TICKETS_A_BOOKING = 2.04
# Bookings a second that the waiting room admits: an account in test mode, and a live one as it is opened.
STRIPE_TEST_WRITES = 25.0
# Assumptions about money, for the order of magnitude: list prices of large providers in 2026, rounded.
EUR_A_CORE_HOUR, EUR_A_GB = 0.04, 0.05


@dataclass(frozen=True)
class Costs:
    """Milliseconds of CPU for each request; cores and bytes a second for each reader of a live seat map."""

    join_ms: float
    status_ms: float
    static_ms: float
    booking_ms: float
    reader_cores: float
    reader_bytes: float
    status_bytes: float


def read_costs() -> Costs:
    """Return the costs of the published measurements. Raises `OSError`, `KeyError` if a file has another form."""
    queue, live, onsale = _read("queue"), _read("live"), _read("onsale")
    stadium = next(run for run in onsale["runs"] if run["run"] == "stadium-256")
    readers = live["live"]
    deliveries = readers["deliveries"] / readers["seconds"] / readers["clients"]
    return Costs(
        join_ms=PROCESSORS * 1000 / queue["http"]["joins_a_second"],
        status_ms=PROCESSORS * 1000 / queue["status"]["requests_a_second"],
        static_ms=PROCESSORS * 1000 / queue["status"]["static_requests_a_second"],
        booking_ms=sum(stadium["cpu_seconds"].values()) * 1000 / stadium["bookings"] + CAPTURE_MS,
        reader_cores=sum(readers["processors_used"][name] for name in ("live", "nginx")) / readers["clients"],
        reader_bytes=live["wire"]["delta_bytes"]["250 seats in pairs"]["live"] * deliveries,
        status_bytes=queue["status"]["bytes"] + STATUS_HEADER_BYTES,
    )


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((MEASURED / f"{name}.json").read_text("utf-8"))
    return content


@dataclass(frozen=True)
class Step:
    """One number of fans: requests, cores and bytes a second at the two peaks before the sale, and the evening."""

    fans: int
    arrivals: float
    arrival_cores: float
    arrival_gbit: float
    polls: float
    polling_cores: float
    polling_gbit: float
    terabytes: float
    eur: float


def compute_step(costs: Costs, fans: int, *, minutes: float) -> Step:
    """Return the figures of an on-sale whose fans wait for `minutes`."""
    arrivals = fans * ARRIVALS_IN_THE_LAST_MINUTE / 60
    polls = fans / POLL_SECONDS
    arrival_cores = arrivals * (costs.join_ms + EVENT_PAGE_REQUESTS * costs.static_ms) / 1000
    polling_cores = polls * costs.status_ms / 1000
    page_bytes, poll_bytes = EVENT_PAGE_KB * 1000, costs.status_bytes
    terabytes = fans * (page_bytes + minutes * 60 / POLL_SECONDS * poll_bytes) / 1e12
    # Machines for the peak are rented for a whole evening.
    eur = max(arrival_cores, polling_cores) * 4 * EUR_A_CORE_HOUR + terabytes * 1000 * EUR_A_GB
    return Step(
        fans,
        arrivals,
        arrival_cores,
        arrivals * page_bytes * 8 / 1e9,
        polls,
        polling_cores,
        polls * poll_bytes * 8 / 1e9,
        terabytes,
        eur,
    )


def describe_sale(costs: Costs, seats: int) -> list[str]:
    """Return the rows of the table of the sale itself: it depends on the seats, not on the fans."""
    bookings = seats / TICKETS_A_BOOKING
    rows = []
    readers = IN_THE_SALE * costs.reader_cores
    for rate, name in (
        (_admitted_a_second(STRIPE_TEST_WRITES), "Stripe's test mode"),
        (_admitted_a_second(WRITES_PER_SECOND), "Stripe's default"),
        (100.0, ""),
        (400.0, ""),
        (1_600.0, "two cores sell this"),
    ):
        at_endpoint = rate / SHARE_FOR_ADMISSIONS
        cores = rate * costs.booking_ms / 1000 + readers
        words = f"{rate:,.0f} ({name})" if name else f"{rate:,.0f}"
        writes = f"{at_endpoint * WRITES_A_BOOKING:,.0f} | {at_endpoint:,.0f}"
        rows.append(f"| {words} | {writes} | {bookings / rate / 60:.1f} min | {cores:.2f} |")
    return rows


def _admitted_a_second(writes: float) -> float:
    """Return the buyers whom the waiting room admits, with the account's limit and the default of the endpoints."""
    return bookings_per_minute(WriteRates(writes, dict.fromkeys(Endpoint, writes * ENDPOINT_SHARE))) / 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seats", type=int, default=40_000)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long a fan waits, on average")
    arguments = parser.parse_args()
    costs = read_costs()
    print("| cost of one | CPU, ms |\n|---|---|")
    for name, value in (
        ("join", costs.join_ms),
        ("status of the queue", costs.status_ms),
        ("static file", costs.static_ms),
        ("booking", costs.booking_ms),
    ):
        print(f"| {name} | {value:.3f} |")
    print(f"\nA reader of a live map: {costs.reader_cores * 1000:.3f} thousandths of a core,", end=" ")
    print(f"{costs.reader_bytes * 8 / 1000:.1f} kbit/s\n")
    print("| fans | arrivals/s | cores | Gbit/s | polls/s | cores | Gbit/s | TB of the evening | EUR |")
    print("|---|---|---|---|---|---|---|---|---|")
    for fans in FANS:
        step = compute_step(costs, fans, minutes=arguments.minutes)
        print(
            f"| {step.fans:,} | {step.arrivals:,.0f} | {step.arrival_cores:.1f} | {step.arrival_gbit:.2f}"
            f" | {step.polls:,.0f} | {step.polling_cores:.1f} | {step.polling_gbit:.2f}"
            f" | {step.terabytes:.3f} | {step.eur:,.0f} |"
        )
    print(
        f"\n| bookings/s | processor's writes/s | at create, at confirm | {arguments.seats:,} seats sold in | cores |"
    )
    print("|---|---|---|---|---|")
    print("\n".join(describe_sale(costs, arguments.seats)))


if __name__ == "__main__":
    main()
