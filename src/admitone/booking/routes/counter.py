"""`POST /organizer/events/{id}/bookings`: the box office sells directly."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.booking.answers import NO_STORE
from admitone.booking.domain.token import booking_token
from admitone.booking.routes.headers import IdempotencyKey
from admitone.booking.schemas.counter import CounterBookingIn, CounterBookingOut, counter_booking_out, counter_order
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.sell_at_counter import sell_at_counter
from admitone.kit.problem import AnyRequest


@post(
    "/organizer/events/{event_id:str}/bookings",
    operation_id="sellAtCounter",
    summary="Sell places directly, paid at the counter or complimentary; needs an Idempotency-Key (role box office)",
    security=[{"api_key": []}],
    status_code=201,
)
async def post_counter_booking(
    event_id: FromPath[str],
    request: AnyRequest,
    data: JSONBody[CounterBookingIn],
    organizer_deps: NamedDependency[OrganizerDeps],
    idempotency_key: IdempotencyKey = None,
) -> Response[CounterBookingOut]:
    order = counter_order(
        data,
        event_id=event_id,
        path=request.url.path,
        idempotency_key=idempotency_key,
        body=await request.body(),
    )
    booking = await sell_at_counter(organizer_deps, authorization=request.headers.get("authorization"), order=order)
    deps = organizer_deps.booking
    out = counter_booking_out(booking, booking_token(deps.token_keys, booking.id), deps.ticket_links)
    return Response(out, status_code=201, headers={**NO_STORE, "Location": f"/booking/{booking.id}"})
