"""One booking as its organizer reads it, and what a refund of it would return."""

from datetime import datetime

from msgspec import Struct

from admitone.booking.contracts import Booking, TicketLinks, ticket_code
from admitone.booking.domain.refund_share import RefundShare
from admitone.booking.domain.timeline import Happened
from admitone.booking.schemas.booking import Email, Name, RefundOut, refund_out, ticket_out
from admitone.booking.schemas.organizer_events import OrganizerBookingOut, organizer_booking
from admitone.booking.usecases.read_organizer_booking import OrganizerBooking
from admitone.kit.money import Money
from admitone.kit.short_codes import ShortCodes
from admitone.organizers.contracts.settings import KeptAgreement


class BuyerPatch(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays."""

    buyer_email: Email | None = None
    buyer_name: Name | None = None


class TimelineOut(Struct, omit_defaults=True):
    """`kind`: held, sold, expired, captured, unpaid, refund_ordered, returned, refund_refused, refunded, refund_failed,
    disputed, dispute_won, dispute_lost, admitted, seat_exchanged, note; of corrections of the address by the buyer:
    address_asked, address_made, address_stopped, address_replaced, address_lapsed; of corrections by staff:
    name_corrected, address_corrected (without the data).

    `detail`: the gate, why a refund was refused, the two seats, the new address (masked,
    while the correction is open), or the note. `by`: the name of the person or API key.
    """

    at: datetime
    kind: str
    amount: Money | None = None
    ticket_id: str | None = None
    detail: str | None = None
    by: str | None = None


class BookingDetailOut(OrganizerBookingOut, frozen=True, kw_only=True):
    """`tickets` have their links while they are valid. `timeline`: the earliest first. `agreed_terms`: the version of
    your terms that the buyer agreed to when paying, if the client named one."""

    booking_fee: Money
    expires_at: datetime
    refunds: list[RefundOut]
    timeline: list[TimelineOut]
    agreed_terms: KeptAgreement | None


class RefundPreviewOut(Struct, frozen=True):
    """What the same body would refund now: `fees` are part of the `amount`. `remaining`: what stays paid after it."""

    booking_id: str
    ticket_ids: list[str]
    amount: Money
    fees: Money
    remaining: Money


def booking_detail_out(read: OrganizerBooking, links: TicketLinks, codes: ShortCodes) -> BookingDetailOut:
    booking = read.booking
    is_bought = booking.confirmed_at is not None
    tickets = [
        ticket_out(
            ticket,
            booking.currency,
            links(ticket.ticket_id, booking.id) if is_bought and not ticket.refunded else None,
            code=ticket_code(codes, booking.id, ticket.index) if is_bought else None,
        )
        for ticket in booking.tickets
    ]
    return BookingDetailOut(
        **organizer_booking(booking, tickets, codes),
        booking_fee=Money(booking.booking_fee, booking.currency),
        expires_at=booking.expires_at,
        refunds=[refund_out(refund) for refund in read.refunds],
        timeline=[_timeline_out(entry, booking.currency) for entry in read.timeline],
        agreed_terms=read.agreed_terms,
    )


def refund_preview_out(booking: Booking, share: RefundShare, given_back: int) -> RefundPreviewOut:
    return RefundPreviewOut(
        booking_id=booking.id,
        ticket_ids=[ticket.ticket_id for ticket in share.tickets],
        amount=Money(share.amount, booking.currency),
        fees=Money(share.fees, booking.currency),
        remaining=Money(booking.total - given_back - share.amount, booking.currency),
    )


def _timeline_out(entry: Happened, currency: str) -> TimelineOut:
    return TimelineOut(
        at=entry.at,
        kind=entry.kind,
        amount=None if entry.amount is None else Money(entry.amount, currency),
        ticket_id=entry.ticket_id,
        detail=entry.detail,
        by=entry.by,
    )
