"""Apply, change or remove the promo code of a held booking: one transaction writes the new price and the use."""

import msgspec

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.attempt_limits import guess_keys
from admitone.booking.domain.buyer import normal_form
from admitone.booking.domain.origin import NO_ORIGIN, Origin, stored_key
from admitone.booking.domain.pricing import Discount, apply_discount, check_charge, price_order
from admitone.booking.domain.promo import PromoCode, promo_terms
from admitone.booking.domain.refusals import BookingNotFound, HoldExpired, InvalidPromoCode
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.token import check_link_version, is_booking_token
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.bookings import price_booking, read_booking
from admitone.booking.store.promo_uses import judge_promos
from admitone.booking.usecases.checkout.promo_use import end_lapsed_uses, find_promo
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.payments.contracts import PaymentState

ATTEMPTS_MAX = 3
# Another request changed the booking's code, or began its payment, after the booking was read.
_MOVED = "moved"


async def apply_promo_code(
    deps: Deps, *, booking_id: str, booking_token: str, code: str | None, origin: Origin = NO_ORIGIN
) -> Booking:
    """Return the booking at its new price; `code` None: without a code. The replaced code can be used again.

    Raises `BookingNotFound`, `BookingLinkReplaced`, `HoldExpired`, `InvalidPromoCode` (the booking keeps the code and
    the price it had), `TooManyAttempts`.
    """
    if not is_booking_token(deps.token_keys, booking_id, booking_token):
        raise BookingNotFound
    for attempt in range(ATTEMPTS_MAX):
        stored = await _read(deps, booking_id)
        check_link_version(stored.booking, booking_token)
        plan = await read_sale_plan(deps, event_id=stored.booking.event_id)
        promo = None if code is None else await _find_promo(deps, stored, plan, code, origin)
        if stored.booking.promo_code == (None if promo is None else promo.code):
            return stored.booking  # a repeated request
        _check(deps, stored, promo)
        priced = _priced(deps, stored.booking, promo, fee_now=plan.terms.booking_fee)
        if attempt == 0:
            await _end_clients_try(deps, stored.booking)
        fault = await _price(deps, priced, promo, before=stored.booking.promo_code)
        if fault is None:
            return (await _read(deps, booking_id)).booking
        if fault == "used-up" and promo is not None:
            await end_lapsed_uses(deps, promo=promo)
    raise InvalidPromoCode("not-now" if fault == _MOVED else "used-up")


async def _find_promo(deps: Deps, stored: StoredBooking, plan: SalePlan, code: str, origin: Origin) -> PromoCode:
    """Return the code; a wrong one counts against the hold, its client and its address block."""
    guesses = guess_keys(
        booking_id=stored.booking.id,
        client=stored.client_key,
        block=stored_key(deps.token_keys, "block", origin.block) or stored.block_key,
    )
    email = stored.booking.buyer_email
    buyer_key = None if email is None else normal_form(email)
    return await find_promo(deps, plan=plan, code=code, guesses=guesses, buyer_key=buyer_key)


async def _read(deps: Deps, booking_id: str) -> StoredBooking:
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None:
        raise BookingNotFound
    return stored


def _check(deps: Deps, stored: StoredBooking, promo: PromoCode | None) -> None:
    booking = stored.booking
    if booking.status is BookingStatus.EXPIRED or booking.expires_at <= deps.now():
        raise HoldExpired
    if booking.status is not BookingStatus.IN_PROGRESS or stored.attempt > 0:
        raise InvalidPromoCode("not-now")
    if promo is not None and booking.is_resale:  # the first buyer is refunded what that buyer paid
        raise InvalidPromoCode("resale")


async def _end_clients_try(deps: Deps, booking: Booking) -> None:
    """Void the payment that the client received: it has the old amount."""
    if deps.prepare_payment is None or booking.total == 0:
        return
    outcome = await deps.settle(booking.id)
    if outcome.state is not PaymentState.VOIDED:
        raise InvalidPromoCode("not-now")


def _priced(deps: Deps, booking: Booking, promo: PromoCode | None, *, fee_now: int) -> Booking:
    """Return the booking at the price with the code. Raises `InvalidPromoCode` if that cannot be charged."""
    discount = Discount(amount=0) if promo is None else promo.discount
    tickets = apply_discount(booking.tickets, discount, booking.currency)
    # Keep the booking fee of the hold: the price was settled then. A free booking has no fee to keep and gets today's.
    fee = booking.booking_fee if booking.total else fee_now
    price = price_order(tickets, fee)
    if deps.smallest_charge is not None:
        smallest = deps.smallest_charge(booking.currency)
        check_charge(price, booking.currency, smallest=smallest, has_promo=promo is not None)
    return msgspec.structs.replace(
        booking,
        tickets=tickets,
        discount=price.discount,
        fees=price.fees,
        booking_fee=price.booking_fee,
        total=price.total,
        promo_code=None if promo is None else promo.code,
    )


async def _price(deps: Deps, priced: Booking, promo: PromoCode | None, *, before: str | None) -> str | None:
    """Return why the code cannot be used; None: the booking has it now."""
    terms = None if promo is None else promo_terms(promo)
    async with deps.pool.connection() as conn, conn.transaction():
        fault = None if terms is None else (await judge_promos(conn, {priced.id: terms})).get(priced.id)
        if fault is None and not await price_booking(conn, priced, terms, before=before):
            return _MOVED
    return fault
