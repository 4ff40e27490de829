"""`./run bench sale_statements [--bookings N] [--past N] [--json FILE]`: what the statements of a sale cost PostgreSQL.

Claim, payment start and sale run in batches over one connection, on a server of their own. What is measured is the CPU
time of the connection's server process by the kernel's scheduler, and the WAL: both are the same beside other load,
where the rate of a whole stack is not. To compare two versions, run it in both checkouts in turns.
"""

import argparse
import json
import os
import random
from collections import deque
from pathlib import Path
from typing import Any

import psycopg
import uvloop
from psycopg.rows import dict_row
from rich.console import Console
from tests.builders import a_hall, terms_of_a_show
from tests.servers import create_database, run_servers

from admitone.booking.contracts import BookedTicket
from admitone.booking.domain.inventory import Place
from admitone.booking.store import inventory
from admitone.booking.store.claims import Claim, claim_tickets
from admitone.booking.store.payments import PaymentStart, begin_payments
from admitone.booking.store.sell_tickets import sell_tickets
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.arrays import FastListDumper
from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from bench.figures import occasion

PLACES = 40_000
# As many as wait for a batch of an on-sale with 256 buyers, and as many batches between the claim and its payment.
BATCH, BATCHES_HELD = 40, 3

# Sold bookings of other events, in the order of their ids; the indexed columns are random.
PAST = """
insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                              buyer_key, buyer_email, idempotency_key, request_hash, expires_at, confirmed_at, attempt)
select 'bkg_0' || lpad(n::text, 25, '0'), 'evt_past' || n %% 50, 'org_house', 'confirmed', array[n %% 1000], '[]', 2000,
       200, 'EUR', md5(n::text) || '@example.org', md5(n::text) || '@example.org', sha256(n::text::bytea),
       sha256(n::text::bytea), now() - interval '1 day', now() - interval '1 day', 1
from generate_series(1, %(past)s) n
"""
UPDATES = """
select n_tup_upd as updates, n_tup_hot_upd as hot from pg_stat_user_tables where relid = 'booking.bookings'::regclass
"""


def _cpu_seconds(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


async def _value(conn: Connection, statement: str, *inputs: Any) -> Any:
    row = await (await conn.execute(statement.encode(), inputs)).fetchone()
    assert row is not None
    return next(iter(row.values()))


async def _prepare(conn: Connection, terms: SaleTerms, past: int) -> None:
    await inventory.project_events(conn, [terms], [PLACES], [True])
    places = [Place(index, "lvl", None, "a") for index in range(PLACES)]
    await inventory.issue_tickets(conn, terms.event_id, places, "layout")
    if past:
        await conn.execute(PAST.encode(), {"past": past})
    for command in ("vacuum analyze booking.tickets", "vacuum analyze booking.bookings", "checkpoint"):
        await conn.execute(command.encode())


def _claim(terms: SaleTerms, number: int, first: int) -> Claim:
    tickets = tuple(
        BookedTicket(f"tkt_1_{index}", index, "stalls", "Stalls", "lvl", "Level", 1_000, 100, 1_100, "12", str(index))
        for index in (first, first + 1)
    )
    buyer, key = f"buyer{number}@example.org", os.urandom(32)
    return Claim(
        *(new_id("bkg"), terms.event_id, "org_house", terms.revision, tickets, "EUR", 4, 600),
        *(buyer, buyer, "B", key, key),
    )


async def _sell(conn: Connection, terms: SaleTerms, bookings: int) -> dict[str, float]:
    """Return the seconds of the server process by statement."""
    pid, held = conn.info.backend_pid, deque[list[Claim]]()
    seconds = {"claim": 0.0, "payment start": 0.0, "sale": 0.0}
    pairs = random.Random(1).sample(range(0, PLACES, 2), bookings + BATCH * BATCHES_HELD)
    for start in range(0, len(pairs), BATCH):
        claims = [_claim(terms, start + place, first) for place, first in enumerate(pairs[start : start + BATCH])]
        began = _cpu_seconds(pid)
        outcomes = await claim_tickets(conn, claims)
        seconds["claim"] += _cpu_seconds(pid) - began
        assert all(outcome.won for outcome in outcomes.values())
        held.append(claims)
        if len(held) <= BATCHES_HELD:
            continue
        ids = [claim.booking_id for claim in held.popleft()]
        began = _cpu_seconds(pid)
        async with conn.transaction():
            await begin_payments(conn, [PaymentStart(booking_id, "", None, None, None, 0) for booking_id in ids])
        seconds["payment start"] += _cpu_seconds(pid) - began
        began = _cpu_seconds(pid)
        async with conn.transaction():
            sold = await sell_tickets(conn, [(booking_id, 1) for booking_id in ids])
        seconds["sale"] += _cpu_seconds(pid) - began
        assert len(sold) == len(ids)
    return seconds


async def measure(url: str, bookings: int, past: int) -> dict[str, Any]:
    """Return microseconds of CPU a booking by statement, bytes of WAL a booking, and the share of HOT updates."""
    terms = terms_of_a_show(event_id="evt_1", seat_map=a_hall(rows=1, seats=5), standing=2)
    conn = await psycopg.AsyncConnection.connect(url, autocommit=True, row_factory=dict_row)
    async with conn:
        conn.adapters.register_dumper(list, FastListDumper)
        await _prepare(conn, terms, past)
        begin = await _value(conn, "select pg_current_wal_lsn()")
        seconds = await _sell(conn, terms, bookings)
        wal = await _value(conn, "select pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", begin)
        await conn.execute("select pg_stat_force_next_flush()")
        await conn.execute("select 1")
        updates = await (await conn.execute(UPDATES.encode())).fetchone() or {}
    return {
        "bookings": bookings,
        "past_bookings": past,
        "cpu_us_a_booking": {name: round(value / bookings * 1e6, 1) for name, value in seconds.items()},
        "cpu_us_a_booking_total": round(sum(seconds.values()) / bookings * 1e6, 1),
        "wal_bytes_a_booking": round(float(wal) / bookings),
        "hot_share_of_updates": round(updates["hot"] / updates["updates"], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=8_000, help="at most 19,000; default 8,000")
    parser.add_argument("--past", type=int, default=0, help="sold bookings of other events that exist before")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    with run_servers({}) as servers:  # durable, as in production
        url = create_database(servers, "sale_statements")
        report = occasion() | uvloop.run(measure(url, arguments.bookings, arguments.past))
    Console(soft_wrap=True).print_json(data=report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
