"""What tickets on offer may cost others: mails, rows, and the time of people who pay at the same moment."""

import asyncio
import dataclasses
from datetime import timedelta
from typing import Any, cast

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from admitone.booking.contracts import BookingStatus
from admitone.booking.contracts.resale import EntryState, PersonNotice
from admitone.booking.domain.refusals import SaleLost
from admitone.booking.domain.resale_refusals import ReturnNotPossible, TooManyOffers
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_index import build_seat_index
from admitone.booking.domain.token import booking_token
from admitone.booking.sale.process import RESALES_AT_ONCE
from admitone.booking.store.resales import list_resale_places
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.booking.usecases.resale.giving import offer_fault, offer_tickets
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Connection, Pool
from admitone.kit.refusal import Kind
from admitone.payments.contracts import RefundView
from admitone.payments.usecases.refunds import get_refunds
from admitone.tickets.usecases.list_unreturnable import list_unreturnable
from tests.builders import CIRCLE, STALLS, TOKEN_KEYS, a_wish, box_office, put_on_sale, terms_of_a_show
from tests.store.booking.test_resale import ResaleEnv

WAIT_SECONDS_MAX = 60


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> ResaleEnv:
    return await ResaleEnv(pool, redis).open()


async def test_a_ticket_is_offered_five_times_a_day(env: ResaleEnv) -> None:
    for _ in range(5):
        await env.give(0)
        await env.give(0)  # it stays on offer
        await env.take_back(0)
    told = len(env.told)

    with pytest.raises(TooManyOffers) as refused:
        await env.give(0, 1)
    assert (refused.value.kind, refused.value.members["ticket_ids"]) == (
        Kind.TOO_MANY,
        [env.giver.tickets[0].ticket_id],
    )
    assert len(env.told) == told
    await env.give(1)

    async with env.deps.pool.connection() as conn:
        await conn.execute("update booking.resales set offered_at = offered_at - interval '1 day'")
    await env.give(0)


async def test_a_refund_that_comes_between_the_reads_and_the_locks_does_not_end_the_offer(
    env: ResaleEnv, pool: Pool, redis: Redis
) -> None:
    """The sale reads what was refunded, and then the organizer pays goodwill: the next buyer has the ticket all the
    same, and the first one gets the rest."""
    await env.give(0)
    offered = await env.look(await env.join("ada"))

    async def list_refunds(booking_id: str) -> list[RefundView]:
        known = await get_refunds(env.payments, booking_id)
        if not known:
            await env.refund(env.giver, amount=6_000)
        return known

    env.deps = box_office(pool, redis, seat_map=env.hall, defer=env.jobs, tell=env.announce, list_refunds=list_refunds)
    await env.pay(offered)
    await env.work()

    assert (await env.resales(), sorted(await env.refunds())) == (["sold"], [5_000, 6_000])


async def test_the_buyer_is_told_of_an_offer_that_ends_because_the_ticket_was_transferred(env: ResaleEnv) -> None:
    await env.give(0)
    offered = await env.look(await env.join("ada"))
    ticket = env.giver.tickets[0]
    async with env.deps.pool.connection() as conn:
        await conn.execute(
            "insert into tickets.tickets (ticket_id, event_id, index, booking_id, version, holder_name)"
            " values (%s, %s, %s, %s, 2, 'Eve')",
            [ticket.ticket_id, env.show.event_id, ticket.index, env.giver.id],
        )

    with pytest.raises(SaleLost):
        await env.pay(offered)

    assert await env.resales() == ["ended"]
    assert env.notices() == [PersonNotice.RESALE_OFFERED, PersonNotice.RESALE_ENDED]


async def test_other_buyers_do_not_wait_for_sales_of_tickets_on_offer(env: ResaleEnv, pool: Pool, redis: Redis) -> None:
    """Three people pay for such tickets, and payments is slow to say what was refunded: two of the sales are open, and
    a buyer of another show is served."""
    people = [await env.join(name) for name in ("ada", "ben", "cleo")]
    for pair in env.pairs:
        await env.give(0, booking=pair)
    offers = [await env.look(person) for person in people]
    is_open, asked = asyncio.Event(), list[str]()

    async def list_refunds(booking_id: str) -> list[RefundView]:
        asked.append(booking_id)
        await is_open.wait()
        return await get_refunds(env.payments, booking_id)

    env.deps = box_office(pool, redis, seat_map=env.hall, defer=env.jobs, tell=env.announce, list_refunds=list_refunds)
    paying = [asyncio.create_task(env.pay(offer)) for offer in offers]
    while len(asked) < RESALES_AT_ONCE:
        await asyncio.sleep(0.01)
    other = await put_on_sale(env.deps, terms_of_a_show(standing=4))
    held = await start_checkout(env.deps, order=a_wish(other.event_id, areas=(("floor", 2),)))
    token = booking_token(TOKEN_KEYS, held.id)
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        made = await confirm_booking(env.deps, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")
    open_sales = len(asked)
    is_open.set()
    sold = await asyncio.gather(*paying)

    assert made.booking is not None
    assert made.booking.status is BookingStatus.CONFIRMED
    assert open_sales == RESALES_AT_ONCE
    assert [booking.status for booking in sold] == [BookingStatus.CONFIRMED] * 3


class CountingConnection:
    """Passes statements on, and counts them."""

    def __init__(self, conn: Connection) -> None:
        self.conn, self.count = conn, 0

    async def execute(self, *args: Any) -> Any:
        self.count += 1
        return await self.conn.execute(*args)


async def test_tickets_of_many_buyers_are_looked_up_in_one_statement(env: ResaleEnv) -> None:
    used, transferred, left = (pair.tickets[0] for pair in env.pairs)
    async with env.deps.pool.connection() as conn:
        for ticket, pair, version, at in ((used, 0, 1, env.deps.now()), (transferred, 1, 2, None), (left, 2, 1, None)):
            gate = None if at is None else "North"
            await conn.execute(
                "insert into tickets.tickets (ticket_id, event_id, index, booking_id, version, admitted_at,"
                " admitted_gate, admitted_by) values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [ticket.ticket_id, env.show.event_id, ticket.index, env.pairs[pair].id, version, at, gate, gate],
            )
        counting = CountingConnection(conn)
        unreturnable = await list_unreturnable(cast(Connection, counting), env.pairs, False)
        later = [replace(env.pairs[0], id="bkg_later")]

        assert await list_unreturnable(conn, later, False) == set(), "it happened under an earlier booking"
    assert (unreturnable, counting.count) == ({used.ticket_id, transferred.ticket_id}, 1)


async def test_places_at_a_price_that_nobody_waits_for_are_not_looked_at(env: ResaleEnv) -> None:
    await env.give(0)
    async with env.deps.pool.connection() as conn:
        before = await list_resale_places(conn, env.show.event_id)
    await env.join("ada", price_level_id=CIRCLE.id)
    async with env.deps.pool.connection() as conn:
        other = await list_resale_places(conn, env.show.event_id)
    ben = await env.join("ben", price_level_id=STALLS.id)

    assert (before, other) == ([], [])
    assert (await env.look(ben)).state is EntryState.OFFERED


async def test_a_ticket_that_nobody_could_be_offered_is_refused_with_a_reason(env: ResaleEnv) -> None:
    env.deps = dataclasses.replace(env.deps, smallest_charge=lambda _currency: 5_501)
    env.desk = dataclasses.replace(env.desk, booking=env.deps)
    with pytest.raises(ReturnNotPossible) as too_cheap:
        await env.give(0)
    returnable = (await env.offer()).tickets
    env.deps = dataclasses.replace(env.deps, smallest_charge=lambda _currency: 5_500)
    env.desk = dataclasses.replace(env.desk, booking=env.deps)
    await env.give(0)

    assert (too_cheap.value.members["reason"], returnable) == ("below-minimum", ())
    assert await env.resales() == ["offered"]


async def test_a_reserved_seat_is_not_offered_to_the_waiting_list(env: ResaleEnv) -> None:
    plan = await read_sale_plan(env.deps, event_id=env.show.event_id, fresh=True)
    ticket = env.giver.tickets[0]
    assert offer_fault(env.deps, plan, ticket) is None

    seats = tuple(replace(seat, attributes=("accessible",)) if seat.index == 0 else seat for seat in env.hall.seats)
    reserved = SalePlan(plan.terms, build_seat_index(replace(env.hall, seats=seats)))

    assert offer_fault(env.deps, reserved, ticket) == "reserved-seat"


async def test_a_place_that_was_exchanged_a_moment_ago_is_not_offered(env: ResaleEnv) -> None:
    """The codes of its tickets name the second of the exchange."""
    plan = await read_sale_plan(env.deps, event_id=env.show.event_id, fresh=True)
    moved = replace(env.giver.tickets[0], exchanged_at=env.deps.now())
    bought = replace(await env.read(env.giver), tickets=(moved,))

    with pytest.raises(ReturnNotPossible):
        await offer_tickets(env.desk, plan, bought, [moved])
    earlier = replace(moved, exchanged_at=env.deps.now() - timedelta(minutes=1))

    assert await offer_tickets(env.desk, plan, replace(bought, tickets=(earlier,)), [earlier]) == (moved.ticket_id,)
