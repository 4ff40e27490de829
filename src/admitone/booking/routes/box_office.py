"""`POST /organizer/events/{id}/bookings`, `GET …/best-seats`: the box office sells directly."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.booking.domain.choice import BestAvailable
from admitone.booking.domain.token import booking_token
from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.box_office import (
    BoxOfficeBookingIn,
    BoxOfficeBookingOut,
    SuggestedSeats,
    box_office_booking_out,
    box_office_order,
    suggested_seats,
)
from admitone.booking.usecases.sell_at_box_office import TICKETS_MAX, sell_at_box_office, suggest_seats
from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.idempotency import IdempotencyKey, request_key_digest
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Permission


@post(
    "/organizer/events/{event_id:str}/bookings",
    operation_id="sellAtBoxOffice",
    summary="Sell tickets at the box office, paid there or complimentary; needs an Idempotency-Key (role box office)",
    status_code=201,
    opt={NEEDED: Permission.SELL},
)
async def post_box_office_booking(
    event_id: FromPath[str],
    request: AnyRequest,
    identity: Caller,
    data: JSONBody[BoxOfficeBookingIn],
    organizer_deps: Given,
    idempotency_key: IdempotencyKey = None,
) -> Response[BoxOfficeBookingOut]:
    body = await request.body()
    order = box_office_order(data, event_id=event_id, key_digest=request_key_digest(request, body), body=body)
    booking = await sell_at_box_office(organizer_deps, identity=identity, order=order)
    deps = organizer_deps.booking
    out = box_office_booking_out(booking, booking_token(deps.token_keys, booking.id), deps.ticket_links, deps.codes)
    return Response(out, status_code=201, headers={**NO_STORE, "Location": f"/booking/{booking.id}"})


@get(
    "/organizer/events/{event_id:str}/best-seats",
    operation_id="suggestSeats",
    summary="The best available seats at today's prices, for a sale at the box office; none is held (role box office)",
    opt={NEEDED: Permission.SELL},
)
async def get_best_seats(
    event_id: FromPath[str],
    identity: Caller,
    organizer_deps: Given,
    quantity: Annotated[int, QueryParameter(ge=1, le=TICKETS_MAX)],
    section_id: Annotated[str | None, QueryParameter(max_length=128)] = None,
    price_level_id: Annotated[str | None, QueryParameter(max_length=128)] = None,
) -> Response[SuggestedSeats]:
    best = BestAvailable(quantity, section_id, price_level_id, together=False)
    tickets = await suggest_seats(
        organizer_deps, organization_id=identity.organization_id, event_id=event_id, best=best
    )
    return Response(suggested_seats(tickets), headers=NO_STORE)
