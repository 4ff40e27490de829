"""`./run bench live [--json FILE] [--plot FILE.svg] [--clients N] [--seconds S]`: the live seat map.

On the embedded stack, as the demo starts it, a stadium of 39,616 seats:

- *wire*: bytes of a snapshot at any fill, and of 250 changes;
- *live*: N readers through nginx while 500 seats a second change and a few buyers buy: the delay from the lock request
  until a reader has the change, memory and CPU; then every reader's map is compared with the database's;
- *nchan*: nchan, as Debian packages it, delivers the same events to as many readers (if it is installed, or named by
  --nchan-nginx and --nchan-module).

With two processors or more, the servers under test (live, nginx) have one of them, and everything else the others: the
load generator, the lock scripts, the buyers.
"""

import argparse
import asyncio
import hashlib
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import uvloop
from redis.asyncio import Redis

from admitone.testing.demo_process import Demo, descendants
from bench.buyers import buy_until
from bench.figures import occasion
from bench.http_client import Connection
from bench.live_crowd import Crowd
from bench.live_storm import Storm
from bench.live_wire import measure_wire
from bench.nchan import Nchan
from bench.onsale_event import OnSale, put_on_sale
from bench.plot import bars
from bench.processes import cpu_seconds, resident_megabytes
from bench.running_demo import run_demo

SEATS_A_SECOND = 500
BUYERS = 2
SETTLE_SECONDS = 3.0


async def measure(demo: Demo, address: str, data: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    parts = urlsplit(address)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    api_key = json.loads((data / "credentials.json").read_text())["organizer_api_key"]
    connection = Connection(host, port)
    redis = Redis(unix_socket_path=str(data / "run" / "redis.sock"))
    wire = await measure_wire(connection, redis, await put_on_sale(connection, api_key, "stadium"))
    sale = await put_on_sale(connection, api_key, "stadium")
    served_by = _share_processors(demo, ("live", "nginx"))
    live = await _live(demo, host, port, data, redis, sale, arguments)
    nchan = None
    if Path(arguments.nchan_module).exists():
        with Nchan(arguments.nchan_nginx, arguments.nchan_module) as other:
            _pin([other.worker_pid], served_by)
            nchan = await _nchan(other, host, port, redis, sale, arguments)
    connection.close()
    await redis.aclose()
    return {"wire": wire, "served_by_processors": len(served_by), "live": live, "nchan": nchan}


async def _live(
    demo: Demo, host: str, port: int, data: Path, redis: Redis, sale: OnSale, arguments: argparse.Namespace
) -> dict[str, Any]:
    storm = Storm(redis, sale)
    before = resident_megabytes(demo.pid)
    async with Crowd(host, port, f"/events/{sale.event_id}/live", arguments.clients) as crowd:
        opening = time.monotonic()
        opened = await crowd.open()
        opening = time.monotonic() - opening
        await asyncio.sleep(SETTLE_SECONDS)
        resident = resident_megabytes(demo.pid)
        cpu, began = cpu_seconds(demo.pid), time.monotonic()
        buying = asyncio.create_task(buy_until(host, port, sale, buyers=BUYERS, seconds=arguments.seconds))
        committed = await storm.run(SEATS_A_SECOND, arguments.seconds)
        tally = await buying
        seconds = time.monotonic() - began
        used = {name: value - cpu.get(name, 0.0) for name, value in cpu_seconds(demo.pid).items()}
        await storm.release_all()
        figures = await crowd.report(committed)
        await asyncio.sleep(SETTLE_SECONDS)  # a job publishes sales, too
        shown = await crowd.until(await storm.version())
    truth = _database_hash(data, sale)
    return {
        "clients": opened,
        "opened_in_seconds": round(opening, 1),
        "seconds": round(seconds, 1),
        "seats_changed_a_second": round(2 * len(committed) / arguments.seconds),
        "bookings": tally.answers["confirmed"],
        **figures,
        "resident_kb_a_connection": {
            name: round((resident[name] - before.get(name, 0.0)) * 1000 / opened, 2) for name in ("live", "nginx")
        },
        "processors_used": {name: round(value / seconds, 3) for name, value in used.items() if value / seconds > 0.005},
        "readers_lost": shown["lost"],
        "maps": {"readers": shown["readers"], "as_the_database": shown["hashes"].get(truth, 0)},
    }


async def _nchan(
    nchan: Nchan, host: str, port: int, redis: Redis, sale: OnSale, arguments: argparse.Namespace
) -> dict[str, Any]:
    storm = Storm(redis, sale, seed=21)
    before = nchan.resident_megabytes()
    async with Crowd("127.0.0.1", nchan.port, "/sub", arguments.clients) as crowd:
        opened = await crowd.open()
        await asyncio.sleep(SETTLE_SECONDS)
        relay = asyncio.create_task(nchan.relay(host, port, f"/events/{sale.event_id}/live"))
        await asyncio.sleep(1)
        resident, cpu, began = nchan.resident_megabytes(), nchan.cpu_seconds(), time.monotonic()
        committed = await storm.run(SEATS_A_SECOND, arguments.seconds)
        seconds = time.monotonic() - began
        used = nchan.cpu_seconds() - cpu
        await asyncio.sleep(1)
        figures = await crowd.report(committed)
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
    await storm.release_all()
    return {
        "clients": opened,
        "seats_changed_a_second": round(2 * len(committed) / arguments.seconds),
        **figures,
        "resident_kb_a_connection": round((resident - before) * 1000 / opened, 2),
        "processors_used": round(used / seconds, 3),
    }


def _database_hash(data: Path, sale: OnSale) -> str:
    """Return the hash of PostgreSQL's map while no booking is in progress."""
    with psycopg.connect(host=str(data / "run"), dbname="admitone", user="postgres") as conn:
        rows = conn.execute(
            "select index, state::text from booking.tickets where event_id = %s and area_id is null", [sale.event_id]
        ).fetchall()
    states = bytearray(b"a" * sale.places)
    for index, state in rows:
        states[index] = ord("h" if state == "c" else state)
    return hashlib.sha256(states).hexdigest()


def _share_processors(demo: Demo, names: Sequence[str]) -> set[int]:
    """Assign one processor to the servers under test and the others to everything else; return the former."""
    processors = sorted(os.sched_getaffinity(0))
    if len(processors) < 2:
        return set(processors)
    ours, others = {processors[0]}, set(processors[1:])
    os.sched_setaffinity(0, others)
    for pid, name in [(demo.pid, "supervisor"), *descendants(demo.pid)]:
        _pin([pid], ours if name in names else others)
    return ours


def _pin(pids: Sequence[int], processors: set[int]) -> None:
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), processors)


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    with run_demo(20) as demo:
        figures = await measure(demo.process, demo.address, demo.data, arguments)
    return {
        **occasion(),
        **figures,
    }


def _plot(result: dict[str, Any]) -> str:
    rows = []
    for name in ("live", "nchan"):
        measured = result[name]
        rows += (
            [(f"{name}: {share}", float(value)) for share, value in measured["delay_ms"].items()] if measured else []
        )
    title = f"{result['live']['clients']:,} readers, {result['live']['seats_changed_a_second']} seats/s: delay"
    return bars(title, rows, "ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30.0, help="of every storm")
    parser.add_argument("--nchan-nginx", default="/usr/sbin/nginx")
    parser.add_argument("--nchan-module", default="/usr/lib/nginx/modules/ngx_nchan_module.so")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    result = uvloop.run(run(arguments))
    print(json.dumps(result, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    if arguments.plot:
        arguments.plot.write_text(_plot(result), "utf-8")


if __name__ == "__main__":
    main()
