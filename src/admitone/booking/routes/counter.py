"""`POST /organizer/events/{id}/bookings`: the box office sells directly."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.booking.answers import NO_STORE
from admitone.booking.domain.token import booking_token
from admitone.booking.routes.headers import Caller, IdempotencyKey
from admitone.booking.schemas.counter import CounterBookingIn, CounterBookingOut, counter_booking_out, counter_order
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.sell_at_counter import sell_at_counter
from admitone.kit.access import NEEDED
from admitone.kit.idempotency import request_key_digest
from admitone.kit.problem import AnyRequest
from admitone.organizers.contracts import Role


@post(
    "/organizer/events/{event_id:str}/bookings",
    operation_id="sellAtCounter",
    summary="Sell places directly, paid at the counter or complimentary; needs an Idempotency-Key (role box office)",
    status_code=201,
    opt={NEEDED: Role.BOX_OFFICE},
)
async def post_counter_booking(
    event_id: FromPath[str],
    request: AnyRequest,
    identity: Caller,
    data: JSONBody[CounterBookingIn],
    organizer_deps: NamedDependency[OrganizerDeps],
    idempotency_key: IdempotencyKey = None,
) -> Response[CounterBookingOut]:
    body = await request.body()
    order = counter_order(data, event_id=event_id, key_digest=request_key_digest(request, body), body=body)
    booking = await sell_at_counter(organizer_deps, identity=identity, order=order)
    deps = organizer_deps.booking
    out = counter_booking_out(booking, booking_token(deps.token_keys, booking.id), deps.ticket_links)
    return Response(out, status_code=201, headers={**NO_STORE, "Location": f"/booking/{booking.id}"})
