"""The contract of a person's data: what booking calls of tickets, payments and mail to export and erase it.

Addresses are compared without their case. Each erasure is one transaction, returns the number of changed rows by
table, and may be repeated.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from msgspec import Struct

Rows = list[dict[str, Any]]


class TransfersFound(Struct, frozen=True):
    """Rows of `transfers`, and of `tickets` to which something happened; each has its `booking_id`."""

    transfers: Rows
    tickets: Rows


class MailScope(Struct, frozen=True):
    """Which mails are a person's. `booking_ids`: their own bookings. `subject_ids`: these, the transfers and the
    entries of waiting lists that mails to the address are about. `is_everywhere`: every mail to the address, sign-in
    links, sessions, and the keyed hashes of addresses that get no mail."""

    address: str
    booking_ids: tuple[str, ...]
    subject_ids: tuple[str, ...]
    is_everywhere: bool


FindTransfers = Callable[[str, Sequence[str]], Awaitable[TransfersFound]]
"""(address, the person's own bookings) → what transfers and tickets say about the person."""

EraseTransfers = Callable[[str, Sequence[str], Sequence[str]], Awaitable[dict[str, int]]]
"""(address, the person's own bookings, ids of transfers): replace the person's name and address, and the names of
guests on tickets of those bookings. Links and codes go on to work."""

EraseBookingTransfers = Callable[[str, Sequence[str]], Awaitable[int]]
"""(event_id, booking ids): replace all names and addresses in the transfers and on the tickets of the bookings; return
the number of changed rows."""

FindMails = Callable[[MailScope], Awaitable[dict[str, Any]]]
EraseMails = Callable[[MailScope], Awaitable[dict[str, int]]]
"""Mails that wait are not sent. Everywhere: sessions and sign-in links of the address end."""
