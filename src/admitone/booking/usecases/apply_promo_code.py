"""A promo code for a booking that is held already: priced anew, and the use counted, in one step."""

import msgspec

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.origin import NO_ORIGIN, Origin, stored_key
from admitone.booking.domain.pricing import apply_discount, price_order
from admitone.booking.domain.promo import PromoCode, promo_terms
from admitone.booking.domain.refusals import BookingNotFound, HoldExpired, InvalidPromoCode
from admitone.booking.domain.token import is_booking_token
from admitone.booking.domain.tries import guess_keys
from admitone.booking.store.bookings import price_booking, read_booking
from admitone.booking.store.claims import StoredBooking
from admitone.booking.store.promo_uses import judge_promos
from admitone.booking.usecases.check_charge import check_charge
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_lapsed_uses import end_lapsed_uses
from admitone.booking.usecases.find_promo import find_promo
from admitone.booking.usecases.read_plan import read_plan
from admitone.payments.contracts import PaymentState

TRIES_MAX = 3


async def apply_promo_code(
    deps: Deps, *, booking_id: str, booking_token: str, code: str, origin: Origin = NO_ORIGIN
) -> Booking:
    """Return the booking at its new price.

    Raises `BookingNotFound`, `HoldExpired`, `InvalidPromoCode`, `TooManyAttempts`.
    """
    if not is_booking_token(deps.token_keys, booking_id, booking_token):
        raise BookingNotFound
    for attempt in range(TRIES_MAX):
        stored = await _read(deps, booking_id)
        plan = await read_plan(deps, event_id=stored.booking.event_id)
        guesses = guess_keys(
            booking_id=booking_id,
            client=stored.client_key,
            block=stored_key(deps.token_keys, "block", origin.block) or stored.block_key,
        )
        promo = await find_promo(deps, plan=plan, code=code, guesses=guesses)
        if stored.booking.promo_code is not None and stored.booking.promo_code == promo.code:
            return stored.booking  # asked twice
        _check(deps, stored)
        priced = _priced(deps, stored.booking, promo)
        if attempt == 0:
            await _end_clients_try(deps, stored.booking)
        fault = await _price(deps, priced, promo)
        if fault is None:
            return (await _read(deps, booking_id)).booking
        if fault == "used-up":
            await end_lapsed_uses(deps, promo=promo)
    raise InvalidPromoCode("used-up")


async def _read(deps: Deps, booking_id: str) -> StoredBooking:
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None:
        raise BookingNotFound
    return stored


def _check(deps: Deps, stored: StoredBooking) -> None:
    booking = stored.booking
    if booking.status is BookingStatus.EXPIRED or booking.expires_at <= deps.now():
        raise HoldExpired
    if booking.status is not BookingStatus.IN_PROGRESS or stored.attempt > 0 or booking.promo_code is not None:
        raise InvalidPromoCode("not-now")


async def _end_clients_try(deps: Deps, booking: Booking) -> None:
    """What the client was given to pay with has the old amount: it must not be payable any more."""
    if deps.prepare_payment is None or booking.total == 0:
        return
    outcome = await deps.settle(booking.id)
    if outcome.state is not PaymentState.VOIDED:
        raise InvalidPromoCode("not-now")


def _priced(deps: Deps, booking: Booking, promo: PromoCode) -> Booking:
    """Return the booking as it would be with the code. Raises `InvalidPromoCode` where that cannot be charged."""
    tickets = apply_discount(booking.tickets, promo.discount, booking.currency)
    # The fee is the one of the hold: whatever the event asks now, this booking's price was settled then.
    fee = booking.booking_fee
    check_charge(deps, tickets=tickets, booking_fee=fee, currency=booking.currency, has_promo=True)
    price = price_order(tickets, fee)
    return msgspec.structs.replace(
        booking,
        tickets=tickets,
        discount=price.discount,
        fees=price.fees,
        booking_fee=price.booking_fee,
        total=price.total,
        promo_code=promo.code,
    )


async def _price(deps: Deps, priced: Booking, promo: PromoCode) -> str | None:
    """Return why the code cannot be used; None where the booking has it now."""
    terms = promo_terms(promo)
    async with deps.pool.connection() as conn, conn.transaction():
        fault = (await judge_promos(conn, {priced.id: terms})).get(priced.id)
        if fault is None and not await price_booking(conn, priced, terms):
            raise InvalidPromoCode("not-now")
    return fault
