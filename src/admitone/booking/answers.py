"""Checkout and confirm from body to answer, for every entry point."""

import hashlib
from collections.abc import Coroutine
from typing import Any

import msgspec

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.origin import Origin
from admitone.booking.domain.token import booking_token
from admitone.booking.sale.payment_start import client_order
from admitone.booking.schemas.booking import (
    CheckoutIn,
    ConfirmIn,
    ProcessingOut,
    booking_out,
    checkout_order,
    checkout_out,
)
from admitone.booking.usecases.confirm_booking import Confirmation, confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.read_bookings import find_by_idempotency_key, get_booking
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.faults import decode_body
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.hot_path import RawResponse
from admitone.payments.contracts import PaymentTerms

CHECKOUT_PATH = "/booking/checkout"
CONFIRM_PATH = "/booking/confirm"

_json = msgspec.json.Encoder()


async def answer_checkout(
    deps: Deps,
    data: CheckoutIn,
    *,
    origin: Origin,
    key_digest: bytes | None,
    body: bytes,
    attempt_id: str | None = None,
) -> RawResponse:
    """Return 201 with the booking in progress. Raises the refusals of `start_checkout`."""
    order = checkout_order(
        data,
        origin=origin,
        idempotency_key=key_digest,
        request_hash=hashlib.sha256(body).digest() if key_digest else None,
        attempt_id=attempt_id,
    )
    with deps.sale.meter.measured():
        booking = await start_checkout(deps, order=order)
    return await _checkout_answer(deps, booking, prepares=data.prepare_payment)


async def recall_checkout(deps: Deps, *, key_digest: bytes | None, body: bytes) -> RawResponse | None:
    """Return the answer of the checkout that this key made, if its claim has committed."""
    if key_digest is None:
        return None
    booking = await find_by_idempotency_key(
        deps.sale.bookings_by_key.submit, key=key_digest, request_hash=hashlib.sha256(body).digest()
    )
    if booking is None:
        return None
    return await _checkout_answer(deps, booking, prepares=decode_body(body, CheckoutIn).prepare_payment)


async def recall_confirm(deps: Deps, data: ConfirmIn) -> RawResponse | None:
    """Return the tickets of a booking that is sold. Raises `BookingNotFound`."""
    booking = await get_booking(deps, booking_id=data.booking_id, booking_token=data.booking_token)
    if booking.status is not BookingStatus.CONFIRMED:
        return None
    return RawResponse(
        200, _json.encode(booking_out(booking, deps.payment_terms, deps.ticket_links, deps.codes)), NO_STORE
    )


async def prepare_terms(deps: Deps, booking: Booking) -> PaymentTerms:
    """Return how the booking can be paid; prepare the payment if the client confirms with the processor."""
    if deps.prepare_payment is not None and booking.status is BookingStatus.IN_PROGRESS:
        return await deps.prepare_payment(client_order(booking))
    return deps.payment_terms


async def _checkout_answer(deps: Deps, booking: Booking, *, prepares: bool) -> RawResponse:
    terms = await prepare_terms(deps, booking) if prepares else deps.payment_terms
    out = checkout_out(booking, booking_token(deps.token_keys, booking.id), terms)
    return RawResponse(201, _json.encode(out), {**NO_STORE, "Location": f"/booking/{booking.id}"})


def confirm_as_given(deps: Deps, data: ConfirmIn) -> Coroutine[Any, Any, Confirmation]:
    """Confirm with the body of the API; the forms of the pages use the same checks."""
    return confirm_booking(
        deps,
        booking_id=data.booking_id,
        booking_token=data.booking_token,
        payment_method=data.payment.payment_method if data.payment else None,
        buyer_email=data.buyer.email if data.buyer else None,
        buyer_name=data.buyer.name if data.buyer else None,
        agreed_terms=data.agreed_terms,
    )


async def answer_confirm(deps: Deps, data: ConfirmIn) -> RawResponse:
    """Return 200 with the tickets, or 202 while the payment is processed. Raises those of `confirm_booking`."""
    confirmation = await confirm_as_given(deps, data)
    if confirmation.booking is None:
        headers = {**NO_STORE, "Retry-After": str(confirmation.retry_after_seconds)}
        return RawResponse(202, _json.encode(ProcessingOut(data.booking_id)), headers)
    out = booking_out(confirmation.booking, deps.payment_terms, deps.ticket_links, deps.codes)
    return RawResponse(200, _json.encode(out), NO_STORE)
