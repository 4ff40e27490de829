"""`./run bench stampede [--json FILE] [--plot FILE.svg] [--fans N] [--run NAME …]`: a whole on-sale, three times.

20,000 fans arrive within ten seconds at one event of 39,616 seats. With the waiting room they take a place, are drawn
when the sale opens, wait like the page, get a pass, read the live map while they choose, check out and pay; one in
twenty leaves the queue and one in twenty only looks.

- `first`: on an installation that has sold nothing yet, so admission has to find out what checkout can do.
- `known`: on one that remembers what the first has shown.
- `without`: no waiting room, all at the seats at once.

On the embedded stack, as the demo starts it; the fans run on the same processors. At the end the invariants are checked
in the databases. Captures that a rush puts off are not waited for: the report says what is owed.
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import uvloop

from admitone.testing.demo_process import Demo
from bench.fans import Crowd, Fan
from bench.figures import occasion, percentiles_ms
from bench.http_client import Connection
from bench.invariant_checks import captures_owed, find_violations
from bench.onsale_event import put_on_sale
from bench.running_demo import run_demo
from bench.sampler import Sampler
from bench.timeline import timeline

ARRIVE_SECONDS = 10.0
OPENS_AFTER_SECONDS = 14.0
MAX_ACTIVE = 2_000
# Fans choose and pay within seconds here, not minutes: turns and passes are shorter than their defaults by that factor.
TURN_SECONDS, PASS_SECONDS = 30, 30
CONNECTIONS = 2_000
# Checkouts a second that `known` remembers where `first` does not run.
SHOWN = 300.0
SECONDS_MAX = {True: 145.0, False: 80.0}
TITLES = {
    "first": "with the waiting room, the first evening",
    "known": "with the waiting room, a later evening",
    "without": "without",
}
KINDS = ("checkout", "confirm", "seats", "join", "status")


async def stampede(demo: Demo, address: str, data: Path, fans: int, *, has_queue: bool) -> dict[str, Any]:
    parts = urlsplit(address)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    api_key = json.loads((data / "credentials.json").read_text())["organizer_api_key"]
    connection = Connection(host, port)
    sale = await put_on_sale(connection, api_key, "stadium", allow_orphans=True, **(_queue() if has_queue else {}))
    if has_queue:
        # The fans' proofs of work would use the measured CPUs: in production each fan has their own device.
        pace = {"turn_seconds": TURN_SECONDS, "pass_seconds": PASS_SECONDS, "proof_above_per_minute": None}
        body = json.dumps(pace).encode()
        head = f"Authorization: Bearer {api_key}\r\n"
        answer = await connection.request("PATCH", f"/organizer/events/{sale.event_id}/queue", body, head)
        assert answer.status == 200, answer
    crowd = Crowd(host, port, sale, connections=CONNECTIONS, has_queue=has_queue)
    crowd.ends_at = crowd.seen.began + SECONDS_MAX[has_queue]
    sampler = Sampler(demo, data, crowd.seen, sale.event_id)
    own = sum(os.times()[:2])
    with sampler:
        await asyncio.gather(*(_arrive(Fan(crowd, number), number * ARRIVE_SECONDS / fans) for number in range(fans)))
    took = time.perf_counter() - crowd.seen.began
    own = sum(os.times()[:2]) - own
    crowd.close()
    connection.close()
    seen = crowd.seen
    last_sale = max(seen.sold_at, default=0.0)
    return {
        "fans": fans,
        "waiting_room": has_queue,
        "seconds": round(took, 1),
        "first_sale_at": round(min(seen.sold_at, default=0.0), 1),
        "last_sale_at": round(last_sale, 1),
        "outcomes": dict(seen.outcomes.most_common()),
        "bookings": len(seen.bookings),
        "seats_sold": sum(seen.bookings.values()),
        "answers": dict(sorted(seen.statuses.items())),
        "server_errors": sum(count for status, count in seen.statuses.items() if status.split()[-1].startswith("5")),
        "promises": await find_violations(data, sale.event_id, seen, max_active=MAX_ACTIVE if has_queue else None),
        "captures_owed": await captures_owed(data, sale.event_id),
        "bookings_a_second": round(len(seen.bookings) / max(0.1, last_sale - min(seen.sold_at, default=0.0)), 1),
        "shown_a_second": round(sampler.shown_per_minute / 60, 1),
        "most_active": max((value for value in sampler.active if value is not None), default=None),
        "max_active": MAX_ACTIVE if has_queue else None,
        "ms": {
            kind: percentiles_ms([latency for many in seen.latencies[kind].values() for latency in many])
            for kind in KINDS
        },
        "load_generator_cpu_seconds": round(own, 1),
        "load_generator_share": round(own / max(own, sum(sampler.cpu_total().values())), 3),
        "cpu_seconds": sampler.cpu_total(),
        "timeline": sampler.series(int(took) + 1),
    }


async def _arrive(fan: Fan, after: float) -> None:
    await asyncio.sleep(after)
    await fan.evening()


def _queue() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "on_sale_at": _text(now + timedelta(seconds=OPENS_AFTER_SECONDS)),
        "waiting_room": {
            "mode": "always",
            "pre_queue_opens_at": _text(now - timedelta(seconds=60)),
            "max_active": MAX_ACTIVE,
        },
    }


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def remember(demo_address: str, data: Path, shown_a_second: float) -> None:
    """Let the installation know what another of the same machine has shown: an earlier event had a waiting room."""
    parts = urlsplit(demo_address)
    connection = Connection(parts.hostname or "127.0.0.1", parts.port or 80)
    api_key = json.loads((data / "credentials.json").read_text())["organizer_api_key"]
    earlier = await put_on_sale(connection, api_key, "standing", capacity=100, **_queue())
    connection.close()
    async with await psycopg.AsyncConnection.connect(
        host=str(data / "run"), dbname="admitone", user="postgres"
    ) as conn:
        await conn.execute(
            "update waiting_room.queues set shown_per_minute = %s, round_at = clock_timestamp() where event_id = %s",
            [shown_a_second * 60, earlier.event_id],
        )


async def run(fans: int, names: Sequence[str]) -> dict[str, Any]:
    runs: dict[str, dict[str, Any]] = {}
    for name in names:
        with run_demo(20) as demo:
            if name == "known":
                await remember(demo.address, demo.data, runs["first"]["shown_a_second"] if "first" in runs else SHOWN)
            runs[name] = await stampede(demo.process, demo.address, demo.data, fans, has_queue=name != "without")
    return {
        **occasion(),
        "runs": runs,
    }


def plot(name: str, measured: dict[str, Any]) -> str:
    lines = measured["timeline"]
    panels = [
        ("in the queue", {"waiting": lines["waiting"]}),
        ("in the sale", {"active or called": lines["active"], "live streams": lines["streams"]}),
        ("a second", {"allowed": lines["allowed"], "called": lines["called"], "bookings": lines["bookings"]}),
        ("checkout, ms", {"p50": lines["checkout_p50"], "p99": lines["checkout_p99"]}),
        ("status of the queue, ms", {"p50": lines["status_p50"], "p99": lines["status_p99"]}),
        ("server errors a second", {"5xx": lines["errors"]}),
        ("processors in use", {key: lines[f"cpu_{key}"] for key in ("booking", "postgres", "nginx", "live", "fans")}),
    ]
    if not measured["waiting_room"]:
        panels = [panel for panel in panels if panel[0] not in ("in the queue", "status of the queue, ms")]
    return timeline(f"{measured['fans']:,} fans, 39,616 seats, {TITLES[name]}", panels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fans", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--plot", type=Path, help="FILE.svg for `first`; the others beside it as FILE_known.svg, FILE_without.svg"
    )
    parser.add_argument("--run", nargs="+", choices=list(TITLES), default=list(TITLES), help="only these")
    arguments = parser.parse_args()
    result = uvloop.run(run(arguments.fans, arguments.run))
    print(json.dumps({**result, "runs": {k: {**v, "timeline": "…"} for k, v in result["runs"].items()}}, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(result) + "\n", "utf-8")
    if arguments.plot:
        for name, measured in result["runs"].items():
            path = arguments.plot if name == "first" else arguments.plot.with_stem(f"{arguments.plot.stem}_{name}")
            path.write_text(plot(name, measured), "utf-8")


if __name__ == "__main__":
    main()
