"""What happened to a booking, in the order of time: from the booking, its money and its tickets."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from admitone.booking.contracts import Admission, Booking, BookingStatus
from admitone.payments.contracts import MoneyFact, RefundView

_MONEY = {
    "capture": "captured",
    "unpaid": "unpaid",
    "refund": "refunded",
    "refund_failed": "refund_failed",
    "dispute": "disputed",
    "dispute_won": "dispute_won",
    "dispute_lost": "dispute_lost",
}


class Happened(Struct, frozen=True):
    """`kind`: held, sold, expired, admitted, seat_exchanged, note; of the buyer's corrections of the address:
    address_asked, address_made, address_stopped, address_replaced, address_lapsed; of corrections by staff:
    name_corrected, address_corrected; or of money: captured, unpaid, refund_ordered, returned (ordered by the buyer's
    return), refund_refused, refunded, refund_failed, disputed, dispute_won, dispute_lost. `amount` in minor units.

    `detail`: the gate, where a refund was made or why it was refused, the two seats, the new address
    (masked, while the correction is open), or the text of the note.
    """

    at: datetime
    kind: str
    amount: int | None = None
    ticket_id: str | None = None
    detail: str | None = None
    by: str | None = None
    """Name of the person or API key that did it, if known."""


class SeatMove(Struct, frozen=True):
    """A ticket moved from a place to another, both in words."""

    at: datetime
    from_place: str
    to_place: str
    by: str


class AddressCorrection(Struct, frozen=True):
    """The buyer asked to correct the address. `state`: asked, made, stopped, replaced or lapsed. `masked`: the new
    address, while it is open."""

    asked_at: datetime
    state: str
    ended_at: datetime | None = None
    masked: str | None = None


class BuyerCorrected(Struct, frozen=True):
    """Staff corrected the buyer. Neither the data from before nor the new ones are here: they can be erased."""

    at: datetime
    changed: Literal["name", "address"]
    by: str


class StaffNote(Struct, frozen=True):
    """What a person, or the owner of an API key, wrote about the booking."""

    at: datetime
    text: str
    by: str


def timeline(
    booking: Booking,
    *,
    facts: Sequence[MoneyFact],
    refunds: Iterable[RefundView],
    returned: Collection[str] = (),
    admissions: Iterable[Admission],
    moves: Iterable[SeatMove] = (),
    notes: Iterable[StaffNote] = (),
    corrections: Iterable[AddressCorrection] = (),
    corrected: Iterable[BuyerCorrected] = (),
) -> list[Happened]:
    """Return what is known, the earliest first. `returned`: ids of the refunds of tickets that the buyer returned."""
    happened = []
    if booking.box_office_payment is None:
        happened.append(Happened(booking.created_at, "held"))
    if booking.confirmed_at is not None:
        happened.append(Happened(booking.confirmed_at, "sold", booking.total))
    if booking.status is BookingStatus.EXPIRED:
        happened.append(Happened(booking.expires_at, "expired"))
    happened += [Happened(fact.recorded_at, _MONEY[fact.kind], fact.amount) for fact in facts if fact.kind in _MONEY]
    for refund in refunds:
        if refund.method is None and not refund.is_outside:  # the box office pays out at once
            kind = "returned" if refund.id in returned else "refund_ordered"
            happened.append(Happened(refund.created_at, kind, refund.amount))
        if refund.status == "refused":
            happened.append(Happened(refund.created_at, "refund_refused", refund.amount, detail=refund.reason))
    happened += [
        Happened(admission.admitted_at, "admitted", ticket_id=admission.ticket_id, detail=admission.gate)
        for admission in admissions
    ]
    happened += [
        Happened(move.at, "seat_exchanged", detail=f"{move.from_place} → {move.to_place}", by=move.by) for move in moves
    ]
    happened += [Happened(note.at, "note", detail=note.text, by=note.by) for note in notes]
    happened += [Happened(made.at, f"{made.changed}_corrected", by=made.by) for made in corrected]
    for correction in corrections:
        happened.append(Happened(correction.asked_at, "address_asked", detail=correction.masked))
        if correction.ended_at is not None:
            happened.append(Happened(correction.ended_at, f"address_{correction.state}"))
    return sorted(happened, key=lambda entry: entry.at)
