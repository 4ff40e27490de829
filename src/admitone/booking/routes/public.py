"""The buyers' routes: release, promo codes, their booking, and the states of seats. Checkout and confirm:
`hot_path`."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from admitone.booking.contracts import SeatSnapshot
from admitone.booking.domain.origin import Origin
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.routes.event_hint import EventHint
from admitone.booking.routes.waiting_list import delete_waiting_list, get_draw, get_waiting_list, post_waiting_list
from admitone.booking.schemas.booking import BookingOut, PromoCodeIn, ReleaseIn, booking_out
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.read_bookings import get_booking
from admitone.booking.usecases.seat_states import read_snapshot
from admitone.kit.http.access import bearer_token
from admitone.kit.http.caching import NO_STORE, IfNoneMatch, etag_of, is_current, not_modified
from admitone.kit.http.client_address import address_block, scope_address
from admitone.kit.http.idempotency import IdempotencyKey
from admitone.kit.http.negotiation import takes_gzip
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.packing import pack

PACKED_STATES_MIN = 600


@post("/booking/release", operation_id="releaseBooking", summary="Release the seats of a held booking", status_code=200)
async def post_release(
    data: JSONBody[ReleaseIn],
    deps: NamedDependency[Deps],
    event_hint: EventHint = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[BookingOut]:
    booking = await release_booking(deps, booking_id=data.booking_id, booking_token=data.booking_token)
    return Response(booking_out(booking, deps.payment_terms, deps.ticket_links, deps.codes), headers=NO_STORE)


@post(
    "/booking/promo-code",
    operation_id="applyPromoCode",
    summary="Apply, change or remove the promo code of a held booking",
    status_code=200,
)
async def post_promo_code(
    request: AnyRequest,
    data: JSONBody[PromoCodeIn],
    deps: NamedDependency[Deps],
    idempotency_key: IdempotencyKey = None,
) -> Response[BookingOut]:
    booking = await apply_promo_code(
        deps,
        booking_id=data.booking_id,
        booking_token=data.booking_token,
        code=data.promo_code,
        origin=Origin(None, address_block(scope_address(request.scope))),
    )
    return Response(booking_out(booking, deps.payment_terms, deps.ticket_links, deps.codes), headers=NO_STORE)


@get(
    "/booking/{booking_id:str}",
    operation_id="readBooking",
    summary="Get a booking by its token",
    security=[{"booking_token": []}],
)
async def get_booking_handler(
    booking_id: FromPath[str], request: AnyRequest, deps: NamedDependency[Deps]
) -> Response[BookingOut]:
    token = bearer_token(request)
    if token is None:
        raise BookingNotFound
    booking = await get_booking(deps, booking_id=booking_id, booking_token=token)
    return Response(booking_out(booking, deps.payment_terms, deps.ticket_links, deps.codes), headers=NO_STORE)


@get("/events/{event_id:str}/seats", operation_id="readSeats", summary="Get the state of every seat, at most 1 s old")
async def get_seats(
    event_id: FromPath[str],
    request: AnyRequest,
    deps: NamedDependency[Deps],
    if_none_match: IfNoneMatch = None,
) -> Response[SeatSnapshot | None]:
    snapshot = await read_snapshot(deps, event_id=event_id)
    etag = etag_of(snapshot.version)
    headers = {"ETag": etag, "Cache-Control": "public, max-age=1, stale-while-revalidate=5", "Vary": "Accept-Encoding"}
    if is_current(if_none_match, etag):
        return not_modified(headers)
    if len(snapshot.states) < PACKED_STATES_MIN or not takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(snapshot, headers=headers)
    # Compressed here once, instead of by the gateway for each request in the half second of its cache.
    packed: Response[Any] = Response(
        pack(msgspec.json.encode(snapshot)),
        media_type="application/json",
        headers=headers | {"Content-Encoding": "gzip"},
    )
    return packed


def router(provide: Callable[[], Deps]) -> Router:
    return Router(
        path="/",
        route_handlers=[
            *(post_release, post_promo_code, get_booking_handler, get_seats),
            *(post_waiting_list, get_waiting_list, delete_waiting_list, get_draw),
        ],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
        tags=["Booking"],
    )
