"""Read one booking for its organizer: its tickets and money, and what happened to it."""

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.domain.timeline import Happened, SeatMove, StaffNote, timeline
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.exchanges import list_exchanges
from admitone.booking.store.notes import list_notes
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.payments.contracts import RefundView


class OrganizerBooking(Struct, frozen=True):
    """`refunds` by time, those made at the processor too. `timeline`: the earliest first."""

    booking: Booking
    refunds: tuple[RefundView, ...]
    timeline: tuple[Happened, ...]


async def read_organizer_booking(deps: OrganizerDeps, *, organization_id: str, booking_id: str) -> OrganizerBooking:
    """Raises `BookingNotFound`, for another organization's too."""
    async with deps.booking.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
        exchanges = await list_exchanges(conn, booking_id)
        written = await list_notes(conn, booking_id)
    if stored is None or stored.booking.organization_id != organization_id:
        raise BookingNotFound
    booking = stored.booking
    facts = await deps.list_money_facts(booking_id)
    refunds = await deps.list_refunds(booking_id)
    admissions = await deps.list_admissions(booking_id, [ticket.ticket_id for ticket in booking.tickets])
    moves = [SeatMove(move.exchanged_at, move.from_place, move.to_place, move.made_by_name) for move in exchanges]
    notes = [StaffNote(note.written_at, note.text, note.written_by_name) for note in written]
    happened = timeline(booking, facts=facts, refunds=refunds, admissions=admissions, moves=moves, notes=notes)
    return OrganizerBooking(booking, tuple(refunds), tuple(happened))
