"""Add a note to a booking, for the staff of its organizer. Buyers never see it."""

from admitone.booking.domain.refusals import TooManyNotes
from admitone.booking.store.notes import insert_note, list_notes
from admitone.booking.usecases.made_refunds import read_own_booking
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.ids import derived_id
from admitone.organizers.contracts import Identity

NOTES_MAX = 200


async def add_note(
    deps: OrganizerDeps, *, identity: Identity, booking_id: str, text: str, request_key: str | None
) -> None:
    """Write a note, once for each `request_key`.

    Raises `BookingNotFound` (also another organization's), `TooManyNotes`.
    """
    note_id = derived_id("nte", booking_id, request_key)
    await read_own_booking(deps, identity.organization_id, booking_id)
    async with deps.booking.pool.connection() as conn:
        is_written = await insert_note(
            conn,
            note_id=note_id,
            booking_id=booking_id,
            organization_id=identity.organization_id,
            text=text,
            written_by=identity.actor_id,
            written_by_name=identity.actor_name,
            notes_max=NOTES_MAX,
        )
        if not is_written and all(note.id != note_id for note in await list_notes(conn, booking_id)):
            raise TooManyNotes(NOTES_MAX)
