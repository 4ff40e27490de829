"""Booking announces what buyers must learn, in the transaction that makes it so."""

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import BookingChange, BookingsChanged, BookingStatus
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.resolve_payments import project_payment
from admitone.booking.usecases.reversals import revoke_sale
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Connection, Pool
from tests.builders import TOKEN_KEYS, a_wish
from tests.store.booking.sale_env import SaleEnv


class Heard:
    """What was announced: (change, booking ids); with `refuses` the transaction fails at that moment."""

    def __init__(self) -> None:
        self.facts: list[tuple[BookingChange, list[str | None]]] = []
        self.refuses = False

    async def __call__(self, _conn: Connection, changed: BookingsChanged) -> None:
        self.facts.append((changed.change, [booking.buyer_email for booking in changed.bookings]))
        if self.refuses:
            raise RuntimeError("refused")


async def test_a_sale_is_announced_and_its_end_by_the_bank_too(pool: Pool, redis: Redis) -> None:
    heard = Heard()
    env = await SaleEnv(pool, redis, heard).open()
    booking = await env.bought("A-1", is_captured=False)
    for _ in range(2):
        await revoke_sale(env.deps, booking_id=booking.id)

    address = booking.buyer_email
    assert address is not None
    assert heard.facts == [(BookingChange.CONFIRMED, [address]), (BookingChange.SALE_REVOKED, [address])]


async def test_a_payment_that_comes_after_the_end_is_announced_as_lost(pool: Pool, redis: Redis) -> None:
    heard = Heard()
    env = await SaleEnv(pool, redis, heard).open()
    order = a_wish(env.show.event_id, seats=("A-1",))
    booking = await start_checkout(env.deps, order=order)
    await release_booking(env.deps, booking_id=booking.id, booking_token=booking_token(TOKEN_KEYS, booking.id))
    await project_payment(env.deps, booking_id=booking.id, is_paid=True)

    assert heard.facts == [(BookingChange.PAYMENT_LOST, [order.buyer_email])]


async def test_a_sale_and_its_announcement_are_one_transaction(pool: Pool, redis: Redis) -> None:
    heard = Heard()
    env = await SaleEnv(pool, redis, heard).open()
    booking = await start_checkout(env.deps, order=a_wish(env.show.event_id, seats=("A-1",)))
    heard.refuses = True
    token = booking_token(TOKEN_KEYS, booking.id)
    with pytest.raises(RuntimeError):
        await confirm_booking(env.deps, booking_id=booking.id, booking_token=token, payment_method="pm_card_visa")

    assert [change for change, _ in heard.facts] == [BookingChange.CONFIRMED]
    assert (await env.read(booking)).status is BookingStatus.PAYING
