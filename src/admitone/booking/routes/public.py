"""What buyers call: checkout, confirm, release, their booking, and the states of seats."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter, JSONBody

from admitone.booking.answers import (
    CHECKOUT_PATH,
    CONFIRM_PATH,
    NO_STORE,
    answer_checkout,
    answer_confirm,
    recall_checkout,
    recall_confirm,
)
from admitone.booking.contracts import SeatSnapshot
from admitone.booking.domain.origin import Origin
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.routes.headers import IdempotencyKey
from admitone.booking.schemas.booking import (
    BookingOut,
    CheckoutIn,
    CheckoutOut,
    ConfirmIn,
    ProcessingOut,
    PromoCodeIn,
    ReleaseIn,
    booking_out,
)
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.read_bookings import get_booking
from admitone.booking.usecases.seat_states import read_snapshot
from admitone.kit.client_address import address_block, scope_address
from admitone.kit.faults import decode_body
from admitone.kit.hot_path import RawHandler, RawRequest, RawResponse
from admitone.kit.idempotency import Recall, request_key_digest
from admitone.kit.packing import pack, takes_gzip
from admitone.kit.problem import AnyRequest

PACKED_STATES_MIN = 600


@post(CHECKOUT_PATH, operation_id="startCheckout", summary="Hold tickets and begin a booking", status_code=201)
async def post_checkout(
    request: AnyRequest, data: JSONBody[CheckoutIn], deps: NamedDependency[Deps], idempotency_key: IdempotencyKey = None
) -> Response[CheckoutOut]:
    body = await request.body()
    origin = _origin(deps, scope_address(request.scope), _cookies(request), needs_client=data.buyer is None)
    digest = request_key_digest(request, body)
    return _response(await answer_checkout(deps, data, origin=origin, key_digest=digest, body=body))


@post(CONFIRM_PATH, operation_id="confirmBooking", summary="Pay for a held booking and confirm it", status_code=200)
async def post_confirm(
    data: JSONBody[ConfirmIn],
    deps: NamedDependency[Deps],
    idempotency_key: IdempotencyKey = None,
) -> Response[BookingOut | ProcessingOut]:
    return _response(await answer_confirm(deps, data))


@post("/booking/release", operation_id="releaseBooking", summary="Release the seats of a held booking", status_code=200)
async def post_release(
    data: JSONBody[ReleaseIn],
    deps: NamedDependency[Deps],
    idempotency_key: IdempotencyKey = None,
) -> Response[BookingOut]:
    booking = await release_booking(deps, booking_id=data.booking_id, booking_token=data.booking_token)
    return Response(booking_out(booking, deps.payment_terms, deps.ticket_links), headers=NO_STORE)


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
        origin=_origin(deps, scope_address(request.scope), None, needs_client=False),
    )
    return Response(booking_out(booking, deps.payment_terms, deps.ticket_links), headers=NO_STORE)


@get(
    "/booking/{booking_id:str}",
    operation_id="readBooking",
    summary="Get a booking by its token",
    security=[{"booking_token": []}],
)
async def get_booking_handler(
    booking_id: FromPath[str],
    deps: NamedDependency[Deps],
    authorization: Annotated[str | None, HeaderParameter(name="Authorization", required=False, max_length=1024)] = None,
) -> Response[BookingOut]:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        raise BookingNotFound
    booking = await get_booking(deps, booking_id=booking_id, booking_token=token.strip())
    return Response(booking_out(booking, deps.payment_terms, deps.ticket_links), headers=NO_STORE)


@get("/events/{event_id:str}/seats", operation_id="readSeats", summary="Get the state of every seat, at most 1 s old")
async def get_seats(
    event_id: FromPath[str],
    request: AnyRequest,
    deps: NamedDependency[Deps],
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match", required=False, max_length=4096)] = None,
) -> Response[SeatSnapshot | None]:
    snapshot = await read_snapshot(deps, event_id=event_id)
    etag = f'"{snapshot.version}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=1, stale-while-revalidate=5", "Vary": "Accept-Encoding"}
    if if_none_match is not None and etag in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}:
        return Response(None, status_code=304, headers=headers)
    if len(snapshot.states) < PACKED_STATES_MIN or not takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(snapshot, headers=headers)
    # Packed here once, and not by the gateway for each of those who look within the half second that it keeps it.
    packed: Response[Any] = Response(
        pack(msgspec.json.encode(snapshot)),
        media_type="application/json",
        headers=headers | {"Content-Encoding": "gzip"},
    )
    return packed


def fast_handlers(provide: Callable[[], Deps]) -> dict[str, tuple[RawHandler, Recall]]:
    """The two routes that an on-sale is made of, without the framework (`kit.hot_path`); and for each, what becomes
    of a request that another process began under the same key."""

    async def checkout(request: RawRequest) -> RawResponse:
        data = decode_body(request.body, CheckoutIn)
        deps, cookies = provide(), request.headers.get(b"cookie")
        return await answer_checkout(
            deps,
            data,
            origin=_origin(deps, request.address, cookies, needs_client=data.buyer is None),
            key_digest=request.key_digest,
            body=request.body,
            attempt_id=request.attempt_id,
        )

    async def recall_checkout_(request: RawRequest) -> RawResponse | None:
        return await recall_checkout(provide(), key_digest=request.key_digest, body=request.body)

    async def confirm(request: RawRequest) -> RawResponse:
        return await answer_confirm(provide(), decode_body(request.body, ConfirmIn))

    async def recall_confirm_(request: RawRequest) -> RawResponse | None:
        return await recall_confirm(provide(), decode_body(request.body, ConfirmIn))

    return {CHECKOUT_PATH: (checkout, recall_checkout_), CONFIRM_PATH: (confirm, recall_confirm_)}


def router(provide: Callable[[], Deps]) -> Router:
    return Router(
        path="/",
        route_handlers=[post_checkout, post_confirm, post_release, post_promo_code, get_booking_handler, get_seats],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
        tags=["Booking"],
    )


def _origin(deps: Deps, address: str | None, cookies: bytes | None, *, needs_client: bool) -> Origin:
    """A named buyer is the person: the client token is read only where there is none."""
    return Origin(deps.read_client(cookies) if needs_client else None, address_block(address))


def _cookies(request: AnyRequest) -> bytes | None:
    return next((value for name, value in request.scope["headers"] if name == b"cookie"), None)


def _response(answer: RawResponse) -> Response[Any]:
    return Response(answer.body, status_code=answer.status, media_type="application/json", headers=dict(answer.headers))
