"""Read one booking for its organizer: its tickets and money, and what happened to it."""

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.booking.domain.timeline import AddressCorrection, BuyerCorrected, Happened, SeatMove, StaffNote, timeline
from admitone.booking.store.address_corrections import list_corrections
from admitone.booking.store.buyer_corrections import list_buyer_corrections
from admitone.booking.store.exchanges import list_exchanges
from admitone.booking.store.notes import list_notes
from admitone.booking.usecases.made_refunds import MadeRefund, read_own_booking, read_refunds
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.text import masked_address
from admitone.organizers.contracts.settings import KeptAgreement


class OrganizerBooking(Struct, frozen=True):
    """`refunds` by time, those made at the processor too. `timeline`: the earliest first."""

    booking: Booking
    refunds: tuple[MadeRefund, ...]
    timeline: tuple[Happened, ...]
    agreed_terms: KeptAgreement | None = None


async def read_organizer_booking(deps: OrganizerDeps, *, organization_id: str, booking_id: str) -> OrganizerBooking:
    """Raises `BookingNotFound`, for another organization's too."""
    booking = await read_own_booking(deps, organization_id, booking_id)
    async with deps.booking.pool.connection() as conn:
        exchanges = await list_exchanges(conn, booking_id)
        written = await list_notes(conn, booking_id)
        asked = await list_corrections(conn, booking_id)
        made = await list_buyer_corrections(conn, booking_id)
    facts = await deps.list_money_facts(booking_id)
    refunds = (await read_refunds(deps, booking_id)).refunds
    admissions = await deps.list_admissions(booking_id, [ticket.ticket_id for ticket in booking.tickets])
    returned = {refund.id for refund in refunds if refund.made_by == "buyer"}
    moves = [SeatMove(move.exchanged_at, move.from_place, move.to_place, move.made_by_name) for move in exchanges]
    notes = [StaffNote(note.written_at, note.text, note.written_by_name) for note in written]
    corrections = [
        AddressCorrection(
            fact.asked_at, fact.state, fact.ended_at, masked_address(fact.new_email) if fact.new_email else None
        )
        for fact in asked
    ]
    corrected = [BuyerCorrected(correction.made_at, correction.changed, correction.made_by_name) for correction in made]
    happened = timeline(
        booking,
        facts=facts,
        refunds=refunds,
        returned=returned,
        admissions=admissions,
        moves=moves,
        notes=notes,
        corrections=corrections,
        corrected=corrected,
    )
    agreed_terms = await deps.read_agreement(organization_id, booking_id)
    return OrganizerBooking(booking, refunds, tuple(happened), agreed_terms)
