"""`tkt_<ulid of the event>_<index>`: a ticket's id names its event and its place."""

import re

from msgspec import Struct

_PATTERN = re.compile(r"tkt_([0-7][0-9a-hjkmnp-tv-z]{25})_(0|[1-9][0-9]{0,8})")
_DIGITS = {character: value for value, character in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}
_CHARACTERS = "".join(_DIGITS)
ULID_BYTES = 16


class TicketName(Struct, frozen=True):
    event_id: str
    index: int

    @property
    def ticket_id(self) -> str:
        return f"tkt_{self.event_id.removeprefix('evt_')}_{self.index}"


def parse_ticket_id(ticket_id: str) -> TicketName | None:
    """Return (event id, index); None if it is not a ticket's id."""
    match = _PATTERN.fullmatch(ticket_id)
    return TicketName(f"evt_{match[1]}", int(match[2])) if match else None


def pack_event_id(event_id: str) -> bytes:
    """Return the 128 bits of the event's ULID."""
    number = 0
    for character in event_id.removeprefix("evt_"):
        number = number << 5 | _DIGITS[character]
    return number.to_bytes(ULID_BYTES, "big")


def unpack_event_id(packed: bytes) -> str:
    number = int.from_bytes(packed, "big")
    return "evt_" + "".join(_CHARACTERS[number >> shift & 31] for shift in range(125, -1, -5))
