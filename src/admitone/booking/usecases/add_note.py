"""Add a note to a booking, for the staff of its organizer. Buyers never see it."""

import hashlib

from admitone.booking.domain.refusals import BookingNotFound, TooManyNotes
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.notes import insert_note, list_notes
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.ids import new_id
from admitone.organizers.contracts import Identity

NOTES_MAX = 200


async def add_note(
    deps: OrganizerDeps, *, identity: Identity, booking_id: str, text: str, request_key: str | None
) -> None:
    """Write a note, once for each `request_key`.

    Raises `BookingNotFound` (also another organization's), `TooManyNotes`.
    """
    note_id = _note_id(booking_id, request_key)
    async with deps.booking.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
        if stored is None or stored.booking.organization_id != identity.organization_id:
            raise BookingNotFound
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


def _note_id(booking_id: str, request_key: str | None) -> str:
    if request_key is None:
        return new_id("nte")
    return f"nte_{hashlib.blake2b(f'{booking_id} {request_key}'.encode(), digest_size=16).hexdigest()}"
