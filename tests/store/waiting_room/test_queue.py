"""From joining to a pass, on real PostgreSQL."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from admitone.kit.postgres import Pool
from admitone.kit.rush_delay import RUSH_CHECKOUTS
from admitone.waiting_room.contracts import WaitingRoomPassRequired
from admitone.waiting_room.domain.admission import HEAD_ROOM, Load
from admitone.waiting_room.domain.draw import draw_key, empty_chain, extend_chain, mark_of, rank
from admitone.waiting_room.domain.refusals import (
    DrawFixed,
    EntrantsNotPublished,
    NotYet,
    QueueClosed,
    QueueTokenInvalid,
    TurnMissed,
)
from admitone.waiting_room.store.rounds import read_load
from admitone.waiting_room.usecases.admission_rounds import is_rush, record_load, serve_queues
from admitone.waiting_room.usecases.passes import enter_sale, take_turn
from admitone.waiting_room.usecases.public_queue import read_entrants, read_status
from admitone.waiting_room.usecases.queue_settings import change_queue
from tests.waiting_room_fixtures import Env


async def open_with(env: Env, nonces: list[str], **terms: int | None) -> dict[str, str]:
    """Let these nonces join the pre-queue, open the sale and draw; return their queue tokens by nonce."""
    await env.announce(**terms)  # type: ignore[arg-type]
    joined = await asyncio.gather(*(env.join(nonce) for nonce in nonces))
    await env.announce(opens_in=-1, pre_queue_in=-60, **terms)  # type: ignore[arg-type]
    await env.round()
    await env.pass_time(2)
    await env.round()
    return {nonce: place.queue_token for nonce, place in zip(nonces, joined, strict=True)}


async def test_each_nonce_has_one_place_in_any_tab_and_process(pool: Pool) -> None:
    env = Env(pool)
    await env.announce()
    other = env.new_process()

    joined = await asyncio.gather(*(env.join(f"fan number {i % 50}", other if i % 3 else env.deps) for i in range(200)))

    entries = {f"fan number {i % 50}": place.entry for i, place in enumerate(joined)}
    assert sorted(entries.values()) == list(range(50))
    assert all(place.entry == entries[f"fan number {i % 50}"] for i, place in enumerate(joined))
    assert {place.state for place in joined} == {"pre_queue"}


async def test_anyone_can_recompute_the_draw(pool: Pool) -> None:
    env = Env(pool)
    before = [f"early fan {i}" for i in range(300)]
    tokens = await open_with(env, before)
    status = await read_status(env.deps, event_id=env.event_id)
    late = await env.join("a late fan")
    marks = await read_entrants(env.deps, event_id=env.event_id, first=0, count=1000)

    listed = [marks[i : i + 16] for i in range(0, len(marks), 16)]
    chain = extend_chain(empty_chain(env.event_id), listed)
    assert status.pre_queue_size == len(listed) == 300
    assert status.entrants_hash == chain.hex()
    key = draw_key(bytes.fromhex(str(status.seed)), chain, b"")
    by_nonce = {nonce: int(token.split(".")[2]) for nonce, token in tokens.items()}
    assert all(listed[entry] == mark_of(env.event_id, nonce) for nonce, entry in by_nonce.items())
    assert sorted(rank(key, 300, entry) for entry in by_nonce.values()) == list(range(300))
    assert (late.entry, rank(key, 300, late.entry), late.state) == (300, 300, "queued")


async def test_the_seed_is_committed_to_before_and_revealed_after(pool: Pool) -> None:
    env = Env(pool)
    await env.announce(pre_queue_in=600)
    closed = await read_status(env.deps, event_id=env.event_id)
    with pytest.raises(QueueClosed):
        await env.join("too early fan")
    await env.announce()
    open_ = await read_status(env.deps, event_id=env.event_id)
    with pytest.raises(EntrantsNotPublished):
        await read_entrants(env.deps, event_id=env.event_id, first=0, count=1)
    await env.announce(opens_in=-1)
    queue = await env.round()
    drawn = await read_status(env.deps, event_id=env.event_id)

    assert (closed.state, open_.state, drawn.state) == ("closed", "pre_queue", "open")
    assert not closed.seed
    assert not open_.seed
    assert closed.seed_commitment == open_.seed_commitment == drawn.seed_commitment
    assert drawn.seed == queue.seed.hex()


async def test_a_beacon_is_named_before_the_draw_and_its_value_set_after(pool: Pool) -> None:
    env = Env(pool)
    await env.announce(pre_queue_in=600)
    beacon = {"beacon": ("drand quicknet", 123)}
    value = {"beacon_value": bytes(range(32))}

    async def change(changes: dict[str, Any]) -> None:
        await change_queue(env.deps, organization_id="org_house", event_id=env.event_id, changes=changes)

    await change(beacon)
    with pytest.raises(DrawFixed):
        await change(value)
    await env.announce()
    await env.join("some fan or other")
    with pytest.raises(DrawFixed):
        await change({"beacon": ("another", 1)})
    await env.announce(opens_in=-1)
    waiting = await env.round()
    waiting_status = await read_status(env.deps, event_id=env.event_id)
    await change(value)
    with pytest.raises(DrawFixed):
        await change({"beacon_value": bytes(32)})
    drawn = await env.round()

    assert waiting.frozen_at is not None
    assert waiting.drawn_at is None
    assert waiting_status.state == "pre_queue"
    assert not waiting_status.seed
    assert drawn.entrants_hash is not None
    assert drawn.draw_key == draw_key(drawn.seed, drawn.entrants_hash, bytes(range(32)))


async def test_turns_come_in_order_and_the_same_place_has_the_same_pass(pool: Pool) -> None:
    env = Env(pool)
    nonces = [f"patient fan {i}" for i in range(20)]
    tokens = await open_with(env, nonces, max_active=5)
    queue = await env.round()
    assert queue.draw_key is not None

    called, waiting = [], []
    for token in tokens.values():
        entry = int(token.split(".")[2])
        try:
            first = await take_turn(env.deps, event_id=env.event_id, queue_token=token)
            again = await take_turn(env.new_process(), event_id=env.event_id, queue_token=token)
            assert first == again
            called.append(rank(queue.draw_key, 20, entry))
        except NotYet as refusal:
            waiting.append((rank(queue.draw_key, 20, entry), refusal.members["position"]))

    assert sorted(called) == [0, 1, 2, 3, 4]
    assert sorted(waiting) == [(place, place - 4) for place in range(5, 20)]


async def test_a_missed_turn_goes_to_the_next(pool: Pool) -> None:
    env = Env(pool)
    tokens = await open_with(env, [f"absent fan {i}" for i in range(4)], max_active=2)
    first = await env.round()
    await env.pass_time(121)
    second = await env.round()

    assert (first.serving, second.serving) == (2, 4)
    outcomes = []
    for token in tokens.values():
        try:
            await take_turn(env.deps, event_id=env.event_id, queue_token=token)
            outcomes.append("pass")
        except TurnMissed:
            outcomes.append("missed")
    assert sorted(outcomes) == ["missed", "missed", "pass", "pass"]


async def test_a_place_is_freed_by_buying_and_by_time_but_not_while_a_booking_is_live(pool: Pool) -> None:
    env = Env(pool)
    tokens = await open_with(env, [f"buying fan {i}" for i in range(6)], max_active=3)
    passes = []
    for token in tokens.values():
        try:
            passes.append((await take_turn(env.deps, event_id=env.event_id, queue_token=token)).pass_)
        except NotYet:
            continue
    for i, given in enumerate(passes):
        await enter_sale(env.deps, env.event_id, given, f"bkg_{i}")
    env.bookings = {"bkg_0": "sold", "bkg_1": "live"}  # the third booking failed

    await env.round()
    after_sale = await env.count()
    await env.pass_time(601)
    await env.round()
    after_time = await env.count()

    assert (after_sale.active, after_sale.called) == (2, 1)
    assert after_time.active == 1, "a buyer with a booking in progress is still shopping"
    assert after_time.active + after_time.called == 3
    with pytest.raises(WaitingRoomPassRequired):
        await enter_sale(env.deps, env.event_id, passes[0], "bkg_9")


async def test_a_pass_opens_its_own_event_only(pool: Pool) -> None:
    env, other = Env(pool), Env(pool)
    tokens = await open_with(env, ["the only fan here"])
    await other.announce(opens_in=-1)
    given = await take_turn(env.deps, event_id=env.event_id, queue_token=tokens["the only fan here"])

    await enter_sale(env.deps, env.event_id, given.pass_, "bkg_1")
    for event_id, text in ((other.event_id, given.pass_), (env.event_id, given.pass_[:-2]), (env.event_id, None)):
        with pytest.raises(WaitingRoomPassRequired):
            await enter_sale(env.deps, event_id, text, "bkg_2")
    for text in (given.pass_, "q1.x.1.1.", "", tokens["the only fan here"].replace(".0.", ".1.")):
        with pytest.raises(QueueTokenInvalid):
            await take_turn(env.deps, event_id=env.event_id, queue_token=text)


async def test_sold_out_is_shown_and_withdrawn(pool: Pool) -> None:
    env = Env(pool)
    env.available = 0
    await open_with(env, ["hopeful fan", "another fan"])
    out = await read_status(env.deps, event_id=env.event_id)
    env.available = 1
    await env.pass_time(1)
    queue = await env.round()

    assert (out.state, out.serving, out.rate_per_minute) == ("sold_out", 0, 0)
    assert queue.serving == 2, "two people for the last place"


async def test_a_pause_admits_no_one_and_is_not_caught_up(pool: Pool) -> None:
    env = Env(pool)
    await open_with(env, [f"stopped fan {i}" for i in range(100)], rate_per_minute=60, max_active=50)
    first = (await env.queue()).serving
    changes = {"paused": True, "message": "Back in five minutes."}
    await change_queue(env.deps, organization_id="org_house", event_id=env.event_id, changes=changes)
    await env.pass_time(300)
    paused = await env.round()
    status = await read_status(env.deps, event_id=env.event_id)
    await change_queue(env.deps, organization_id="org_house", event_id=env.event_id, changes={"paused": False})
    await env.pass_time(1)
    resumed = await env.round()

    assert paused.serving == first
    assert (status.paused, status.message) == (True, "Back in five minutes.")
    assert resumed.serving == first + 1


async def test_nothing_is_lost_with_redis_or_with_the_processes(pool: Pool, redis: Redis) -> None:
    env = Env(pool)
    nonces = [f"stubborn fan {i}" for i in range(30)]
    tokens = await open_with(env, nonces, max_active=10)
    before = {nonce: (await env.join(nonce)).entry for nonce in nonces}
    await redis.flushall()
    env.deps = env.new_process()
    status = await read_status(env.deps, event_id=env.event_id)
    after = {nonce: (await env.join(nonce)).entry for nonce in nonces}
    newcomer = await env.join("a fan of later")
    given = 0
    for token in tokens.values():
        try:
            await take_turn(env.deps, event_id=env.event_id, queue_token=token)
            given += 1
        except NotYet:
            continue

    assert before == after
    assert newcomer.entry == 30
    assert status.pre_queue_size == 30
    assert given == 10


async def test_an_overload_queue_turns_itself_on_and_off(pool: Pool) -> None:
    env = Env(pool)
    await env.announce(mode="auto", opens_in=-1, pre_queue_in=None)
    quiet = await env.round()
    await record_load(env.deps, process="till 1", load=Load(200, 12, 900))
    async with pool.connection() as conn:
        load = await read_load(conn, 3)
    await env.round(load)
    async with pool.connection() as conn:
        await conn.execute("update waiting_room.queues set overload_since = overload_since - interval '3 s'")
    busy = await env.round(load)
    await env.round()
    async with pool.connection() as conn:
        await conn.execute("update waiting_room.queues set calm_since = calm_since - interval '61 s'")
    calm = await env.round()

    assert load == Load(200, 12, 900)
    assert [quiet.required, busy.required, calm.required] == [False, True, False]
    assert busy.capacity_per_minute <= quiet.capacity_per_minute


async def test_a_rush_is_what_all_processes_together_check_out(pool: Pool) -> None:
    env = Env(pool)
    await record_load(env.deps, process="till 1", load=Load(RUSH_CHECKOUTS - 1, 0, 20))
    calm = await is_rush(env.deps)
    await record_load(env.deps, process="till 2", load=Load(1, 0, 20))
    rush = await is_rush(env.deps)
    async with pool.connection() as conn:
        await conn.execute("update waiting_room.loads set recorded_at = recorded_at - interval '1 min'")

    assert [calm, rush, await is_rush(env.deps)] == [False, True, False]


async def test_a_queue_begins_with_the_capacity_that_another_showed(pool: Pool) -> None:
    first, second, third = Env(pool), Env(pool), Env(pool)
    for env in (first, second, third):
        await env.announce()
    unknown = await first.round()
    async with pool.connection() as conn:
        await conn.execute("update waiting_room.queues set shown_per_minute = 12000 where round_at is not null")
    known = await second.round()
    async with pool.connection() as conn:
        await conn.execute("update waiting_room.queues set round_at = round_at - interval '31 days'")
    forgotten = await third.round()

    assert (unknown.capacity_per_minute, forgotten.capacity_per_minute) == (2400, 2400)
    assert known.capacity_per_minute == 12000


async def test_a_lower_rate_proves_nothing_about_the_capacity(pool: Pool) -> None:
    """The organizer's rate is used whole, and is a small share of what checkout can do."""
    env = Env(pool)
    await open_with(env, [f"fan {i}" for i in range(60)], rate_per_minute=600)
    before = await env.queue()
    await env.pass_time(1)
    after = await env.round()

    assert after.serving > before.serving
    assert after.capacity_per_minute == before.capacity_per_minute


async def test_the_processors_budget_limits_each_round_as_it_is_then(pool: Pool) -> None:
    env = Env(pool)
    allowed = [60.0]

    async def read_payments_per_minute() -> float:
        return allowed[-1]

    await open_with(env, [f"fan {i}" for i in range(400)], max_active=400)
    served = [(await env.queue()).serving]
    env.deps = replace(env.deps, read_payments_per_minute=read_payments_per_minute)
    for per_minute in (60.0, 1_200.0):
        allowed.append(per_minute)
        await env.pass_time(1)
        await serve_queues(env.deps)
        served.append((await env.queue()).serving)

    assert served[1] - served[0] <= 2
    assert 10 <= served[2] - served[1] <= 40


async def test_rooms_that_are_open_at_once_share_the_processors_budget(pool: Pool) -> None:
    """Two are full, one is empty. Each calls half of what a single one would: 10 a second, and what two seconds allow
    at most in a round."""
    rooms = [Env(pool) for _ in range(3)]
    for room, fans in zip(rooms, (300, 300, 0), strict=True):
        await open_with(room, [f"fan {i}" for i in range(fans)], max_active=400)

    async def read_payments_per_minute() -> float:
        return 1_200.0

    deps = replace(rooms[0].deps, read_payments_per_minute=read_payments_per_minute)
    before = [(await room.queue()).serving for room in rooms]
    for _ in range(4):
        await rooms[0].pass_time(2)
        await serve_queues(deps)
    called = [(await room.queue()).serving - earlier for room, earlier in zip(rooms, before, strict=True)]

    assert called == [80, 80, 0]


async def test_rooms_that_are_open_at_once_leave_an_overload_together(pool: Pool) -> None:
    """Two are full, one is empty. Alone each would go on with 0.7 of all checkouts, and both with more than is done."""
    rooms = [Env(pool) for _ in range(3)]
    for room, fans in zip(rooms, (300, 300, 0), strict=True):
        await open_with(room, [f"fan {i}" for i in range(fans)], max_active=400)
    for _ in range(30):
        await record_load(rooms[0].deps, process="till", load=Load(100, 5, 900))
        await rooms[0].pass_time(2)
        await serve_queues(rooms[0].deps)
    capacities = [(await room.queue()).capacity_per_minute for room in rooms]

    assert sum(capacities[:2]) * HEAD_ROOM <= 0.7 * 100 * 60 + 1
    assert min(capacities[:2]) > 1_000
