"""`/organizer/bookings/{id}/notes`."""

from litestar import Response, post
from litestar.params import FromPath, JSONBody

from admitone.booking.routes.access import Caller, Given
from admitone.booking.routes.booking_detail import answer_booking
from admitone.booking.schemas.notes import NoteIn
from admitone.booking.schemas.organizer_bookings import BookingDetailOut
from admitone.booking.usecases.add_note import add_note
from admitone.kit.http.access import NEEDED
from admitone.kit.http.changes import RECORDED
from admitone.kit.http.idempotency import IdempotencyKey, request_key_digest
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Permission


@post(
    "/organizer/bookings/{booking_id:str}/notes",
    operation_id="addNote",
    summary="Add a note for the staff to a booking's timeline; it cannot be changed (role box office)",
    # A note is a row with its writer and time. The trail would keep its words when the buyer is erased.
    opt={NEEDED: Permission.SELL, RECORDED: False},
    status_code=201,
)
async def post_note(
    booking_id: FromPath[str],
    request: AnyRequest,
    identity: Caller,
    data: JSONBody[NoteIn],
    organizer_deps: Given,
    idempotency_key: IdempotencyKey = None,
) -> Response[BookingDetailOut]:
    key = request_key_digest(request, b"")
    await add_note(
        organizer_deps,
        identity=identity,
        booking_id=booking_id,
        text=data.text,
        request_key=key.hex() if key else None,
    )
    return await answer_booking(organizer_deps, identity, booking_id, status_code=201)
