"""The box office against everybody else: what PostgreSQL decides, and what the map and the books say then."""

import asyncio
import secrets
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus, BoxOfficePayment
from admitone.booking.domain.refusals import EventCancelled, HoldExpired, NotEnoughTickets, SeatsTaken
from admitone.booking.domain.token import booking_token
from admitone.booking.store.payments import begin_payments
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.project_events import project_events
from admitone.booking.usecases.seat_states import publish_returns
from admitone.booking.usecases.sell_at_box_office import BoxOfficeArea, BoxOfficeOrder, sell_at_box_office
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import EventsChanged, EventStatus
from admitone.kit.postgres import Pool
from admitone.kit.refusal import IdempotencyKeyReused
from admitone.payments.usecases.reconcile_payments import Comparison, reconcile_payments
from admitone.payments.usecases.refunds import RefundExceedsPayment
from tests.builders import TOKEN_KEYS, a_wish, put_on_sale, terms_of_a_show
from tests.store.booking.sale_env import ORGANIZER, SaleEnv
from tests.store.booking.test_claims_race import a_start, is_waiting, lapse


@pytest.fixture
async def sale_env(pool: Pool, redis: Redis) -> SaleEnv:
    return await SaleEnv(pool, redis).open()


def an_order(sale_env: SaleEnv, *seats: str, **more: Any) -> BoxOfficeOrder:
    keys = {"idempotency_key": secrets.token_bytes(32), "request_hash": secrets.token_bytes(32)}
    return BoxOfficeOrder(sale_env.show.event_id, **{"payment": BoxOfficePayment.CASH, "seats": seats, **keys, **more})


async def sell(
    sale_env: SaleEnv, *seats: str, floor: int = 0, payment: BoxOfficePayment = BoxOfficePayment.CASH
) -> Booking:
    areas = (BoxOfficeArea("floor", floor),) if floor else ()
    order = an_order(sale_env, *seats, areas=areas, payment=payment)
    return await sell_at_box_office(sale_env.desk, identity=ORGANIZER, order=order)


async def hold(sale_env: SaleEnv, *seats: str, floor: int = 0) -> Booking:
    areas = (("floor", floor),) if floor else ()
    return await start_checkout(sale_env.deps, order=a_wish(sale_env.show.event_id, seats=seats, areas=areas))


async def ledger(sale_env: SaleEnv) -> dict[str, int]:
    async with sale_env.deps.pool.connection() as conn:
        cursor = await conn.execute(
            "select account, sum(amount)::bigint as sum from payments.ledger_entries group by account"
        )
        return {row["account"]: row["sum"] for row in await cursor.fetchall() if row["sum"]}


async def test_a_live_hold_wins_and_nothing_is_sold(sale_env: SaleEnv) -> None:
    await hold(sale_env, "A-2")

    with pytest.raises(SeatsTaken) as refused:
        await sell(sale_env, "A-1", "A-2", "A-3")

    assert refused.value.members["conflicts"] == ["A-2"]
    assert (await sale_env.seats())[:4] == "ahaa"
    assert await ledger(sale_env) == {}


async def test_a_hold_that_is_over_is_sold_and_can_be_paid_no_more(sale_env: SaleEnv) -> None:
    held = await hold(sale_env, "A-1", "A-2")
    await lapse(sale_env.deps.pool, held.id)

    sold = await sell(sale_env, "A-2")

    assert sold.status is BookingStatus.CONFIRMED
    assert (await sale_env.seats())[:3] == "hsa"
    token = booking_token(TOKEN_KEYS, held.id)
    with pytest.raises(HoldExpired):
        await confirm_booking(sale_env.deps, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")
    await sale_env.deps.locks.release(sale_env.show.event_id, held.id)
    assert (await sale_env.seats())[:3] == "asa"


async def test_what_is_being_paid_is_not_sold_however_late_it_is(sale_env: SaleEnv) -> None:
    held = await hold(sale_env, "A-1")
    async with sale_env.deps.pool.connection() as conn, conn.transaction():
        await begin_payments(conn, [a_start(held.id)])
    await lapse(sale_env.deps.pool, held.id)

    with pytest.raises(SeatsTaken):
        await sell(sale_env, "A-1")


async def test_it_waits_for_a_payment_that_begins_in_this_moment(sale_env: SaleEnv) -> None:
    pool = sale_env.deps.pool
    held = await hold(sale_env, "A-1")
    await lapse(pool, held.id)
    async with pool.connection() as paying, paying.transaction():
        await paying.execute("update booking.bookings set status = 'paying', attempt = 1 where id = %s", (held.id,))
        rival = asyncio.create_task(sell(sale_env, "A-1"))
        assert await is_waiting(rival)

    with pytest.raises(SeatsTaken):
        await rival


async def test_it_waits_for_a_claim_that_is_about_to_commit(sale_env: SaleEnv) -> None:
    pool, event_id = sale_env.deps.pool, sale_env.show.event_id
    await sale_env.seats()
    async with pool.connection() as claiming, claiming.transaction():
        await claiming.execute("select from booking.tickets where event_id = %s and index = 0 for update", (event_id,))
        selling = asyncio.create_task(sell(sale_env, "A-1"))
        assert await is_waiting(selling)
        await claiming.execute(
            "update booking.tickets set state = 's', booking_id = 'bkg_ada' where event_id = %s and index = 0",
            (event_id,),
        )

    with pytest.raises(SeatsTaken):
        await selling


async def test_a_place_that_the_layout_no_longer_has_is_not_sold(sale_env: SaleEnv) -> None:
    await sale_env.seats()
    async with sale_env.deps.pool.connection() as conn:
        await conn.execute("update booking.tickets set level_id = '' where index = 0")

    with pytest.raises(SeatsTaken):
        await sell(sale_env, "A-1")


async def test_a_cancellation_that_is_about_to_commit_comes_first(sale_env: SaleEnv) -> None:
    cancelled = msgspec.structs.replace(sale_env.show, status=EventStatus.CANCELLED, revision=2)
    await sale_env.seats()
    async with sale_env.deps.pool.connection() as conn, conn.transaction():
        await project_events(conn, EventsChanged((cancelled,)))
        selling = asyncio.create_task(sell(sale_env, "A-1"))
        assert await is_waiting(selling)

    with pytest.raises(EventCancelled):
        await selling
    assert await ledger(sale_env) == {}


async def test_asked_again_it_is_the_same_sale_though_the_event_was_cancelled_since(sale_env: SaleEnv) -> None:
    order = an_order(sale_env, "A-1")
    sold = await sell_at_box_office(sale_env.desk, identity=ORGANIZER, order=order)
    await put_on_sale(sale_env.deps, msgspec.structs.replace(sale_env.show, status=EventStatus.CANCELLED, revision=2))

    again = await sell_at_box_office(sale_env.desk, identity=ORGANIZER, order=order)

    assert again == sold
    assert (await ledger(sale_env))["counter_cash:org_house"] == 5_500


async def test_at_once_with_the_same_key_it_is_sold_once(sale_env: SaleEnv) -> None:
    """Past the memory of requests, which is as lossy as Redis."""
    order = an_order(sale_env, "A-1")
    other = msgspec.structs.replace(order, request_hash=secrets.token_bytes(32))

    sold = await asyncio.gather(*(sell_at_box_office(sale_env.desk, identity=ORGANIZER, order=order) for _ in range(8)))
    with pytest.raises(IdempotencyKeyReused):
        await sell_at_box_office(sale_env.desk, identity=ORGANIZER, order=other)

    assert len({booking.id for booking in sold}) == 1
    assert (await ledger(sale_env))["counter_cash:org_house"] == 5_500


async def test_places_of_lapsed_holds_count_when_no_others_are_left(pool: Pool, redis: Redis) -> None:
    sale_env = SaleEnv(pool, redis)
    sale_env.show = await put_on_sale(sale_env.deps, terms_of_a_show(standing=4))
    lapsed = await hold(sale_env, floor=2)
    living = await hold(sale_env, floor=1)
    with pytest.raises(NotEnoughTickets) as refused:
        await sell(sale_env, floor=2)
    await lapse(pool, lapsed.id)

    sold = await sell(sale_env, floor=3)

    assert refused.value.members["available"] == 1
    assert {ticket.index for ticket in sold.tickets}.isdisjoint(ticket.index for ticket in living.tickets)
    with pytest.raises(NotEnoughTickets):
        await sell(sale_env, floor=1)


async def test_an_event_that_redis_has_lost_is_sold_and_shown(sale_env: SaleEnv, redis: Redis) -> None:
    await hold(sale_env, "A-1")
    await redis.flushdb()

    await sell(sale_env, "A-2")

    assert (await sale_env.seats())[:3] == "hsa"


async def test_the_job_shows_what_a_dead_process_has_sold(sale_env: SaleEnv, redis: Redis) -> None:
    await sale_env.seats()
    [seats] = [key async for key in redis.scan_iter("seats:*")]
    before = await redis.get(seats)
    assert before is not None
    sold = await sell(sale_env, "A-1")
    await redis.set(seats, before)  # as if it had died before it could show the sale

    [job] = sale_env.jobs.named("booking.publish_returns")
    await publish_returns(sale_env.deps, event_id=sold.event_id, indexes=list(job["indexes"]))  # type: ignore[call-overload]

    assert (await sale_env.seats())[:2] == "sa"


async def test_the_ledger_has_what_is_in_the_cash_drawer_and_the_processor_knows_nothing(sale_env: SaleEnv) -> None:
    booking = await sell(sale_env, "A-1", "A-2")
    await sell(sale_env, "A-3", payment=BoxOfficePayment.CARD_TERMINAL)
    await sell(sale_env, "A-4", payment=BoxOfficePayment.COMPLIMENTARY)

    taken = await ledger(sale_env)
    made = await sale_env.refund(booking, ticket_ids=(booking.tickets[0].ticket_id,))
    after = await ledger(sale_env)

    assert taken == {
        "counter_cash:org_house": 11_000,
        "counter_card_terminal:org_house": 5_500,
        "organizer_payable:org_house": -15_000,
        "fees_revenue": -1_500,
    }
    assert made.refund is not None
    assert (made.refund.status, made.refund.method, made.refund.amount) == ("succeeded", "cash", 5_500)
    assert (after["counter_cash:org_house"], after["fees_revenue"]) == (5_500, -1_000)
    assert sale_env.jobs.named("payments.capture") == sale_env.jobs.named("payments.refund") == []
    async with sale_env.deps.pool.connection() as conn:
        cursor = await conn.execute("select count(*) as count from simulated_processor.intents")
        assert await cursor.fetchone() == {"count": 0}


async def test_reconciling_passes_the_box_office_by(sale_env: SaleEnv) -> None:
    await sell(sale_env, "A-1")
    async with sale_env.deps.pool.connection() as conn:
        await conn.execute("update payments.payments set created_at = now() - interval '1 hour'")

    assert await reconcile_payments(sale_env.payments) == Comparison()


async def test_no_more_is_paid_out_than_was_taken(sale_env: SaleEnv) -> None:
    booking = await sell(sale_env, "A-1", "A-2")
    given = await sell(sale_env, "A-3", payment=BoxOfficePayment.COMPLIMENTARY)

    answers = await asyncio.gather(
        *(sale_env.refund(booking, key=str(number), amount=6_000) for number in range(8)), return_exceptions=True
    )
    with pytest.raises(RefundExceedsPayment):
        await sale_env.refund(given, ticket_ids=(given.tickets[0].ticket_id,), amount=100)

    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert (await ledger(sale_env))["counter_cash:org_house"] == 5_000
    assert (await sale_env.read(given)).status is BookingStatus.CONFIRMED
