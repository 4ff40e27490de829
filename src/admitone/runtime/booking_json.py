"""Booking for the pages: the bodies of the HTTP contract in, the bodies of its answers out, in this process."""

from typing import Any

import msgspec

from admitone.booking.domain.origin import Origin
from admitone.booking.domain.token import booking_token
from admitone.booking.schemas.booking import (
    CheckoutIn,
    ConfirmIn,
    PromoCodeIn,
    ReleaseIn,
    booking_out,
    checkout_order,
    checkout_out,
)
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.release_booking import release_booking
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.faults import convert_value
from admitone.kit.http.client_address import address_block
from admitone.pages.contracts import Client

Json = dict[str, Any]


async def checkout_json(deps: Deps, body: Json, client: Client) -> Json:
    """`client`: who holds, until a buyer is named."""
    order = checkout_order(convert_value(body, CheckoutIn), origin=_origin(client))
    async with deps.limiter.acquire():
        booking = await start_checkout(deps, order=order)
    return json_value(checkout_out(booking, booking_token(deps.token_keys, booking.id), deps.payment_terms))


async def confirm_json(deps: Deps, body: Json) -> Json:
    data = convert_value(body, ConfirmIn)
    async with deps.limiter.acquire(priority=True):
        confirmation = await confirm_booking(
            deps,
            booking_id=data.booking_id,
            booking_token=data.booking_token,
            payment_method=data.payment.payment_method if data.payment else None,
            buyer_email=data.buyer.email if data.buyer else None,
            buyer_name=data.buyer.name if data.buyer else None,
        )
    if confirmation.booking is None:
        return {"booking_id": data.booking_id, "status": "payment_processing"}
    return json_value(booking_out(confirmation.booking, deps.payment_terms, deps.ticket_links))


async def release_json(deps: Deps, body: Json) -> Json:
    data = convert_value(body, ReleaseIn)
    booking = await release_booking(deps, booking_id=data.booking_id, booking_token=data.booking_token)
    return json_value(booking_out(booking, deps.payment_terms, deps.ticket_links))


async def promo_json(deps: Deps, body: Json, client: Client) -> Json:
    data = convert_value(body, PromoCodeIn)
    booking = await apply_promo_code(
        deps,
        booking_id=data.booking_id,
        booking_token=data.booking_token,
        code=data.promo_code,
        origin=_origin(client),
    )
    return json_value(booking_out(booking, deps.payment_terms, deps.ticket_links))


def _origin(client: Client) -> Origin:
    return Origin(client.id, address_block(client.address))


def json_value(out: object) -> Json:
    """Return an answer's shape as plain JSON values."""
    shaped: Json = msgspec.to_builtins(out)
    return shaped
