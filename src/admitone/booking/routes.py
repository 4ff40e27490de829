"""HTTP of booking."""

import hashlib
from collections.abc import Callable
from typing import Annotated

from litestar import Response, Router, get, post
from litestar.di import Provide
from litestar.params import Parameter

from admitone.booking.contracts import SeatSnapshot
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.domain.token import booking_token
from admitone.booking.schemas import (
    BookingOut,
    CheckoutIn,
    CheckoutOut,
    ConfirmIn,
    ProcessingOut,
    ReleaseIn,
    booking_out,
    checkout_out,
)
from admitone.booking.usecases.choose_tickets import BestAvailable
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.read_snapshot import read_snapshot
from admitone.booking.usecases.release_booking import release_booking
from admitone.booking.usecases.show_booking import show_booking
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.idempotency import key_digest
from admitone.kit.problem import AnyRequest

IdempotencyKey = Annotated[
    str | None,
    Parameter(
        header="Idempotency-Key",
        required=False,
        max_length=255,
        description="The same key and body replays the first answer for 24 hours.",
    ),
]
NO_STORE = {"Cache-Control": "no-store"}


def checkout_order(data: CheckoutIn, *, idempotency_key: str | None = None, body: bytes = b"") -> CheckoutOrder:
    """Return what a checkout body asks for; pages, which have no HTTP body of this shape, use it too."""
    best = data.best_available
    return CheckoutOrder(
        event_id=data.event_id,
        seats=tuple(data.seats),
        best=None
        if best is None
        else BestAvailable(best.quantity, best.section_id, best.price_level_id, best.together),
        areas=tuple((one.section_id, one.quantity) for one in data.general_admission),
        buyer_email=data.buyer.email if data.buyer else None,
        buyer_name=data.buyer.name if data.buyer else None,
        promo_code=data.promo_code,
        idempotency_key=key_digest("/booking/checkout", idempotency_key.encode()) if idempotency_key else None,
        request_hash=hashlib.sha256(body).digest() if idempotency_key else None,
    )


@post("/booking/checkout", operation_id="startCheckout", summary="Lock tickets and begin a booking", status_code=201)
async def post_checkout(
    request: AnyRequest, data: CheckoutIn, deps: Deps, idempotency_key: IdempotencyKey = None
) -> Response[CheckoutOut]:
    order = checkout_order(data, idempotency_key=idempotency_key, body=await request.body())
    booking = await start_checkout(deps, order=order)
    out = checkout_out(booking, booking_token(deps.token_key, booking.id), deps.payment_terms)
    return Response(out, status_code=201, headers={**NO_STORE, "Location": f"/booking/{booking.id}"})


@post("/booking/confirm", operation_id="confirmBooking", summary="Pay, and the tickets are yours", status_code=200)
async def post_confirm(
    data: ConfirmIn,
    deps: Deps,
    idempotency_key: IdempotencyKey = None,
) -> Response[BookingOut | ProcessingOut]:
    confirmation = await confirm_booking(
        deps,
        booking_id=data.booking_id,
        booking_token=data.booking_token,
        payment_method=data.payment.payment_method if data.payment else None,
        buyer_email=data.buyer.email if data.buyer else None,
        buyer_name=data.buyer.name if data.buyer else None,
    )
    if confirmation.booking is None:
        headers = {**NO_STORE, "Retry-After": str(confirmation.retry_after_seconds)}
        return Response(ProcessingOut(data.booking_id), status_code=202, headers=headers)
    return Response(booking_out(confirmation.booking, deps.payment_terms, deps.ticket_links), headers=NO_STORE)


@post("/booking/release", operation_id="releaseBooking", summary="Give the seats back at once", status_code=200)
async def post_release(
    data: ReleaseIn,
    deps: Deps,
    idempotency_key: IdempotencyKey = None,
) -> Response[BookingOut]:
    booking = await release_booking(deps, booking_id=data.booking_id, booking_token=data.booking_token)
    return Response(booking_out(booking, deps.payment_terms, deps.ticket_links), headers=NO_STORE)


@get("/booking/{booking_id:str}", operation_id="readBooking", summary="A booking, to whoever has its token")
async def get_booking(
    booking_id: str,
    deps: Deps,
    authorization: Annotated[str | None, Parameter(header="Authorization", required=False, max_length=1024)] = None,
) -> Response[BookingOut]:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        raise BookingNotFound
    booking = await show_booking(deps, booking_id=booking_id, booking_token=token.strip())
    return Response(booking_out(booking, deps.payment_terms, deps.ticket_links), headers=NO_STORE)


@get("/events/{event_id:str}/seats", operation_id="readSeats", summary="The state of every seat, at most 1 s old")
async def get_seats(
    event_id: str,
    deps: Deps,
    if_none_match: Annotated[str | None, Parameter(header="If-None-Match", required=False, max_length=4096)] = None,
) -> Response[SeatSnapshot | None]:
    snapshot = await read_snapshot(deps, event_id=event_id)
    etag = f'"{snapshot.version}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=1, stale-while-revalidate=5"}
    if if_none_match is not None and etag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}:
        return Response(None, status_code=304, headers=headers)
    return Response(snapshot, headers=headers)


def router(provide: Callable[[], Deps]) -> Router:
    return Router(
        path="/",
        route_handlers=[post_checkout, post_confirm, post_release, get_booking, get_seats],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
        tags=["Booking"],
    )
