"""Redis emptied, behind, or loaded at a bad moment: PostgreSQL is right, and the map comes back to it."""

import asyncio
from dataclasses import replace

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.choice import BestAvailable
from admitone.booking.domain.refusals import SeatsTaken
from admitone.booking.domain.token import booking_token
from admitone.booking.ports import LoadedInventory
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.projection.loading import load_inventory
from admitone.booking.usecases.seat_states import read_snapshot
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import Area, SaleTerms
from admitone.kit.postgres import Pool
from tests.builders import STANDING, TOKEN_KEYS, a_hall, a_wish, box_office, put_on_sale, terms_of_a_show

VISA = "pm_card_visa"


async def pay(deps: Deps, booking: Booking) -> Booking:
    token = booking_token(TOKEN_KEYS, booking.id)
    confirmation = await confirm_booking(deps, booking_id=booking.id, booking_token=token, payment_method=VISA)
    assert confirmation.booking is not None
    return confirmation.booking


async def release(deps: Deps, booking: Booking) -> None:
    await release_booking(deps, booking_id=booking.id, booking_token=booking_token(TOKEN_KEYS, booking.id))


async def hold(deps: Deps, show: SaleTerms, *seats: str, floor: int = 0) -> Booking:
    areas = (("floor", floor),) if floor else ()
    return await start_checkout(deps, order=a_wish(show.event_id, seats=seats, areas=areas))


async def shown(deps: Deps, show: SaleTerms) -> tuple[str, int]:
    snapshot = await read_snapshot(deps, event_id=show.event_id)
    return snapshot.states, snapshot.areas["floor"].available


async def a_small_sale(pool: Pool, redis: Redis) -> tuple[Deps, SaleTerms]:
    hall = a_hall(rows=1, seats=8)
    deps = box_office(pool, redis, seat_map=hall)
    return deps, await put_on_sale(deps, terms_of_a_show(seat_map=hall, standing=5))


async def test_after_flushall_live_holds_and_sold_seats_are_where_they_were(pool: Pool, redis: Redis) -> None:
    deps, show = await a_small_sale(pool, redis)
    sold = await hold(deps, show, "A-1", "A-2", floor=1)
    await pay(deps, sold)
    held = await hold(deps, show, "A-4", floor=2)
    before = await read_snapshot(deps, event_id=show.event_id)
    await redis.flushdb()

    after = await read_snapshot(deps, event_id=show.event_id)

    assert (after.states, after.areas) == (before.states, before.areas)
    assert after.version > before.version
    with pytest.raises(SeatsTaken):
        await hold(deps, show, "A-4")
    assert (await pay(deps, held)).status is BookingStatus.CONFIRMED
    assert await shown(deps, show) == ("ssasaaaa", 2)


async def test_a_hold_that_was_loaded_still_ends_when_it_said(pool: Pool, redis: Redis) -> None:
    hall = a_hall(rows=1, seats=8)
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, standing=5, hold_seconds=1))
    await hold(deps, show, "A-4", floor=2)
    await redis.flushdb()
    assert await shown(deps, show) == ("aaahaaaa", 3)
    await asyncio.sleep(1.1)

    await deps.locks.free_lapsed(show.event_id)

    assert await shown(deps, show) == ("aaaaaaaa", 5)
    assert (await hold(deps, show, "A-4", floor=5)).status is BookingStatus.IN_PROGRESS


async def test_a_redis_that_says_free_where_postgresql_says_sold_is_put_right(pool: Pool, redis: Redis) -> None:
    deps, show = await a_small_sale(pool, redis)
    await pay(deps, await hold(deps, show, "A-1", "A-2"))
    stale = await deps.locks.snapshot(show.event_id)
    assert stale is not None
    await redis.setrange(f"seats:{{{show.event_id}}}", 0, "aa")  # what a stale replica would show

    with pytest.raises(SeatsTaken) as refused:
        await hold(deps, show, "A-2", "A-3")

    assert refused.value.members["conflicts"] == ["A-2"]
    assert (await shown(deps, show))[0] == "ssaaaaaa"


async def test_the_best_of_a_stale_redis_is_picked_again(pool: Pool, redis: Redis) -> None:
    deps, show = await a_small_sale(pool, redis)
    await pay(deps, await hold(deps, show, "A-4", "A-5"))
    await redis.setrange(f"seats:{{{show.event_id}}}", 3, "aa")
    best = BestAvailable(quantity=2, section_id=None, price_level_id=None, together=True)

    booking = await start_checkout(deps, order=a_wish(show.event_id, best=best))

    assert {ticket.seat_id for ticket in booking.tickets}.isdisjoint({"A-4", "A-5"})
    assert (await shown(deps, show))[0].count("s") == 2


class LateLocks(RedisLocks):
    """Loads reach Redis late: what happens between reading PostgreSQL and loading is what these tests are about."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(redis)
        self.reached = asyncio.Event()
        self.may_go = asyncio.Event()

    async def load(self, sale: LoadedInventory) -> None:
        self.reached.set()
        await self.may_go.wait()
        await super().load(sale)


@pytest.mark.parametrize("what", ["sold", "released", "claimed"])
async def test_what_happens_while_an_event_is_being_loaded_is_on_the_map(pool: Pool, redis: Redis, what: str) -> None:
    deps, show = await a_small_sale(pool, redis)
    booking = await hold(deps, show, "A-1", floor=1)
    locks = LateLocks(redis)
    late = replace(deps, locks=locks)
    loading = asyncio.create_task(load_inventory(late, event_id=show.event_id))
    await locks.reached.wait()
    match what:
        case "sold":
            await pay(deps, booking)
        case "released":
            await release(deps, booking)
        case _:
            await hold(deps, show, "A-2")
    locks.may_go.set()

    await loading

    expected = {"sold": ("saaaaaaa", 4), "released": ("aaaaaaaa", 5), "claimed": ("hhaaaaaa", 4)}
    assert await shown(deps, show) == expected[what]


async def test_a_sale_is_shown_though_another_load_was_under_way(pool: Pool, redis: Redis) -> None:
    """The load that the sale would join has read PostgreSQL before it: joining it is not enough."""
    deps, show = await a_small_sale(pool, redis)
    booking = await hold(deps, show, "A-1")
    await redis.flushdb()
    locks = LateLocks(redis)
    late = replace(deps, locks=locks)
    loading = asyncio.create_task(load_inventory(late, event_id=show.event_id))
    await locks.reached.wait()
    paying = asyncio.create_task(pay(late, booking))
    await asyncio.sleep(0.2)
    locks.may_go.set()

    await asyncio.gather(loading, paying)

    assert (await shown(deps, show))[0] == "saaaaaaa"


async def test_an_event_whose_terms_change_while_it_is_loaded_is_loaded_with_the_new_ones(
    pool: Pool, redis: Redis
) -> None:
    hall = a_hall(rows=1, seats=8)
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, standing=5))
    more = msgspec.structs.replace(show, revision=2, areas=(Area("floor", "Floor", 7, STANDING.id),))
    async with pool.connection() as conn, conn.transaction():
        await conn.execute("select from booking.sales for update")
        loading = asyncio.create_task(load_inventory(deps, event_id=show.event_id))
        await asyncio.sleep(0.2)
        await conn.execute(
            "update booking.sales set revision = 2, terms = %s::jsonb", (msgspec.json.encode(more).decode(),)
        )

    await loading

    assert await shown(deps, show) == ("aaaaaaaa", 7)


async def test_two_processes_that_load_at_once_leave_the_truth(pool: Pool, redis: Redis) -> None:
    hall = a_hall(rows=1, seats=8)
    processes = [box_office(pool, redis, seat_map=hall) for _ in range(3)]
    show = await put_on_sale(processes[0], terms_of_a_show(seat_map=hall, standing=5))
    await pay(processes[0], await hold(processes[0], show, "A-1"))
    await redis.flushdb()

    await asyncio.gather(*(load_inventory(deps, event_id=show.event_id) for deps in processes))

    assert await shown(processes[1], show) == ("saaaaaaa", 5)
    async with pool.connection() as conn:
        row = await (await conn.execute("select epoch from booking.sales")).fetchone()
    assert row is not None
    assert int((await redis.hget(f"sale:{{{show.event_id}}}", "epoch")) or 0) == row["epoch"]
