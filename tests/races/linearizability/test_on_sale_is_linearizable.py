"""Servers and roles fail while buyers hold, pay, return and exchange seats: an independent checker judges responses.

Two booking processes sell one event. The checker finds an order of all operations in which each response is right, or
says that there is none.
"""

import asyncio
import os
import random
import signal
import time
from pathlib import Path

import httpx
import psycopg
import pytest
from redis.asyncio import Redis

from admitone.testing.history import Outcome
from admitone.testing.organizer import Organizer, Show
from tests.races.linearizability.buyers import Sale, SeatBuyer, record_owners
from tests.races.linearizability.checker import LINEARIZABLE, UNDECIDED, Checker
from tests.races.linearizability.recorder import Recorder
from tests.running import Stack, run_another_booking_role

pytestmark = [pytest.mark.xdist_group("races"), pytest.mark.go]

# Few rows: buyers want the same seats, so a lock that Redis loses is soon another buyer's.
BUYERS, ROWS, SEATS = 16, 6, 4
LOSSES, HOLDS_BETWEEN, SALES_MIN = 3, 3, 4
STANDSTILL_SECONDS_MAX = 20.0
SALES_SECONDS_MAX = 120.0
HOLD_SECONDS = 5
# Shorter than the start of a role: some requests are cut off while the server works on them.
ANSWER_SECONDS_MAX = 1.5
SEED = 3


async def test_every_response_of_an_on_sale_under_faults_is_linearizable(
    stack: Stack, organizer: Organizer, checker: Checker, tmp_path: Path
) -> None:
    recorder = Recorder()
    hall = await organizer.plain_hall(ROWS, SEATS)
    show = await organizer.show(hall=hall, hold_seconds=HOLD_SECONDS, allow_orphans=True)
    rows = [show.seats[first : first + SEATS] for first in range(0, ROWS * SEATS, SEATS)]
    limits = httpx.Limits(max_connections=2 * BUYERS)
    async with (
        httpx.AsyncClient(base_url=stack.address, timeout=ANSWER_SECONDS_MAX, limits=limits) as http,
        Organizer.of(stack) as desk,
        run_another_booking_role(stack, stack.database_url, tmp_path) as another,
    ):
        another.timeout = desk.http.timeout = httpx.Timeout(ANSWER_SECONDS_MAX)
        # Two booking processes sell one event: half of the buyers use each.
        sales = [Sale(show, rows, HOLD_SECONDS, recorder, client, desk) for client in (http, another)]
        buyers = [
            SeatBuyer(sales[number % 2], f"buyer{number}", random.Random(SEED * 1000 + number))
            for number in range(BUYERS)
        ]
        over = asyncio.Event()
        await asyncio.gather(_strike(stack, show, recorder, over), *(buyer.shop(over) for buyer in buyers))
    record_owners(recorder, _owners(stack, show))

    recorder.write(tmp_path / "history.jsonl")
    judged = checker.judge(tmp_path / "history.jsonl")

    # On a busy machine many responses are cut off, and the checker may find no verdict in its time.
    assert judged["verdict"] in (LINEARIZABLE, UNDECIDED), f"{judged}: see {tmp_path / 'history.html'}"
    assert judged["groups"] >= ROWS
    assert recorder.count("confirm", Outcome.OK) >= SALES_MIN


async def _strike(stack: Stack, show: Show, recorder: Recorder, over: asyncio.Event) -> None:
    """Make Redis stale or empty, and kill roles, in turn; the key space is this stack's own."""
    async with Redis.from_url(stack.redis_url) as redis:
        for _ in range(LOSSES):
            copy = {key: await redis.dump(key) or b"" async for key in redis.scan_iter(f"*{{{show.id}}}*")}
            await _some_hold(recorder)
            # As if a replica took over that lacks the latest holds and sales.
            for key, value in copy.items():
                await redis.restore(key, 0, value, replace=True)
            await _some_hold(recorder)
        os.kill(stack.find("booking"), signal.SIGKILL)
        await _some_hold(recorder)
        await redis.flushdb()
        os.kill(stack.find("worker"), signal.SIGKILL)
    await _some_hold(recorder)
    await _reach(recorder, "confirm", SALES_MIN, SALES_SECONDS_MAX)
    over.set()


async def _some_hold(recorder: Recorder) -> None:
    """Wait until some more buyers hold seats. If the sale stands still, that is in the history, too."""
    await _reach(recorder, "hold", recorder.count("hold", Outcome.OK) + HOLDS_BETWEEN, STANDSTILL_SECONDS_MAX)


async def _reach(recorder: Recorder, action: str, count: int, seconds_max: float) -> None:
    deadline = time.monotonic() + seconds_max
    while recorder.count(action, Outcome.OK) < count and time.monotonic() < deadline:
        await asyncio.sleep(0.05)


def _owners(stack: Stack, show: Show) -> dict[str, str | None]:
    with psycopg.connect(stack.database_url) as conn:
        rows = conn.execute(
            "select index, case state when 's' then booking_id end from booking.tickets where event_id = %s", [show.id]
        ).fetchall()
    return {show.seats[index]: booking_id for index, booking_id in rows}
