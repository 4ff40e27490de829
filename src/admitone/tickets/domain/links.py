"""Links that show a ticket without a booking token, and the token that gives the right to transfer it.

They are signed under different keys: people share a link with family and friends, so it must not suffice to take the
ticket.
"""

from admitone.booking.contracts import TicketLink
from admitone.tickets.domain.keys import TicketKeys

FIRST_VERSION = 1
_SIGNATURE_CHARACTERS_MAX = 100


def sign_ticket(keys: TicketKeys, ticket_id: str, booking_id: str, version: int = FIRST_VERSION) -> TicketLink:
    """Sign the buyer's links (version 1), or those of the recipient of a transfer (the new version).

    They belong to this booking: a refunded earlier buyer of the place has no valid link.
    """
    signature = f"{version}-{keys.links.sign(_signed(ticket_id, booking_id, version))}"
    return TicketLink(f"/tickets/{ticket_id}/barcode?s={signature}", f"/tickets/{ticket_id}.pdf?s={signature}")


def sign_booking(keys: TicketKeys, booking_id: str) -> str:
    """Return the path of the document with all tickets of a booking that its buyer still has."""
    return f"/tickets/{booking_id}.pdf?s={keys.links.sign(_signed_booking(booking_id))}"


def is_booking_signature(keys: TicketKeys, booking_id: str, signature: str) -> bool:
    """Compare in constant time. Any text may come in."""
    return keys.links.is_signature(_signed_booking(booking_id), signature)


def signed_version(keys: TicketKeys, ticket_id: str, booking_id: str, signature: str) -> int | None:
    """Return the version that a link's `s` was made for; None if we did not make it for this ticket of this booking."""
    number, _, rest = signature[:_SIGNATURE_CHARACTERS_MAX].partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= 5):
        return None
    return int(number) if keys.links.is_signature(_signed(ticket_id, booking_id, int(number)), rest) else None


def transfer_token(keys: TicketKeys, ticket_id: str, booking_id: str, version: int) -> str:
    """Return the proof that its bearer holds this version of the ticket: the recipient of a transfer gets it."""
    return keys.transfers.sign(_signed(ticket_id, booking_id, version))


def is_transfer_token(keys: TicketKeys, ticket_id: str, booking_id: str, version: int, token: str) -> bool:
    """Compare in constant time. Any text may come in."""
    return keys.transfers.is_signature(_signed(ticket_id, booking_id, version), token)


def _signed_booking(booking_id: str) -> str:
    return f"all tickets of {booking_id}"


def _signed(ticket_id: str, booking_id: str, version: int) -> str:
    return f"{ticket_id}:{booking_id}:{version}"
