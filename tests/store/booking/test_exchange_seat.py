"""The organizer moves a ticket to another seat: the old place is free, the new one sold, once, at the same price."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import (
    Booking,
    BookingChange,
    BookingsChanged,
    BookingStatus,
    booking_code,
    ticket_code,
)
from admitone.booking.domain.exchange_refusals import (
    BookingNotExchangeable,
    PriceDiffers,
    SeatNotFree,
    TicketNotExchangeable,
)
from admitone.booking.domain.refusals import BookingNotFound, UnknownSeat, UnknownTickets
from admitone.booking.store.refunds import mark_disputed
from admitone.booking.usecases.exchange_seat import ExchangeRequest, exchange_seat, list_exchange_seats
from admitone.booking.usecases.hold_back_seats import HoldBack, hold_back_seats
from admitone.booking.usecases.read_organizer_booking import read_organizer_booking
from admitone.booking.usecases.sold_places import list_resold
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import SeatMap
from admitone.kit.postgres import Connection, Pool
from admitone.kit.refusal import IdempotencyKeyReused, Refusal
from admitone.organizers.contracts import Identity
from admitone.tickets.store.tickets import name_tickets
from tests.builders import a_hall, a_wish
from tests.store.booking.list_env import ROW, ListEnv
from tests.store.booking.sale_env import ORGANIZER, OTHER_ORGANIZER, SaleEnv

AT_ONCE = 6
"""Attempts in a race."""


class ExchangeEnv(SaleEnv):
    """A hall of stalls and circle, and what was announced."""

    def __init__(self, pool: Pool, redis: Redis, hall: SeatMap | None = None) -> None:
        self.heard: list[tuple[BookingChange, int]] = []
        super().__init__(pool, redis, self._hear, hall=hall)

    async def open(self) -> "ExchangeEnv":
        await super().open()
        return self

    async def _hear(self, _conn: Connection, changed: BookingsChanged) -> None:
        self.heard.append((changed.change, changed.version))

    async def exchange(
        self, booking: Booking, number: int, seat: str, *, key: str | None = None, who: Identity = ORGANIZER
    ) -> Booking:
        wanted = ExchangeRequest(booking.tickets[number].ticket_id, seat)
        return await exchange_seat(self.desk, identity=who, booking_id=booking.id, request=wanted, request_key=key)

    async def name(self, booking: Booking, number: int, guest: str) -> None:
        ticket = booking.tickets[number]
        async with self.deps.pool.connection() as conn:
            await name_tickets(conn, booking.event_id, booking.id, [(ticket.ticket_id, ticket.index, 1, guest)])

    async def names(self, booking: Booking) -> dict[str, str]:
        """Return the names on tickets that the booking has or had."""
        async with self.deps.pool.connection() as conn:
            cursor = await conn.execute(
                "select ticket_id, holder_name from tickets.tickets where booking_id = %s and holder_name is not null",
                [booking.id],
            )
            return {row["ticket_id"]: row["holder_name"] for row in await cursor.fetchall()}

    async def owners(self, *indexes: int) -> list[tuple[str, str | None]]:
        async with self.deps.pool.connection() as conn:
            cursor = await conn.execute(
                "select state::text as state, booking_id from booking.tickets "
                "where event_id = %s and index = any(%s) order by index",
                [self.show.event_id, list(indexes)],
            )
            return [(row["state"], row["booking_id"]) for row in await cursor.fetchall()]


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> ExchangeEnv:
    return await ExchangeEnv(pool, redis).open()


async def test_the_old_place_is_free_and_the_new_one_sold_at_the_price_paid(env: ExchangeEnv) -> None:
    booking = await env.bought("A-1", "A-2")
    env.jobs.jobs.clear()

    moved = await env.exchange(booking, 0, "B-5")
    read = await env.read(booking)
    timeline = await read_organizer_booking(env.desk, organization_id=ORGANIZER.organization_id, booking_id=booking.id)

    assert [(ticket.seat_id, ticket.price, ticket.fees) for ticket in read.tickets] == [
        ("B-5", booking.tickets[0].price, booking.tickets[0].fees),
        ("A-2", booking.tickets[1].price, booking.tickets[1].fees),
    ]
    assert (moved.total, read.status) == (booking.total, BookingStatus.CONFIRMED)
    assert await env.owners(0, 1, 14) == [("a", None), ("s", booking.id), ("s", booking.id)]
    assert (await env.seats())[:2] + (await env.seats())[14] == "ass"
    assert env.jobs.named("booking.publish_returns") == [{"event_id": env.show.event_id, "indexes": [0, 14]}]
    assert env.heard[-1] == (BookingChange.SEAT_EXCHANGED, 1)
    assert [(entry.kind, entry.detail) for entry in timeline.timeline][-1] == (
        "seat_exchanged",
        "Stalls, row A, seat 1 → Stalls, row B, seat 5",
    )


async def test_the_same_key_moves_a_ticket_once(env: ExchangeEnv) -> None:
    booking = await env.bought("A-1")

    made = await asyncio.gather(*(env.exchange(booking, 0, "B-5", key="once") for _ in range(AT_ONCE)))

    assert [item.tickets[0].seat_id for item in made] == ["B-5"] * AT_ONCE
    assert env.heard.count((BookingChange.SEAT_EXCHANGED, 1)) == 1
    with pytest.raises(IdempotencyKeyReused):
        await env.exchange(booking, 0, "B-6", key="once")


async def test_codes_of_both_places_from_before_the_exchange_are_void(env: ExchangeEnv) -> None:
    booking, earlier = await env.bought("A-1"), await env.bought("B-5")
    await env.refund(earlier)

    moved = await env.exchange(booking, 0, "B-5")
    ticket = moved.tickets[0]
    later = await env.bought("A-1")
    resold = {place.index: place for place in await list_resold(env.deps, event_id=env.show.event_id)}

    assert ticket.exchanged_at is not None
    assert booking.confirmed_at is not None
    assert ticket.exchanged_at > booking.confirmed_at
    assert (resold[14].booking_id, resold[14].sold_at) == (booking.id, ticket.exchanged_at)
    assert (resold[0].booking_id, resold[0].sold_at) == (later.id, later.confirmed_at)


async def test_the_guests_name_moves_with_the_ticket_and_back(env: ExchangeEnv) -> None:
    booking = await env.bought("A-1", "A-2")
    await env.name(booking, 0, "Mia Novak")

    moved = await env.exchange(booking, 0, "B-5")
    names_after = await env.names(booking)
    back = await env.exchange(moved, 0, "A-1")

    assert names_after == {moved.tickets[0].ticket_id: "Mia Novak"}
    assert await env.names(booking) == {back.tickets[0].ticket_id: "Mia Novak"}


async def test_a_name_that_an_earlier_buyer_gave_the_new_seat_does_not_stay(env: ExchangeEnv) -> None:
    earlier, booking = await env.bought("B-5"), await env.bought("A-1")
    await env.name(earlier, 0, "An Earlier Guest")
    await env.name(booking, 0, "Mia Novak")
    await env.refund(earlier)

    moved = await env.exchange(booking, 0, "B-5")

    assert await env.names(booking) == {moved.tickets[0].ticket_id: "Mia Novak"}


async def test_codes_on_old_prints_find_the_booking(env: ExchangeEnv) -> None:
    booking, other = await env.bought("A-1", "A-2"), await env.bought("C-1")
    codes = env.deps.codes
    old = booking_code(codes, booking)
    old_ticket = ticket_code(codes, booking.id, booking.tickets[0].index)

    moved = await env.exchange(booking, 0, "B-5")
    later = await env.bought("A-1")

    new = booking_code(codes, moved)
    assert new != old
    assert [await env.found_by(code) for code in (old, new, old_ticket)] == [[booking.id]] * 3
    assert await env.found_by(booking_code(codes, later)) == [later.id]
    assert await env.found_by(booking_code(codes, other)) == [other.id]
    assert await env.found_by(old, who=OTHER_ORGANIZER) == []


async def test_what_cannot_move_says_why_and_stays(env: ExchangeEnv) -> None:
    booking, other = await env.bought("A-1", "A-2"), await env.bought("B-1")
    held = await start_checkout(env.deps, order=a_wish(env.show.event_id, seats=("B-2",)))
    half = await env.bought("C-1", "C-2")
    await env.refund(half, ticket_ids=(half.tickets[0].ticket_id,))
    disputed = await env.bought("C-5")
    async with env.deps.pool.connection() as conn:
        await mark_disputed(conn, disputed.id, is_disputed=True)

    async def refused(booking: Booking, number: int, seat: str, **more: Any) -> tuple[str, object]:
        with pytest.raises(Refusal) as caught:
            await env.exchange(booking, number, seat, **more)
        return caught.value.code, caught.value.members.get("reason")

    assert await refused(booking, 0, "B-1") == (SeatNotFree.code, "taken")
    assert await refused(booking, 0, "B-2") == (SeatNotFree.code, "taken")
    assert await refused(booking, 0, "A-2") == (SeatNotFree.code, "taken")
    assert await refused(half, 1, "C-1") == (SeatNotFree.code, "refunded-before")
    assert await refused(half, 0, "D-1") == (UnknownTickets.code, None)
    assert await refused(disputed, 0, "D-1") == (BookingNotExchangeable.code, "disputed")
    assert await refused(held, 0, "D-1") == (BookingNotExchangeable.code, "not-bought")
    assert await refused(booking, 0, "Z-9") == (UnknownSeat.code, None)
    assert await refused(booking, 0, "D-1", who=OTHER_ORGANIZER) == (BookingNotFound.code, None)
    env.unreturnable = {booking.tickets[1].ticket_id}
    assert await refused(booking, 1, "D-1") == (TicketNotExchangeable.code, None)
    assert await env.owners(0, 1, 10) == [("s", booking.id), ("s", booking.id), ("s", other.id)]
    assert (await env.read(booking)).tickets == booking.tickets


async def test_a_seat_at_another_price_is_refused_and_not_offered(pool: Pool, redis: Redis) -> None:
    env = await ExchangeEnv(pool, redis, a_hall(rows=4, circle_rows=1)).open()
    booking = await env.bought("A-1")

    listed = await list_exchange_seats(
        env.desk,
        organization_id=ORGANIZER.organization_id,
        booking_id=booking.id,
        ticket_id=booking.tickets[0].ticket_id,
        section_id=None,
    )

    with pytest.raises(PriceDiffers):
        await env.exchange(booking, 0, "D-1")
    assert {seat.section for seat in listed.seats} == {"Stalls"}
    assert len(listed.seats) == 29
    assert "A-1" not in {seat.seat_id for seat in listed.seats}


async def test_a_seat_that_is_held_back_is_sold_and_loses_its_reason(env: ExchangeEnv) -> None:
    booking, organization = await env.bought("A-1"), ORGANIZER.organization_id
    await hold_back_seats(
        env.desk,
        organization_id=organization,
        event_id=env.show.event_id,
        request=HoldBack(hold_back=("B-5",), reason="House"),
    )

    await env.exchange(booking, 0, "B-5")

    async with env.deps.pool.connection() as conn:
        cursor = await conn.execute("select from booking.hold_back_reasons where event_id = %s", [env.show.event_id])
        assert await cursor.fetchone() is None
    assert await env.owners(14) == [("s", booking.id)]


async def test_of_an_exchange_and_buyers_of_the_seat_one_wins(env: ExchangeEnv) -> None:
    for seat, index in (("C-1", 20), ("C-3", 22), ("C-5", 24)):
        booking = await env.bought(f"A-{index - 19}")
        wish = a_wish(env.show.event_id, seats=(seat,))
        outcomes = await asyncio.gather(
            env.exchange(booking, 0, seat),
            *(start_checkout(env.deps, order=wish) for _ in range(3)),
            return_exceptions=True,
        )

        won = [outcome for outcome in outcomes if isinstance(outcome, Booking)]
        assert len(won) == 1, outcomes
        assert all(isinstance(outcome, (Booking, Refusal)) for outcome in outcomes), outcomes
        [(state, owner)] = await env.owners(index)
        assert (owner, state) == (won[0].id, "s" if won[0].id == booking.id else "c")


async def test_of_an_exchange_and_a_refund_the_places_agree_with_the_winner(env: ExchangeEnv) -> None:
    for number in range(AT_ONCE):
        booking = await env.bought(f"A-{number + 1}")
        both = (env.exchange(booking, 0, f"C-{number + 1}"), env.refund(booking, ticket_ids=_ids(booking)))
        outcomes = await asyncio.gather(*(both if number % 2 else both[::-1]), return_exceptions=True)

        assert all(isinstance(outcome, Refusal) or not isinstance(outcome, Exception) for outcome in outcomes), outcomes
        read = await env.read(booking)
        is_refunded = read.status is BookingStatus.REFUNDED
        assert await env.owners(number) == [("a", None)]
        assert await env.owners(20 + number) == [("a", None) if is_refunded else ("s", booking.id)]
        assert sum(isinstance(outcome, Refusal) for outcome in outcomes) == 1


async def test_two_tickets_of_a_booking_move_at_once(env: ExchangeEnv) -> None:
    booking = await env.bought("A-1", "A-2")

    await asyncio.gather(env.exchange(booking, 0, "C-1"), env.exchange(booking, 1, "C-2"))

    assert [ticket.seat_id for ticket in (await env.read(booking)).tickets] == ["C-1", "C-2"]
    assert await env.owners(0, 1, 20, 21) == [("a", None)] * 2 + [("s", booking.id)] * 2


async def test_tickets_that_want_one_seat_do_not_share_it(env: ExchangeEnv) -> None:
    bookings = [await env.bought(f"A-{number + 1}") for number in range(AT_ONCE)]

    outcomes = await asyncio.gather(*(env.exchange(booking, 0, "C-1") for booking in bookings), return_exceptions=True)

    won = [outcome for outcome in outcomes if isinstance(outcome, Booking)]
    assert len(won) == 1, outcomes
    assert await env.owners(20) == [("s", won[0].id)]


async def test_the_freed_seat_is_offered_to_the_waiting_list(pool: Pool, redis: Redis) -> None:
    env = ListEnv(pool, redis)
    await env.open()
    await _hold_back_after_refund(env)
    joined = await env.join("ada")
    booking = env.pairs[1]

    request = ExchangeRequest(booking.tickets[0].ticket_id, ROW[0])
    await exchange_seat(env.desk, identity=ORGANIZER, booking_id=booking.id, request=request, request_key=None)
    states = await env.states()
    await env.work()

    assert states == "skwsss"
    assert (await env.look(joined)).booking_id is not None
    assert await env.states() == "skcsss"


def _ids(booking: Booking) -> tuple[str, ...]:
    return tuple(ticket.ticket_id for ticket in booking.tickets)


async def _hold_back_after_refund(env: ListEnv) -> None:
    """The first pair of the row is refunded, and its seats are held back."""
    await env.refund(env.pairs[0], return_seats=False)
    await env.work()
