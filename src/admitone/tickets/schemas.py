"""Bodies of the tickets' HTTP, as the contract has them."""

from typing import Annotated

from msgspec import Meta, Struct

from admitone.tickets.domain.barcode import CODE_CHARACTERS_MAX

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class ScanBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`gate` is a name of your choice; `event_id`, where given, is the event at this door."""

    code: Annotated[str, Meta(min_length=1, max_length=CODE_CHARACTERS_MAX)]
    gate: Line
    event_id: Annotated[str, Meta(max_length=64)] | None = None


class TransferBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets the ticket; printed on it."""

    name: Line


class Transfer(Struct, frozen=True):
    """Links for the new holder, to be handed on by the giver."""

    ticket_id: str
    barcode_url: str
    pdf_url: str
