"""`/organizer/bookings/{id}/exchange-seats`, `/organizer/bookings/{id}/seat-exchanges`."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.booking.routes.access import Caller, Given
from admitone.booking.routes.booking_detail import answer_booking
from admitone.booking.schemas.exchanges import ExchangeIn, ExchangeSeatsOut, exchange_seats_out
from admitone.booking.schemas.organizer_bookings import BookingDetailOut
from admitone.booking.usecases.exchange_seat import ExchangeRequest, exchange_seat, list_exchange_seats
from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.idempotency import IdempotencyKey, request_key_digest
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Permission


@get(
    "/organizer/bookings/{booking_id:str}/exchange-seats",
    operation_id="listExchangeSeats",
    summary="List the seats that a ticket can move to at its price (role box office)",
    opt={NEEDED: Permission.SELL},
)
async def get_exchange_seats(
    booking_id: FromPath[str],
    identity: Caller,
    organizer_deps: Given,
    ticket_id: Annotated[str, QueryParameter(max_length=128)],
    section_id: Annotated[str | None, QueryParameter(max_length=128)] = None,
) -> Response[ExchangeSeatsOut]:
    found = await list_exchange_seats(
        organizer_deps,
        organization_id=identity.organization_id,
        booking_id=booking_id,
        ticket_id=ticket_id,
        section_id=section_id,
    )
    return Response(exchange_seats_out(found), headers=NO_STORE)


@post(
    "/organizer/bookings/{booking_id:str}/seat-exchanges",
    operation_id="exchangeSeat",
    summary="Move a ticket to another free seat at the same price; the old ticket is void (role box office)",
    opt={NEEDED: Permission.SELL},
    status_code=201,
)
async def post_seat_exchange(
    booking_id: FromPath[str],
    request: AnyRequest,
    identity: Caller,
    data: JSONBody[ExchangeIn],
    organizer_deps: Given,
    idempotency_key: IdempotencyKey = None,
) -> Response[BookingDetailOut]:
    key = request_key_digest(request, b"")
    await exchange_seat(
        organizer_deps,
        identity=identity,
        booking_id=booking_id,
        request=ExchangeRequest(data.ticket_id, data.seat),
        request_key=key.hex() if key else None,
    )
    return await answer_booking(organizer_deps, identity, booking_id, status_code=201)
