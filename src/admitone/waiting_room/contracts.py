"""The contract of the waiting room with other slices."""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum

from msgspec import UNSET, Struct, UnsetType

from admitone.kit.postgres import Connection
from admitone.kit.refusal import Kind, Refusal


class QueueState(Enum):
    """closed → pre_queue → draining ⇄ open; sold_out while nothing is left, and back when something is."""

    CLOSED = "closed"
    PRE_QUEUE = "pre_queue"
    DRAINING = "draining"
    OPEN = "open"
    SOLD_OUT = "sold_out"


class BeaconOut(Struct, frozen=True, omit_defaults=True):
    """A round of a public randomness beacon, named before the pre-queue opens; `value` in hex once it is entered."""

    name: str
    round: int
    value: str | None = None


class Lots(Struct, frozen=True):
    """A draw that was made: `ranks` has the place of each entrant, from 0, in the order of their entries."""

    entrants_hash: bytes
    ranks: tuple[int, ...]


DrawLots = Callable[[bytes, str, Sequence[str]], Lots]
"""(seed, event_id, the entrants' nonces in the order of their entries) → the draw, without a beacon."""

MarkEntrant = Callable[[str, str], bytes]
"""(event_id, an entrant's nonce) → the public mark of the entrant."""


class QueueStatus(Struct, frozen=True, kw_only=True):
    """The body of `GET /events/{id}/queue`: the same bytes for everyone. With it and their own entry, clients compute
    their place, and verify the draw once `seed` is published (docs/reference/waiting-room.md)."""

    event_id: str
    state: str
    required: bool
    opens_at: str | None
    pre_queue_opens_at: str | None
    pre_queue_size: int
    size: int
    seed_commitment: str
    seed: str | UnsetType = UNSET
    entrants_hash: str | UnsetType = UNSET
    beacon: BeaconOut | UnsetType = UNSET
    serving: int
    rate_per_minute: int
    turn_seconds: int
    pass_seconds: int
    paused: bool
    poll_after_ms: int
    message: str | UnsetType = UNSET
    shows_prices: bool | UnsetType = UNSET


class Joined(Struct, frozen=True, omit_defaults=True):
    """The body of a 201: one place in the queue. `nonce` is present if the server chose it."""

    queue_token: str
    entry: int
    state: str
    mark: str
    nonce: str | None = None


class Pass(Struct, frozen=True):
    """Permission to enter a sale until `expires_at` (RFC 3339): `pass` of a checkout."""

    pass_: str
    expires_at: str


class WaitingRoomPassRequired(Refusal):
    """Checkout needs a pass; this one is missing, invalid, of another event, over or used up."""

    code = "waiting-room-pass-required"
    kind = Kind.FORBIDDEN

    def __init__(self, event_id: str, detail: str = "Take a place in the waiting room first.") -> None:
        super().__init__(detail, event_id=event_id, join_url=f"/e/{event_id}/queue")


EnterSale = Callable[[str, str | None, str], Awaitable[str | None]]
"""(event id, pass, id of the booking to create) → the pass's reference, which its sale spends; None: no pass. The
signature, the event and the time are checked offline; then the pass is recorded with that booking, whose end frees the
place in the sale. Raises `WaitingRoomPassRequired`. Called for events whose terms have a waiting room."""


class SpentPass(Struct, frozen=True):
    """A pass of an event, by its reference, and the booking that buys with it."""

    event_id: str
    pass_ref: str
    booking_id: str


SpendPasses = Callable[[Connection, Sequence[SpentPass]], Awaitable[set[str]]]
"""In the transaction of the sales: spend these passes, and return the booking ids that may be sold. Do not sell the
others: another booking has spent their passes."""

RestorePasses = Callable[[Connection, Sequence[SpentPass]], Awaitable[None]]
"""In the same transaction: these bookings were not sold: restore their passes."""

GetBookingStates = Callable[[list[str]], Awaitable[dict[str, str]]]
"""Booking ids → "live" (in progress or being paid) or "sold"; ended bookings are missing."""

ReadQueue = Callable[[str], Awaitable[QueueStatus]]
"""event id → the public status of its waiting room. Raises `EventNotFound`."""

JoinQueue = Callable[[str], Awaitable[Joined]]
"""event id → a new place. Raises `QueueNotNeeded`, `QueueClosed`, `QueueFull`, `ProofRequired`, `EventNotFound`."""

TakeTurn = Callable[[str, str], Awaitable[Pass]]
"""(event id, queue token) → the pass of this place. Raises `QueueTokenInvalid`, `NotYet`, `TurnMissed`,
`EventNotFound`."""
