"""`./run bench scaling [--json FILE] [--plot FILE.svg] [--runs NAME…]`: the cost of an on-sale beside other business.

- *past-…*: a stadium is sold while this many bookings of earlier years are in the tables;
- *events-…*: this many events are on sale at once (one stadium; halls of 4,000 seats), the buyers spread over them;
- *ten-seats*: a thousand buyers want the same ten seats: how soon do losers get their refusal, and do their requests
  reach PostgreSQL?

256 buyers, for a bounded time, through nginx, on the embedded stack as the demo starts it.
"""

import argparse
import asyncio
import itertools
import json
import random
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import uvloop
from rich.console import Console

from bench.buyers import Tally, sell_together
from bench.figures import occasion, percentile_ms, percentiles_ms
from bench.http_client import Connection
from bench.onsale_event import OnSale, put_on_sale
from bench.past_sales import write_past_sales
from bench.plot import bars
from bench.running_demo import RunningDemo, run_demo

PAST = {"past-1,000": 1_000, "past-100,000": 100_000, "past-1,000,000": 1_000_000}
EVENTS = {"events-1": 1, "events-10": 10, "events-100": 100}
RIVALS = "ten-seats"
BUYERS, SECONDS = 256, 10.0
RIVAL_BUYERS, RIVAL_ASKS = 1_000, 5


class Env:
    """A running demo: its address, its key, its database's folder."""

    def __init__(self, demo: RunningDemo) -> None:
        parts = urlsplit(demo.address)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.api_key = demo.api_key
        self.sockets = demo.data / "run"

    async def put_on_sale(self, kind: str) -> OnSale:
        connection = Connection(self.host, self.port)
        sale = await put_on_sale(connection, self.api_key, kind)
        connection.close()
        return sale

    def transactions(self) -> int:
        """Return the number of transactions that PostgreSQL has committed or rolled back."""
        with psycopg.connect(host=str(self.sockets), dbname="admitone", user="postgres", autocommit=True) as conn:
            row = conn.execute(
                "select xact_commit + xact_rollback from pg_stat_database where datname = 'admitone'"
            ).fetchone()
        assert row is not None
        return int(row[0])


async def sell(env: Env, name: str, sales: list[OnSale]) -> dict[str, Any]:
    tally = await sell_together(env.host, env.port, sales, buyers=BUYERS, seconds_max=SECONDS)
    seconds = min(SECONDS, max(tally.sold_at, default=SECONDS))
    sold = sum(at <= SECONDS for at in tally.sold_at)
    return {
        "run": name,
        "bookings_a_second": round(sold / seconds),
        "checkout_p99_ms": percentile_ms(tally.checkout, 99),
        "confirm_p99_ms": percentile_ms(tally.confirm, 99),
        "answers": dict(tally.answers),
    }


async def compete(env: Env) -> dict[str, Any]:
    """Let each buyer request a pair of the same ten seats repeatedly within a few seconds."""
    sale = await env.put_on_sale("hall")
    pairs = list(itertools.islice(itertools.chain.from_iterable(sale.groups), 5))
    tally = Tally()
    quiet_before = env.transactions()
    await asyncio.sleep(RIVAL_ASKS)
    quiet = env.transactions() - quiet_before
    before = env.transactions()

    async def want(number: int) -> None:
        rng, connection = random.Random(number), Connection(env.host, env.port)
        for turn in range(RIVAL_ASKS):
            due = began + turn + rng.random()
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            pair = rng.choice(pairs)
            seats = ",".join(f'"{sale.seat_ids[index]}"' for index in pair)
            body = f'{{"event_id":"{sale.event_id}","seats":[{seats}],"buyer":{{"email":"r{number}@example.org"}}}}'
            asked = time.perf_counter()
            answer = await connection.request("POST", "/booking/checkout", body.encode())
            took = time.perf_counter() - asked
            tally.answers["won" if answer.status == 201 else json.loads(answer.body)["code"]] += 1
            (tally.checkout if answer.status == 201 else tally.refused).append(took)
        connection.close()

    began = time.perf_counter() + 0.5
    await asyncio.gather(*(want(number) for number in range(RIVAL_BUYERS)))
    return {
        "run": RIVALS,
        "answers": dict(tally.answers),
        "losers_ms": percentiles_ms(tally.refused, (50, 99)),
        "transactions": env.transactions() - before,
        "transactions_of_a_quiet_house": quiet,
    }


async def run(names: list[str]) -> dict[str, Any]:
    results = []
    with run_demo(100) as demo:
        env = Env(demo)
        if RIVALS in names:
            results.append(await compete(env))
        for name, count in EVENTS.items():
            if name in names:
                kind = "stadium" if count == 1 else "hall"
                results.append(await sell(env, name, [await env.put_on_sale(kind) for _ in range(count)]))
        written = 0
        for name, count in PAST.items():
            if name in names:
                write_past_sales(env.sockets, "admitone", first=written, count=count - written)
                written = count
                results.append(await sell(env, name, [await env.put_on_sale("stadium")]))
    return {
        **occasion(),
        "runs": results,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    names = [RIVALS, *EVENTS, *PAST]
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--plot", type=Path, help="also draw them as SVG")
    parser.add_argument("--runs", nargs="+", choices=names, default=names)
    arguments = parser.parse_args()
    report = uvloop.run(run(arguments.runs))
    console = Console(width=110, soft_wrap=True)
    for measured_run in report["runs"]:
        console.print(measured_run)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    if arguments.plot:
        rows = [(item["run"], item["bookings_a_second"]) for item in report["runs"] if "bookings_a_second" in item]
        arguments.plot.write_text(bars("Bookings a second, beside other business", rows, "/s"))


if __name__ == "__main__":
    main()
