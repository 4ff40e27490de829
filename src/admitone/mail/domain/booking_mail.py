"""What staff sees of the mails of a booking: each mail, and whether mail reaches the buyer's address."""

from datetime import datetime

from msgspec import Struct


class Block(Struct, frozen=True):
    """Why mail to an address stops. `reason`: bounce (it does not arrive) or complaint. `detail`: the receiving
    server's words. `booking_id`: of the mail that the report was about."""

    reason: str
    detail: str
    blocked_at: datetime
    booking_id: str | None = None


class BookingMail(Struct, frozen=True, kw_only=True):
    """`is_copy`: a person sent it again. `error`: the last fault, or why it was not sent."""

    id: str
    kind: str
    state: str
    is_copy: bool
    created_at: datetime
    ended_at: datetime | None
    error: str | None


class BookingMails(Struct, frozen=True):
    """`has_address`: the booking has one. `block`: what stops mails to it. The newest mail comes first."""

    has_address: bool
    block: Block | None
    mails: list[BookingMail]
