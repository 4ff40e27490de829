"""`/organizer/bookings/{id}/refunds`, `/organizer/events/{id}/refunds`."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.booking import (
    EventRefundsOut,
    RefundIn,
    RefundMadeOut,
    RefundsOut,
    refund_made_out,
    refund_out,
    refund_request,
)
from admitone.booking.usecases.made_refunds import get_refunds, retry_refund
from admitone.booking.usecases.refunds import order_event_refunds, refund_booking
from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.idempotency import IdempotencyKey, request_key_digest
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Permission


@post(
    "/organizer/bookings/{booking_id:str}/refunds",
    operation_id="refundBooking",
    summary="Refund a booking: all of it, some tickets, or an amount (role box office)",
    opt={NEEDED: Permission.SELL},
    status_code=201,
)
async def post_refund(
    booking_id: FromPath[str],
    request: AnyRequest,
    identity: Caller,
    data: JSONBody[RefundIn],
    organizer_deps: Given,
    idempotency_key: IdempotencyKey = None,
) -> Response[RefundMadeOut]:
    key = request_key_digest(request, b"")
    made = await refund_booking(
        organizer_deps,
        organization_id=identity.organization_id,
        booking_id=booking_id,
        request_key=key.hex() if key else None,
        request=refund_request(data),
    )
    return Response(refund_made_out(made), headers=NO_STORE)


@post(
    "/organizer/bookings/{booking_id:str}/refunds/{refund_id:str}/retry",
    operation_id="retryRefund",
    summary="Order a refund again that did not reach the buyer (role box office)",
    opt={NEEDED: Permission.SELL},
    status_code=201,
)
async def post_retry(
    booking_id: FromPath[str],
    refund_id: FromPath[str],
    identity: Caller,
    organizer_deps: Given,
    idempotency_key: IdempotencyKey = None,
) -> Response[RefundMadeOut]:
    made = await retry_refund(
        organizer_deps, organization_id=identity.organization_id, booking_id=booking_id, refund_id=refund_id
    )
    return Response(refund_made_out(made), headers=NO_STORE)


@get(
    "/organizer/bookings/{booking_id:str}/refunds",
    operation_id="listRefunds",
    summary="List the refunds of a booking (role box office)",
)
async def get_refunds_handler(
    booking_id: FromPath[str], identity: Caller, organizer_deps: Given
) -> Response[RefundsOut]:
    refunds = await get_refunds(organizer_deps, organization_id=identity.organization_id, booking_id=booking_id)
    return Response(RefundsOut([refund_out(refund) for refund in refunds]), headers=NO_STORE)


@post(
    "/organizer/events/{event_id:str}/refunds",
    operation_id="refundEvent",
    summary="Refund all bookings of a cancelled event (role manager)",
    status_code=202,
)
async def post_event_refunds(
    event_id: FromPath[str], identity: Caller, organizer_deps: Given
) -> Response[EventRefundsOut]:
    count = await order_event_refunds(organizer_deps, organization_id=identity.organization_id, event_id=event_id)
    return Response(EventRefundsOut(event_id, count), headers=NO_STORE)
