"""Invariant 6 with real processes: whatever is killed and emptied, no fan is admitted twice, no order is inverted,
and there are never more active shoppers than the limit."""

import asyncio
import os
import signal
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from admitone.kit.postgres import Pool, open_pool
from admitone.testing.buyer import GOOD_CARD
from admitone.testing.organizer import Organizer, Show
from admitone.waiting_room.domain.draw import rank
from admitone.waiting_room.store.passes import count_queue
from admitone.waiting_room.store.queues import read_queues
from tests.running import Stack
from tests.waiting_room_fixtures import solve

pytestmark = pytest.mark.xdist_group("stack")

FANS, LIMIT, SECONDS_MAX = 30, 6, 240.0
# What breaks when this number of fans have bought.
BLOWS = ((2, "booking"), (6, "redis"), (10, "worker"), (14, "booking"), (18, "redis"), (22, "worker"))


class Evening:
    """`passes`: all passes that each fan ever received."""

    def __init__(self, stack: Stack, show: Show, http: httpx.AsyncClient) -> None:
        self.stack, self.show, self.http = stack, show, http
        self.entries: dict[int, set[int]] = defaultdict(set)
        self.passes: dict[int, set[str]] = defaultdict(set)
        self.bought: set[int] = set()
        self.most_active = 0

    async def fan(self, number: int) -> None:
        me = {"nonce": f"fan number {number}"}
        refused = await self.ask("queue", me, 403)
        me["proof"] = await asyncio.to_thread(solve, refused["challenge"])
        joined = await self.ask("queue", me, 201)
        again = await self.ask("queue", me, 201)
        self.entries[number] |= {joined["entry"], again["entry"]}
        for _ in range(2):  # the second request like a page that has lost its state
            given = await self.ask("queue/admission", {"queue_token": joined["queue_token"]}, 200)
            self.passes[number].add(given["pass"])
        await self.buy(number, given["pass"])
        self.bought.add(number)

    async def buy(self, number: int, given: str) -> None:
        held = await self.post(
            "/booking/checkout",
            {
                "event_id": self.show.id,
                "general_admission": [{"section_id": self.show.floor, "quantity": 1}],
                "buyer": {"email": f"fan{number}@example.org", "name": "Fan"},
                "pass": given,
            },
            201,
            key=f"{self.show.id}-{number}",
        )
        key = {"booking_id": held["booking_id"], "booking_token": held["booking_token"]}
        await self.post("/booking/confirm", {**key, "payment": {"payment_method": GOOD_CARD}}, 200)

    async def ask(self, what: str, body: dict[str, Any], wanted: int) -> dict[str, Any]:
        return await self.post(f"/events/{self.show.id}/{what}", body, wanted)

    async def post(self, path: str, body: dict[str, Any], wanted: int, *, key: str = "") -> dict[str, Any]:
        """Repeat until answered: 202, 425 and 5xx mean that the outcome is undecided, and so does a lost connection."""
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            try:
                answer = await self.http.post(path, json=body, headers=headers)
            except httpx.TransportError:
                continue
            if answer.status_code == wanted:
                found: dict[str, Any] = answer.json()
                return found
            is_open = answer.status_code in (202, 409, 425) or answer.status_code >= 500
            assert is_open, f"{path}: {answer.status_code} {answer.text}"
            await asyncio.sleep(0.05)

    async def blows(self) -> None:
        redis = Redis.from_url(self.stack.redis_url)
        for bought, victim in BLOWS:
            while len(self.bought) < bought:
                await asyncio.sleep(0.02)
            if victim == "redis":
                await redis.flushdb()
            else:
                os.kill(await self.find(victim), signal.SIGKILL)
        await redis.aclose()

    async def find(self, role: str) -> int:
        """Wait for the role's process: it is missing for a moment after a kill."""
        while True:
            try:
                return self.stack.find(role)
            except AssertionError:
                await asyncio.sleep(0.05)

    async def watch(self, pool: Pool, queue_id: int) -> None:
        while True:
            async with pool.connection() as conn:
                count = await count_queue(conn, queue_id)
            self.most_active = max(self.most_active, count.active + count.called)
            await asyncio.sleep(0.02)


async def test_admissions_stay_exact_whatever_process_dies(stack: Stack, organizer: Organizer) -> None:
    opens = datetime.now(UTC) + timedelta(seconds=3)
    room = {"mode": "always", "pre_queue_opens_at": _text(opens - timedelta(minutes=5)), "max_active": LIMIT}
    show = await organizer.show(standing=FANS + 5, on_sale_at=_text(opens), waiting_room=room)
    async with httpx.AsyncClient(base_url=stack.address, timeout=30) as http, open_pool(stack.database_url) as pool:
        async with pool.connection() as conn:
            queue_id = (await read_queues(conn, [show.id]))[show.id].id
        evening = Evening(stack, show, http)
        watching = asyncio.create_task(evening.watch(pool, queue_id))
        async with asyncio.timeout(SECONDS_MAX):
            await asyncio.gather(evening.blows(), *(evening.fan(number) for number in range(FANS)))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        async with pool.connection() as conn:
            queue = (await read_queues(conn, [show.id]))[show.id]
            passes = await (
                await conn.execute("select * from waiting_room.passes where queue_id = %s order by rank", [queue_id])
            ).fetchall()
            steps = await (
                await conn.execute(
                    "select * from waiting_room.steps where queue_id = %s order by from_rank", [queue_id]
                )
            ).fetchall()

    assert queue.draw_key is not None
    assert queue.draw_size is not None
    assert evening.bought == set(range(FANS))
    assert sorted(entry for (entry,) in evening.entries.values()) == list(range(FANS)), "one place each, and no gap"
    assert all(len(given) == 1 for given in evening.passes.values()), "one pass each, also for repeated requests"
    assert [row["rank"] for row in passes] == list(range(FANS))
    assert all(row["rank"] == rank(queue.draw_key, queue.draw_size, row["entry"]) for row in passes)
    assert [step["upto_rank"] for step in steps[:-1]] == [step["from_rank"] for step in steps[1:]]
    assert [step["called_at"] for step in steps] == sorted(step["called_at"] for step in steps)
    assert 0 < evening.most_active <= LIMIT


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
