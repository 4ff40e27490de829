"""Capacity raised or cut during the sale, while places are held and sold: never more than the new capacity."""

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking
from admitone.booking.domain.refusals import NotEnoughTickets
from admitone.booking.domain.token import booking_token
from admitone.booking.store.inventory import read_places
from admitone.booking.store.refunds import refund_tickets, revoke_sale
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.seat_states import publish_returns, read_snapshot, reissue_inventory
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import Area, SaleTerms
from admitone.kit.postgres import Pool
from tests.builders import (
    CIRCLE,
    STALLS,
    STANDING,
    TOKEN_KEYS,
    a_hall,
    a_wish,
    box_office,
    put_on_sale,
    terms_of_a_show,
)


class Field:
    """A standing show whose organizer changes the capacity."""

    def __init__(self, deps: Deps, terms: SaleTerms) -> None:
        self.deps, self.terms = deps, terms

    async def announce(self, capacity: int) -> None:
        """The new terms are committed; nobody has shown anything yet."""
        areas = (Area("floor", "Floor", capacity, STANDING.id),)
        revision = self.terms.revision + 1
        self.terms = msgspec.structs.replace(self.terms, revision=revision, areas=areas, capacity=capacity)
        await put_on_sale(self.deps, self.terms)

    async def change(self, capacity: int) -> None:
        await self.announce(capacity)
        await reissue_inventory(self.deps, event_id=self.terms.event_id)

    async def hold(self, quantity: int) -> Booking:
        order = a_wish(self.terms.event_id, areas=(("floor", quantity),))
        return await start_checkout(self.deps, order=order)

    async def buy(self, quantity: int) -> Booking:
        held = await self.hold(quantity)
        token = booking_token(TOKEN_KEYS, held.id)
        await confirm_booking(self.deps, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")
        return held

    async def release(self, booking: Booking) -> None:
        token = booking_token(TOKEN_KEYS, booking.id)
        await release_booking(self.deps, booking_id=booking.id, booking_token=token)

    async def left(self) -> int:
        return (await read_snapshot(self.deps, event_id=self.terms.event_id)).areas["floor"].available

    async def on_sale(self) -> int:
        """How many places PostgreSQL has for sale, whatever the map shows."""
        async with self.deps.pool.connection() as conn:
            return sum(place["state"] == "a" for place in await read_places(conn, self.terms.event_id))

    async def buy_out(self) -> int:
        """Return how many more places could be had, one by one."""
        for count in range(100):
            try:
                await self.hold(1)
            except NotEnoughTickets:
                return count
        raise AssertionError("sold without end")


@pytest.fixture
async def field(pool: Pool, redis: Redis) -> Field:
    deps = box_office(pool, redis)
    return Field(deps, await put_on_sale(deps, terms_of_a_show(standing=20)))


async def test_a_cut_is_true_for_the_next_checkout_though_nobody_has_shown_it(field: Field) -> None:
    await field.buy(4)
    await field.announce(6)

    assert await field.buy_out() == 2


async def test_a_raise_is_shown_and_sold(field: Field) -> None:
    await field.buy(4)

    await field.change(22)

    assert await field.left() == 18
    assert await field.buy_out() == 18


async def test_a_claim_that_ends_after_a_cut_returns_only_what_the_new_capacity_has(field: Field) -> None:
    held = [await field.hold(4) for _ in range(3)]
    await field.change(6)
    shown_while_held = await field.left()

    for booking in held:
        await field.release(booking)

    assert (shown_while_held, await field.left(), await field.on_sale()) == (0, 6, 6)
    assert await field.buy_out() == 6


async def test_a_claim_that_was_cut_is_still_paid_for(field: Field) -> None:
    held = await field.hold(4)
    await field.change(1)

    token = booking_token(TOKEN_KEYS, held.id)
    paid = await confirm_booking(field.deps, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")

    assert paid.booking is not None
    assert await field.buy_out() == 0


@pytest.mark.parametrize("how", ["refund", "revoke"])
async def test_sold_places_beyond_the_capacity_do_not_come_back(field: Field, how: str) -> None:
    bought = await field.buy(8)
    await field.change(3)
    indexes = [ticket.index for ticket in bought.tickets]

    async with field.deps.pool.connection() as conn:
        if how == "refund":
            await refund_tickets(conn, bought.id, organization_id=None, indexes=indexes, return_seats=True)
        else:
            await revoke_sale(conn, bought.id)
    await publish_returns(field.deps, event_id=field.terms.event_id, indexes=indexes)

    assert await field.left() == 3
    assert await field.buy_out() == 3


async def test_what_was_cut_comes_back_with_the_capacity(field: Field) -> None:
    held = await field.hold(8)
    await field.change(2)
    await field.release(held)

    await field.change(20)

    assert await field.buy_out() == 20


async def test_a_held_seat_whose_category_is_no_longer_sold_does_not_come_back(pool: Pool, redis: Redis) -> None:
    hall = a_hall(rows=2, seats=4, circle_rows=1)
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, levels=(STALLS, CIRCLE)))
    held = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "B-1")))
    await put_on_sale(deps, msgspec.structs.replace(show, revision=2, price_levels=(STALLS,), capacity=4))
    await reissue_inventory(deps, event_id=show.event_id)

    await release_booking(deps, booking_id=held.id, booking_token=booking_token(TOKEN_KEYS, held.id))

    assert (await read_snapshot(deps, event_id=show.event_id)).states == "aaaabbbb"
