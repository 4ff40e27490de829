"""The port of the seat locks, the first rank: they shed contention. Correctness never depends on them.

Implementations: Redis (`adapters.redis_locks`), and one on simulated time for tests. One suite runs on both.
"""

from typing import Protocol

from msgspec import Struct

from admitone.booking.contracts import SeatSnapshot


class LockRequest(Struct, frozen=True):
    """Numbered seats by index, and a number of places in each general-admission area; all or nothing."""

    event_id: str
    booking_id: str
    hold_seconds: int
    seats: tuple[int, ...]
    runs: tuple[tuple[int, int], ...]
    """For each seat the (start, end) of its run, by which the script finds orphans."""
    areas: tuple[tuple[str, int], ...]
    """(area id, quantity)"""
    allow_orphans: bool


class Locked(Struct, frozen=True):
    """`places`: for each requested area, the indexes from its free list."""

    version: int
    places: tuple[tuple[int, ...], ...]


class Taken(Struct, frozen=True):
    indexes: tuple[int, ...]


class Insufficient(Struct, frozen=True):
    area_id: str
    available: int


class Orphaned(Struct, frozen=True):
    indexes: tuple[int, ...]


class NotLoaded(Struct, frozen=True):
    """The event is not loaded (Redis is new, or was emptied): load it from PostgreSQL, then retry."""


class HeldAlready(Struct, frozen=True):
    """The booking holds places: it is claimed, or its process died between lock and claim. No state changed."""


LockOutcome = Locked | Taken | Insufficient | Orphaned | NotLoaded | HeldAlready


class LoadedHold(Struct, frozen=True):
    booking_id: str
    remaining_ms: int
    seats: tuple[int, ...]
    areas: tuple[tuple[str, tuple[int, ...]], ...]


class LoadedInventory(Struct, frozen=True):
    """The complete state of an event in PostgreSQL, loaded into Redis in one step."""

    event_id: str
    epoch: int
    seat_count: int
    states: bytes
    """One character a place, seats first: a, h, s, b."""
    holds: tuple[LoadedHold, ...]
    areas: tuple[tuple[str, int, tuple[int, ...]], ...]
    """(area id, capacity, indexes of its free places)"""
    waits: bool = False
    """People are on the waiting list: places that holds leave are not free (b) until PostgreSQL says so."""


class PlaceState(Struct, frozen=True):
    """A place and its public state. `state`: a (for sale), b (not for sale) or s (sold); `area_id` None: a
    numbered seat."""

    index: int
    area_id: str | None
    state: str


class SeatLocks(Protocol):
    """Every method raises `Busy` if the locks do not answer."""

    async def lock(self, request: LockRequest) -> LockOutcome:
        """Take all or nothing, with expiry by the store's own clock; append the change to the event's stream."""

    async def release(self, event_id: str, booking_id: str, *, is_claimed: bool = True) -> None:
        """Give back what the booking still holds. Nothing happens where it holds nothing.

        `is_claimed`: PostgreSQL may have had the places as claimed, so where people wait they are not free. False: the
        lock alone ends.
        """

    async def grant(self, event_id: str, booking_id: str, hold_ms: int, places: tuple[PlaceState, ...]) -> bool:
        """Hold places that PostgreSQL has given to the booking; their `state` is not read.

        Granted again, nothing changes. False where the event is not loaded, or another booking holds one of the places
        (the caller loads it).
        """

    async def sell(self, event_id: str, booking_id: str, indexes: tuple[int, ...]) -> bool:
        """Mark as sold. False if the event is not loaded (the caller loads it)."""

    async def publish(self, event_id: str, epoch: int, places: tuple[PlaceState, ...]) -> bool:
        """Show the states that places had in PostgreSQL at `epoch`.

        Held places keep their state, except that sold ones are shown: their hold cannot succeed any more. False if the
        event is not loaded, or not yet under that epoch (the caller loads it).
        """

    async def extend(self, event_id: str, booking_id: str, hold_seconds: int) -> None:
        """Make the hold end `hold_seconds` from now, if it is still live and that is later."""

    async def load(self, sale: LoadedInventory) -> None:
        """Load an event, unless a later epoch is loaded."""

    async def append_notice(self, event_id: str, notice_id: str, notice: bytes) -> None:
        """Append a notice (JSON) to the event's stream, once per id; no-op if the event is not loaded."""

    async def snapshot(self, event_id: str) -> SeatSnapshot | None:
        """Return the public state, or None if the event is not loaded."""

    async def states(self, event_id: str) -> bytes | None:
        """Return only the states of the seats, for picking."""

    async def free_lapsed(self, event_id: str) -> int:
        """Free holds whose time is over; return how many."""

    async def active_events(self) -> list[str]:
        """Return the events that are loaded."""
