"""The box office against everybody else: what PostgreSQL decides, and what the map and the books say then."""

import asyncio
import secrets
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus, CounterPayment
from admitone.booking.domain.refusals import EventCancelled, HoldExpired, NotEnoughTickets, SeatsTaken
from admitone.booking.domain.token import booking_token
from admitone.booking.store.claims import begin_payments
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.follow_events import follow_events
from admitone.booking.usecases.sell_at_counter import CounterArea, CounterOrder, sell_at_counter
from admitone.booking.usecases.show_returns import show_returns
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import EventsChanged, EventStatus
from admitone.kit.idempotency_records import IdempotencyKeyReused
from admitone.kit.postgres import Pool
from admitone.payments.usecases.order_refund import RefundExceedsPayment
from admitone.payments.usecases.reconcile_payments import Comparison, reconcile_payments
from tests.builders import TOKEN_KEYS, a_wish, put_on_sale, terms_of_a_show
from tests.store.booking.test_claims_race import a_start, is_waiting, lapse
from tests.store.booking.theatre import HOUSE, Theatre


@pytest.fixture
async def theatre(pool: Pool, redis: Redis) -> Theatre:
    return await Theatre(pool, redis).open()


def an_order(theatre: Theatre, *seats: str, **more: Any) -> CounterOrder:
    keys = {"idempotency_key": secrets.token_bytes(32), "request_hash": secrets.token_bytes(32)}
    return CounterOrder(theatre.show.event_id, **{"payment": CounterPayment.CASH, "seats": seats, **keys, **more})


async def sell(theatre: Theatre, *seats: str, floor: int = 0, payment: CounterPayment = CounterPayment.CASH) -> Booking:
    areas = (CounterArea("floor", floor),) if floor else ()
    order = an_order(theatre, *seats, areas=areas, payment=payment)
    return await sell_at_counter(theatre.desk, identity=HOUSE, order=order)


async def hold(theatre: Theatre, *seats: str, floor: int = 0) -> Booking:
    areas = (("floor", floor),) if floor else ()
    return await start_checkout(theatre.deps, order=a_wish(theatre.show.event_id, seats=seats, areas=areas))


async def ledger(theatre: Theatre) -> dict[str, int]:
    async with theatre.deps.pool.connection() as conn:
        cursor = await conn.execute(
            "select account, sum(amount)::bigint as sum from payments.ledger_entries group by account"
        )
        return {row["account"]: row["sum"] for row in await cursor.fetchall() if row["sum"]}


async def test_a_live_hold_wins_and_nothing_is_sold(theatre: Theatre) -> None:
    await hold(theatre, "A-2")

    with pytest.raises(SeatsTaken) as refused:
        await sell(theatre, "A-1", "A-2", "A-3")

    assert refused.value.members["conflicts"] == ["A-2"]
    assert (await theatre.seats())[:4] == "ahaa"
    assert await ledger(theatre) == {}


async def test_a_hold_that_is_over_is_sold_and_can_be_paid_no_more(theatre: Theatre) -> None:
    held = await hold(theatre, "A-1", "A-2")
    await lapse(theatre.deps.pool, held.id)

    sold = await sell(theatre, "A-2")

    assert sold.status is BookingStatus.CONFIRMED
    assert (await theatre.seats())[:3] == "hsa"
    token = booking_token(TOKEN_KEYS, held.id)
    with pytest.raises(HoldExpired):
        await confirm_booking(theatre.deps, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")
    await theatre.deps.locks.release(theatre.show.event_id, held.id)
    assert (await theatre.seats())[:3] == "asa"


async def test_what_is_being_paid_is_not_sold_however_late_it_is(theatre: Theatre) -> None:
    held = await hold(theatre, "A-1")
    async with theatre.deps.pool.connection() as conn, conn.transaction():
        await begin_payments(conn, [a_start(held.id)])
    await lapse(theatre.deps.pool, held.id)

    with pytest.raises(SeatsTaken):
        await sell(theatre, "A-1")


async def test_it_waits_for_a_payment_that_begins_in_this_moment(theatre: Theatre) -> None:
    pool = theatre.deps.pool
    held = await hold(theatre, "A-1")
    await lapse(pool, held.id)
    async with pool.connection() as paying, paying.transaction():
        await paying.execute("update booking.bookings set status = 'paying', attempt = 1 where id = %s", (held.id,))
        rival = asyncio.create_task(sell(theatre, "A-1"))
        assert await is_waiting(rival)

    with pytest.raises(SeatsTaken):
        await rival


async def test_it_waits_for_a_claim_that_is_about_to_commit(theatre: Theatre) -> None:
    pool, event_id = theatre.deps.pool, theatre.show.event_id
    await theatre.seats()
    async with pool.connection() as claiming, claiming.transaction():
        await claiming.execute("select from booking.tickets where event_id = %s and index = 0 for update", (event_id,))
        selling = asyncio.create_task(sell(theatre, "A-1"))
        assert await is_waiting(selling)
        await claiming.execute(
            "update booking.tickets set state = 's', booking_id = 'bkg_ada' where event_id = %s and index = 0",
            (event_id,),
        )

    with pytest.raises(SeatsTaken):
        await selling


async def test_a_place_that_the_layout_no_longer_has_is_not_sold(theatre: Theatre) -> None:
    await theatre.seats()
    async with theatre.deps.pool.connection() as conn:
        await conn.execute("update booking.tickets set level_id = '' where index = 0")

    with pytest.raises(SeatsTaken):
        await sell(theatre, "A-1")


async def test_a_cancellation_that_is_about_to_commit_comes_first(theatre: Theatre) -> None:
    cancelled = msgspec.structs.replace(theatre.show, status=EventStatus.CANCELLED, revision=2)
    await theatre.seats()
    async with theatre.deps.pool.connection() as conn, conn.transaction():
        await follow_events(conn, EventsChanged((cancelled,)))
        selling = asyncio.create_task(sell(theatre, "A-1"))
        assert await is_waiting(selling)

    with pytest.raises(EventCancelled):
        await selling
    assert await ledger(theatre) == {}


async def test_asked_again_it_is_the_same_sale_though_the_event_was_cancelled_since(theatre: Theatre) -> None:
    order = an_order(theatre, "A-1")
    sold = await sell_at_counter(theatre.desk, identity=HOUSE, order=order)
    await put_on_sale(theatre.deps, msgspec.structs.replace(theatre.show, status=EventStatus.CANCELLED, revision=2))

    again = await sell_at_counter(theatre.desk, identity=HOUSE, order=order)

    assert again == sold
    assert (await ledger(theatre))["counter_cash:org_house"] == 5_500


async def test_at_once_with_the_same_key_it_is_sold_once(theatre: Theatre) -> None:
    """Past the memory of requests, which is as lossy as Redis."""
    order = an_order(theatre, "A-1")
    other = msgspec.structs.replace(order, request_hash=secrets.token_bytes(32))

    sold = await asyncio.gather(*(sell_at_counter(theatre.desk, identity=HOUSE, order=order) for _ in range(8)))
    with pytest.raises(IdempotencyKeyReused):
        await sell_at_counter(theatre.desk, identity=HOUSE, order=other)

    assert len({booking.id for booking in sold}) == 1
    assert (await ledger(theatre))["counter_cash:org_house"] == 5_500


async def test_places_of_lapsed_holds_count_when_no_others_are_left(pool: Pool, redis: Redis) -> None:
    theatre = Theatre(pool, redis)
    theatre.show = await put_on_sale(theatre.deps, terms_of_a_show(standing=4))
    lapsed = await hold(theatre, floor=2)
    living = await hold(theatre, floor=1)
    with pytest.raises(NotEnoughTickets) as refused:
        await sell(theatre, floor=2)
    await lapse(pool, lapsed.id)

    sold = await sell(theatre, floor=3)

    assert refused.value.members["available"] == 1
    assert {ticket.index for ticket in sold.tickets}.isdisjoint(ticket.index for ticket in living.tickets)
    with pytest.raises(NotEnoughTickets):
        await sell(theatre, floor=1)


async def test_an_event_that_redis_has_lost_is_sold_and_shown(theatre: Theatre, redis: Redis) -> None:
    await hold(theatre, "A-1")
    await redis.flushdb()

    await sell(theatre, "A-2")

    assert (await theatre.seats())[:3] == "hsa"


async def test_the_job_shows_what_a_dead_process_has_sold(theatre: Theatre, redis: Redis) -> None:
    await theatre.seats()
    [seats] = [key async for key in redis.scan_iter("seats:*")]
    before = await redis.get(seats)
    assert before is not None
    sold = await sell(theatre, "A-1")
    await redis.set(seats, before)  # as if it had died before it could show the sale

    [job] = theatre.jobs.named("booking.show_returns")
    await show_returns(theatre.deps, event_id=sold.event_id, indexes=list(job["indexes"]))  # type: ignore[call-overload]

    assert (await theatre.seats())[:2] == "sa"


async def test_the_books_have_what_is_in_the_till_and_the_processor_knows_nothing(theatre: Theatre) -> None:
    booking = await sell(theatre, "A-1", "A-2")
    await sell(theatre, "A-3", payment=CounterPayment.CARD_TERMINAL)
    await sell(theatre, "A-4", payment=CounterPayment.COMPLIMENTARY)

    taken = await ledger(theatre)
    made = await theatre.refund(booking, ticket_ids=(booking.tickets[0].ticket_id,))
    after = await ledger(theatre)

    assert taken == {
        "counter_cash:org_house": 11_000,
        "counter_card_terminal:org_house": 5_500,
        "organizer_payable:org_house": -15_000,
        "fees_revenue": -1_500,
    }
    assert made.refund is not None
    assert (made.refund.status, made.refund.method, made.refund.amount) == ("succeeded", "cash", 5_500)
    assert (after["counter_cash:org_house"], after["fees_revenue"]) == (5_500, -1_000)
    assert theatre.jobs.named("payments.capture") == theatre.jobs.named("payments.refund") == []
    async with theatre.deps.pool.connection() as conn:
        cursor = await conn.execute("select count(*) as count from simulated_processor.intents")
        assert await cursor.fetchone() == {"count": 0}


async def test_reconciling_passes_the_counter_by(theatre: Theatre) -> None:
    await sell(theatre, "A-1")
    async with theatre.deps.pool.connection() as conn:
        await conn.execute("update payments.payments set created_at = now() - interval '1 hour'")

    assert await reconcile_payments(theatre.payments) == Comparison()


async def test_no_more_is_paid_out_than_was_taken(theatre: Theatre) -> None:
    booking = await sell(theatre, "A-1", "A-2")
    given = await sell(theatre, "A-3", payment=CounterPayment.COMPLIMENTARY)

    answers = await asyncio.gather(
        *(theatre.refund(booking, key=str(number), amount=6_000) for number in range(8)), return_exceptions=True
    )
    with pytest.raises(RefundExceedsPayment):
        await theatre.refund(given, ticket_ids=(given.tickets[0].ticket_id,), amount=100)

    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert (await ledger(theatre))["counter_cash:org_house"] == 5_000
    assert (await theatre.read(given)).status is BookingStatus.CONFIRMED
