"""Confirm: the buyer pays, and the claimed tickets become sold. `booking/sale` says why no seat is sold twice.

The order: start (PostgreSQL: from here on expiry alone frees nothing, and payments has a row of the attempt) →
authorize (processor; no connection is held) → sell (PostgreSQL: authorization, tickets, booking, ledger, jobs) →
show (Redis). After a crash at any point the job `booking.resolve_payment` and the sweeper finish the booking.
"""

import asyncio
import math

import structlog
from msgspec import Struct

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.attempt_limits import decline_keys, next_attempt_at
from admitone.booking.domain.buyer import normal_form
from admitone.booking.domain.promo import promo_key
from admitone.booking.domain.refusals import (
    BookingNotFound,
    BookingReleased,
    HoldExpired,
    InvalidPromoCode,
    PaymentMethodMissing,
    SaleLost,
    TicketLimitExceeded,
    TooManyAttempts,
)
from admitone.booking.domain.token import check_link_version, is_booking_token
from admitone.booking.sale.payment_start import payment_order
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.failures import count_attempts, read_wait_seconds
from admitone.booking.store.payments import PaymentStart, end_payments
from admitone.booking.store.promos import read_promo_by_code
from admitone.booking.usecases.checkout.paying import PaymentPending, finish_payment
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.kit.crash_points import crash_point
from admitone.kit.refusal import InvalidBody

log = structlog.get_logger(__name__)

# After this the buyer gets "the bank has not decided yet"; the payment continues.
WAIT_SECONDS_MAX = 2.5
RETRY_AFTER_SECONDS = 2


class Confirmation(Struct, frozen=True):
    """`booking` None: the payment is still being processed; ask again after `retry_after_seconds`."""

    booking: Booking | None
    retry_after_seconds: int | None = None


class _Given(Struct, frozen=True):
    """What the buyer sent to pay."""

    payment_method: str | None
    email: str | None
    name: str | None
    agreed_terms: str | None


async def confirm_booking(
    deps: Deps,
    *,
    booking_id: str,
    booking_token: str,
    payment_method: str | None,
    buyer_email: str | None = None,
    buyer_name: str | None = None,
    agreed_terms: str | None = None,
) -> Confirmation:
    """Pay for a booking. Confirming twice, or again after a lost answer, returns the same booking.

    Raises `BookingNotFound`, `HoldExpired`, `PaymentDeclined`, `AuthenticationRequired`, and others of
    `domain.refusals`. `agreed_terms`: the version of the organizer's terms that the buyer agrees to by this.
    """
    if not is_booking_token(deps.token_keys, booking_id, booking_token):
        raise BookingNotFound
    given = _Given(payment_method, buyer_email, buyer_name, agreed_terms)
    task = deps.sale.payments.start(booking_id, lambda: _pay(deps, booking_id, given))
    done, _ = await asyncio.wait([task], timeout=WAIT_SECONDS_MAX)
    if not done:
        return Confirmation(None, RETRY_AFTER_SECONDS)
    try:
        booking = task.result()
    except PaymentPending:
        return Confirmation(None, RETRY_AFTER_SECONDS)
    check_link_version(booking, booking_token)
    return Confirmation(booking)


async def _pay(deps: Deps, booking_id: str, given: _Given) -> Booking:
    payment_method = given.payment_method
    begun = await deps.sale.starts.submit(await _payment_start(deps, booking_id, given))
    if begun is None:
        settled = await _why_not(deps, booking_id, given)
        if isinstance(settled, Booking):
            return settled
        # Already being paid: ask for the same attempt; payments begins it if the earlier process died before.
        return await finish_payment(deps, stored=settled, order=payment_order(settled, payment_method))
    if begun.booking.buyer_email is None:
        async with deps.pool.connection() as conn:
            await end_payments(conn, [(booking_id, begun.attempt)])
        raise _buyer_missing()
    if payment_method is None and begun.booking.total > 0 and deps.payment_terms.provider == "simulated":
        async with deps.pool.connection() as conn:
            await end_payments(conn, [(booking_id, begun.attempt)])
        raise PaymentMethodMissing
    crash_point("booking.begun")
    order = payment_order(begun, payment_method, is_new=True)
    return await finish_payment(deps, stored=begun, order=order, defers_job=True)


async def _payment_start(deps: Deps, booking_id: str, given: _Given) -> PaymentStart:
    """A buyer who is first named here has a ticket limit that must be checked here; so has a version of terms an
    organization."""
    if given.email is None and given.agreed_terms is None:
        return PaymentStart(booking_id, "", None, given.name, None, 0, given.payment_method)
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None:
        raise BookingNotFound
    plan = await read_sale_plan(deps, event_id=stored.booking.event_id)
    if given.agreed_terms is not None and not await deps.is_terms_of(plan.terms.organization_id, given.agreed_terms):
        raise InvalidBody([("/agreed_terms", "The event's organizer has no such version of its terms.")])
    return PaymentStart(
        booking_id=booking_id,
        event_id=plan.terms.event_id,
        buyer_email=given.email,
        buyer_name=given.name,
        buyer_key=None if given.email is None else normal_form(given.email),
        ticket_limit=plan.terms.ticket_limit,
        payment_method=given.payment_method,
        agreed_terms=given.agreed_terms,
    )


async def _why_not(deps: Deps, booking_id: str, given: _Given) -> Booking | StoredBooking:
    """Return the booking if it is confirmed or being paid; otherwise raise why it cannot be paid."""
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None:
        raise BookingNotFound
    booking = stored.booking
    match booking.status:
        case BookingStatus.CONFIRMED | BookingStatus.REFUNDED | BookingStatus.PARTIALLY_REFUNDED:
            return booking
        case BookingStatus.PAYING:
            return stored
        case BookingStatus.RELEASED:
            raise BookingReleased
        case BookingStatus.FAILED:
            raise SaleLost
        case BookingStatus.EXPIRED:
            raise HoldExpired
    if booking.expires_at <= deps.now():
        raise HoldExpired
    plan = await read_sale_plan(deps, event_id=booking.event_id, fresh=True)
    plan.check_open(deps.now())
    if (seconds := await _wait_seconds(deps, stored)) > 0:
        raise TooManyAttempts(seconds)
    if booking.promo_code is not None:
        await _check_recipient(deps, stored, given.email or booking.buyer_email)
    raise TicketLimitExceeded(plan.terms.ticket_limit)


async def _check_recipient(deps: Deps, stored: StoredBooking, email: str | None) -> None:
    """Raises `InvalidPromoCode` if the booking's code is for another person, `InvalidBody` if there is no buyer.

    A wrong address counts as a declined payment: addresses can be guessed.
    """
    code = stored.booking.promo_code
    assert code is not None, "called only with a code"
    async with deps.pool.connection() as conn:
        promo = await read_promo_by_code(conn, stored.booking.organization_id, promo_key(code))
    if promo is None or promo.recipient_key is None:
        return
    if email is None:
        raise _buyer_missing()
    if promo.recipient_key != normal_form(email):
        async with deps.pool.connection() as conn:
            await count_attempts(conn, decline_keys(stored.client_key, stored.block_key))
        raise InvalidPromoCode("other-address")


def _buyer_missing() -> InvalidBody:
    """The pages hold under a client token, without a buyer: the buyer must be named to pay."""
    return InvalidBody([("/buyer", "This field is required: the booking has no buyer yet.")])


async def _wait_seconds(deps: Deps, stored: StoredBooking) -> int:
    """Return for how many seconds the next attempt is refused; 0: it is not."""
    keys = decline_keys(stored.client_key, stored.block_key)
    waited = 0
    if keys:
        async with deps.pool.connection() as conn:
            waited = await read_wait_seconds(conn, keys)
    again_at = next_attempt_at(stored.attempt, stored.paying_since)
    own = 0 if again_at is None else math.ceil((again_at - deps.now()).total_seconds())
    return max(waited, own)
