"""Checkout and confirm: the two routes that carry an on-sale, without the framework (`kit.http.hot_path`)."""

from collections.abc import Callable

from admitone.booking.answers import (
    CHECKOUT_PATH,
    CONFIRM_PATH,
    answer_checkout,
    answer_confirm,
    recall_checkout,
    recall_confirm,
)
from admitone.booking.domain.origin import Origin
from admitone.booking.routes.event_hint import EventHint
from admitone.booking.schemas.booking import BookingOut, CheckoutIn, CheckoutOut, ConfirmIn, ProcessingOut
from admitone.booking.usecases.deps import Deps
from admitone.kit.faults import decode_body
from admitone.kit.http.client_address import address_block
from admitone.kit.http.hot_path import HotRoute, RawRequest, RawResponse


def hot_routes(provide: Callable[[], Deps]) -> list[HotRoute]:
    """Return the two routes. `provide` returns the deps that the role has opened."""

    async def checkout(request: RawRequest, data: CheckoutIn) -> RawResponse:
        deps = provide()
        # A named buyer is the person: the client token is read only if there is none.
        client = deps.read_client(request.headers.get(b"cookie")) if data.buyer is None else None
        return await answer_checkout(
            deps,
            data,
            origin=Origin(client, address_block(request.address)),
            key_digest=request.key_digest,
            body=request.body,
            attempt_id=request.attempt_id,
        )

    async def checkout_again(request: RawRequest) -> RawResponse | None:
        return await recall_checkout(provide(), key_digest=request.key_digest, body=request.body)

    async def confirm(_request: RawRequest, data: ConfirmIn) -> RawResponse:
        return await answer_confirm(provide(), data)

    async def confirm_again(request: RawRequest) -> RawResponse | None:
        return await recall_confirm(provide(), decode_body(request.body, ConfirmIn))

    return [
        HotRoute(
            CHECKOUT_PATH,
            operation_id="startCheckout",
            summary="Hold tickets and begin a booking",
            tag="Booking",
            status=201,
            body=CheckoutIn,
            answers=CheckoutOut,
            answer=checkout,
            recall=checkout_again,
            hint=EventHint,
        ),
        HotRoute(
            CONFIRM_PATH,
            operation_id="confirmBooking",
            summary="Pay for a held booking and confirm it",
            tag="Booking",
            status=200,
            body=ConfirmIn,
            answers=BookingOut | ProcessingOut,
            answer=confirm,
            recall=confirm_again,
            hint=EventHint,
        ),
    ]
