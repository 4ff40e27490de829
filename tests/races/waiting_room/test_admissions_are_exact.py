"""Invariant 6 over a recorded history: nobody twice, no order inverted, never more active than the limit.

Fans, two workers and two booking processes at once, on real PostgreSQL; some fans never come, some buy, some only
look; processes forget everything in between, as after kill -9.
"""

import asyncio
import random
from collections import Counter

import pytest

from admitone.kit.postgres import Pool
from admitone.waiting_room.contracts import WaitingRoomPassRequired
from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.domain.draw import rank
from admitone.waiting_room.domain.refusals import NotYet, TurnMissed
from admitone.waiting_room.usecases.admission_rounds import serve_queue
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.passes import enter_sale, take_turn
from tests.waiting_room_fixtures import Env

FANS, LIMIT, CALM = 120, 12, Load()


class History:
    """What everybody saw, in the order of PostgreSQL's commits where that matters."""

    def __init__(self, env: Env, seed: int) -> None:
        self.env = env
        self.random = random.Random(seed)
        self.passes: Counter[int] = Counter()
        self.tokens: dict[int, set[str]] = {}
        self.most_active = 0
        self.done: set[int] = set()
        self.processes = [env.new_process(), env.new_process()]

    def process(self) -> Deps:
        return self.random.choice(self.processes)

    async def fan(self, number: int) -> None:
        """Join, ask until called, then shop, or not."""
        joined = await self.env.join(f"racing fan {number}", self.process())
        character = self.random.choice(["absent", "looks", "buys", "buys", "buys"])
        while True:
            await asyncio.sleep(self.random.random() * 0.05)
            if character == "absent":
                return
            try:
                given = await take_turn(self.process(), event_id=self.env.event_id, queue_token=joined.queue_token)
            except NotYet:
                continue
            except TurnMissed:
                return
            self.tokens.setdefault(joined.entry, set()).add(given.pass_)
            if character == "looks" and self.random.random() < 0.7:
                continue
            await self.shop(number, given.pass_)
            return

    async def shop(self, number: int, given: str) -> None:
        booking_id = f"bkg_{number}"
        try:
            await enter_sale(self.process(), self.env.event_id, given, booking_id)
        except WaitingRoomPassRequired:
            return
        self.env.bookings[booking_id] = "live"
        await asyncio.sleep(self.random.random() * 0.05)
        self.env.bookings[booking_id] = "sold"

    async def worker(self) -> None:
        while True:
            await serve_queue(self.process(), event_id=self.env.event_id, unsold=None, load=CALM)
            await asyncio.sleep(0.01)

    async def watcher(self) -> None:
        while True:
            count = await self.env.count()
            self.most_active = max(self.most_active, count.active + count.called)
            await asyncio.sleep(0.005)

    async def killer(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            self.processes[self.random.randrange(2)] = self.env.new_process()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_admissions_are_exact(pool: Pool, seed: int) -> None:
    env = Env(pool)
    await env.announce(opens_in=0.2, max_active=LIMIT)
    async with pool.connection() as conn:
        await conn.execute("update waiting_room.queues set turn_seconds = 2, capacity_per_minute = 100000")
    history = History(env, seed)

    background = [
        asyncio.create_task(running)
        for running in (history.worker(), history.worker(), history.watcher(), history.killer())
    ]
    fans = [asyncio.create_task(history.fan(number)) for number in range(FANS)]
    await asyncio.wait_for(asyncio.gather(*fans), 60)
    for task in background:
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)

    queue = await env.queue()
    assert queue.draw_key is not None
    assert queue.draw_size is not None
    async with pool.connection() as conn:
        rows = await (await conn.execute("select entry, rank, issued_at from waiting_room.passes")).fetchall()
        steps = await (await conn.execute("select * from waiting_room.steps order by from_rank")).fetchall()
    assert history.most_active <= LIMIT
    assert all(len(tokens) == 1 for tokens in history.tokens.values()), "asking again gives the same pass"
    assert all(row["rank"] == rank(queue.draw_key, queue.draw_size, row["entry"]) for row in rows)
    assert [step["upto_rank"] for step in steps[:-1]] == [step["from_rank"] for step in steps[1:]]
    assert [step["called_at"] for step in steps] == sorted(step["called_at"] for step in steps)
    called_at = {place: step for step in steps for place in range(step["from_rank"], step["upto_rank"])}
    assert all(
        called_at[row["rank"]]["called_at"] <= row["issued_at"] < called_at[row["rank"]]["ends_at"] for row in rows
    )
