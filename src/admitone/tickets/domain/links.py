"""Addresses that let whoever has them see a ticket, without a booking's token."""

import hashlib

from itsdangerous import Signer
from msgspec import Struct

from admitone.tickets.domain.keys import TicketKeys

FIRST_VERSION = 1
_SIGNATURE_CHARACTERS_MAX = 100


class TicketLinks(Struct, frozen=True):
    """Paths on this site."""

    barcode_url: str
    pdf_url: str


def sign_ticket(keys: TicketKeys, ticket_id: str, version: int = FIRST_VERSION) -> TicketLinks:
    """The buyer's links (version 1), or those of whoever a ticket was transferred to (its new version)."""
    signature = f"{version}-{_signature(keys, ticket_id, version)}"
    return TicketLinks(f"/tickets/{ticket_id}/barcode?s={signature}", f"/tickets/{ticket_id}.pdf?s={signature}")


def signed_version(keys: TicketKeys, ticket_id: str, signature: str) -> int | None:
    """The version that a link's `s` was made for; None where it was not made by us for this ticket."""
    number, _, rest = signature[:_SIGNATURE_CHARACTERS_MAX].partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= 5):
        return None
    signer = _signer(keys)
    known = signer.verify_signature(f"{ticket_id}:{int(number)}", rest.encode("utf-8", "replace"))
    return int(number) if known else None


def _signature(keys: TicketKeys, ticket_id: str, version: int) -> str:
    return _signer(keys).get_signature(f"{ticket_id}:{version}").decode()


def _signer(keys: TicketKeys) -> Signer:
    return Signer(keys.links, salt=b"ticket", digest_method=hashlib.sha256, key_derivation="hmac")
