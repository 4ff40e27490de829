"""Seat locks in plain Python on a clock that the caller moves: the double of Redis for tests on virtual time.

One `SimulatedLocks` is one server; every method does in one step what the Lua script of its name does, and
`tests/ports/test_seat_locks.py` runs the same contract tests on both. Nothing here waits, so nothing can interleave.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import Struct

from admitone.booking.contracts import AreaCount, SeatSnapshot
from admitone.booking.ports import (
    HeldAlready,
    Insufficient,
    LoadedInventory,
    Locked,
    LockOutcome,
    LockRequest,
    NotLoaded,
    Orphaned,
    PlaceState,
    Taken,
)

FREE, HELD, SOLD, BLOCKED = b"ahsb"
VERSIONS_AN_EPOCH = 2**32
LAPSED_MAX, LAPSED_AT_LOCK_MAX = 1_000, 256


class LoggedChange(Struct, frozen=True):
    """An entry of an event's stream: numbered seats by their new state, free places by area."""

    version: int
    freed: tuple[int, ...] = ()
    locked: tuple[int, ...] = ()
    sold: tuple[int, ...] = ()
    blocked: tuple[int, ...] = ()
    areas: tuple[tuple[str, int], ...] = ()
    is_reset: bool = False
    notice: bytes | None = None


@dataclass
class SimulatedHold:
    ends_at: float
    seats: tuple[int, ...]
    places: dict[str, tuple[int, ...]]


@dataclass
class SimulatedEvent:
    """The data that Redis keeps under one hash tag."""

    epoch: int
    version: int
    seat_count: int
    states: bytearray
    holds: dict[str, SimulatedHold]
    capacities: dict[str, int]
    free: dict[str, list[int]]
    loaded_states: bytes
    """The value of `states` at the last load: the changes since then lead to `states`."""
    changes: list[LoggedChange] = field(default_factory=list)
    waits: bool = False
    """People are on the waiting list."""


class SimulatedLocks:
    """`ports.SeatLocks`. `clock` gives seconds from any origin and never goes backwards."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._events: dict[str, SimulatedEvent] = {}
        self._told: set[tuple[str, str]] = set()

    def flush(self) -> None:
        """Delete all data, as `FLUSHALL` does."""
        self._events.clear()
        self._told.clear()

    def peek(self, event_id: str) -> SimulatedEvent | None:
        """Return the server's data of an event, for reading only."""
        return self._events.get(event_id)

    async def lock(self, request: LockRequest) -> LockOutcome:
        event = self._events.get(request.event_id)
        if event is None:
            return NotLoaded()
        self._free_lapsed(event, LAPSED_AT_LOCK_MAX)
        if request.booking_id in event.holds:
            return HeldAlready()
        taken = tuple(index for index in request.seats if not _is_free(event, index))
        if taken:
            return Taken(taken)
        for area_id, quantity in request.areas:
            available = len(event.free.get(area_id, ()))
            if available < quantity:
                return Insufficient(area_id, available)
        orphans = () if request.allow_orphans else _orphans(event, request)
        if orphans:
            return Orphaned(orphans)
        places = {}
        for area_id, quantity in request.areas:
            places[area_id] = tuple(event.free[area_id][:quantity])
            del event.free[area_id][:quantity]
        for index in (*request.seats, *(index for taken_places in places.values() for index in taken_places)):
            event.states[index] = HELD
        event.holds[request.booking_id] = SimulatedHold(self._clock() + request.hold_seconds, request.seats, places)
        version = _announce(event, locked=request.seats, areas=tuple(places))
        return Locked(version, tuple(places[area_id] for area_id, _ in request.areas))

    async def release(self, event_id: str, booking_id: str, *, is_claimed: bool = True) -> None:
        event = self._events.get(event_id)
        if event is not None and booking_id in event.holds:
            withholds = is_claimed and event.waits
            freed, areas = _free_hold(event, booking_id, BLOCKED if withholds else FREE)
            _announce(event, freed=() if withholds else freed, blocked=freed if withholds else (), areas=areas)

    async def grant(self, event_id: str, booking_id: str, hold_ms: int, places: tuple[PlaceState, ...]) -> bool:
        event = self._events.get(event_id)
        if event is None:
            return False
        if booking_id in event.holds:
            return True
        if any(event.states[place.index] not in (FREE, BLOCKED) for place in places):
            return False
        seats = tuple(place.index for place in places if place.area_id is None)
        of_area: dict[str, tuple[int, ...]] = {}
        for place in places:
            event.states[place.index] = HELD
            if place.area_id is not None:
                of_area[place.area_id] = (*of_area.get(place.area_id, ()), place.index)
                if place.index in event.free.get(place.area_id, ()):
                    event.free[place.area_id].remove(place.index)
        event.holds[booking_id] = SimulatedHold(self._clock() + hold_ms / 1000, seats, of_area)
        _announce(event, locked=seats, areas=tuple(of_area))
        return True

    async def sell(self, event_id: str, booking_id: str, indexes: tuple[int, ...]) -> bool:
        event = self._events.get(event_id)
        if event is None:
            return False
        if booking_id not in event.holds:
            return all(index < len(event.states) and event.states[index] == SOLD for index in indexes)
        for index in indexes:
            event.states[index] = SOLD
        del event.holds[booking_id]
        _announce(event, sold=tuple(index for index in indexes if index < event.seat_count))
        return True

    async def publish(self, event_id: str, epoch: int, places: tuple[PlaceState, ...]) -> bool:
        event = self._events.get(event_id)
        if event is None or event.epoch < epoch:
            return False
        if event.epoch > epoch:
            return True
        changed = [place for place in places if _is_to_be_published(place, event.states[place.index])]
        for shown_place in changed:
            event.states[shown_place.index] = ord(shown_place.state)
            if shown_place.area_id is not None and shown_place.state == "a":
                event.free.setdefault(shown_place.area_id, []).append(shown_place.index)
            elif shown_place.area_id is not None and shown_place.index in event.free.get(shown_place.area_id, ()):
                event.free[shown_place.area_id].remove(shown_place.index)
        if changed:
            seats = [place for place in changed if place.area_id is None]
            _announce(
                event,
                freed=tuple(seat.index for seat in seats if seat.state == "a"),
                sold=tuple(seat.index for seat in seats if seat.state == "s"),
                blocked=tuple(seat.index for seat in seats if seat.state == "b"),
                areas=tuple(dict.fromkeys(place.area_id for place in changed if place.area_id is not None)),
            )
        return True

    async def extend(self, event_id: str, booking_id: str, hold_seconds: int) -> None:
        event = self._events.get(event_id)
        hold = event.holds.get(booking_id) if event is not None else None
        if hold is not None and hold.ends_at > self._clock():
            hold.ends_at = max(hold.ends_at, self._clock() + hold_seconds)

    async def load(self, sale: LoadedInventory) -> None:
        known = self._events.get(sale.event_id)
        if known is not None and known.epoch >= sale.epoch:
            return
        # Versions never decrease, even if this server was emptied: the epoch is their upper half.
        version = max(sale.epoch * VERSIONS_AN_EPOCH, known.version + 1 if known is not None else 1)
        self._events[sale.event_id] = event = SimulatedEvent(
            epoch=sale.epoch,
            version=version,
            seat_count=sale.seat_count,
            states=bytearray(sale.states),
            holds={
                hold.booking_id: SimulatedHold(self._clock() + hold.remaining_ms / 1000, hold.seats, dict(hold.areas))
                for hold in sale.holds
            },
            capacities={area_id: capacity for area_id, capacity, _ in sale.areas},
            free={area_id: list(places) for area_id, _, places in sale.areas},
            loaded_states=sale.states,
            changes=known.changes if known is not None else [],
            waits=sale.waits,
        )
        event.changes.append(LoggedChange(version, is_reset=True))

    async def append_notice(self, event_id: str, notice_id: str, notice: bytes) -> None:
        event = self._events.get(event_id)
        if event is not None and (event_id, notice_id) not in self._told:
            self._told.add((event_id, notice_id))
            event.version += 1
            event.changes.append(LoggedChange(event.version, notice=notice))

    async def snapshot(self, event_id: str) -> SeatSnapshot | None:
        event = self._events.get(event_id)
        if event is None:
            return None
        areas = {area: AreaCount(capacity, len(event.free[area])) for area, capacity in event.capacities.items()}
        return SeatSnapshot(event.version, event.states[: event.seat_count].decode(), areas)

    async def states(self, event_id: str) -> bytes | None:
        event = self._events.get(event_id)
        return None if event is None else bytes(event.states)

    async def free_lapsed(self, event_id: str) -> int:
        event = self._events.get(event_id)
        return 0 if event is None else self._free_lapsed(event, LAPSED_MAX)

    async def active_events(self) -> list[str]:
        return sorted(self._events)

    def _free_lapsed(self, event: SimulatedEvent, count_max: int) -> int:
        now = self._clock()
        over = sorted((hold.ends_at, booking_id) for booking_id, hold in event.holds.items() if hold.ends_at <= now)
        freed: list[int] = []
        areas: list[str] = []
        for _, booking_id in over[:count_max]:
            more_freed, more_areas = _free_hold(event, booking_id, BLOCKED if event.waits else FREE)
            freed += more_freed
            areas += more_areas
        if over:
            names = tuple(dict.fromkeys(areas))
            if event.waits:
                _announce(event, blocked=tuple(freed), areas=names)
            else:
                _announce(event, freed=tuple(freed), areas=names)
        return min(len(over), count_max)


def _is_to_be_published(place: PlaceState, shown: int) -> bool:
    return shown != ord(place.state) and (shown != HELD or place.state == "s")


def _is_free(event: SimulatedEvent, index: int) -> bool:
    return index < len(event.states) and event.states[index] == FREE


def _orphans(event: SimulatedEvent, request: LockRequest) -> tuple[int, ...]:
    """Return the free seats that the requested ones would leave without a free neighbour."""
    wanted = frozenset(request.seats)
    orphans: dict[int, None] = {}
    for index, (start, end) in zip(request.seats, request.runs, strict=True):
        stays_free = [
            start <= place < end and place not in wanted and _is_free(event, place)
            for place in range(index - 2, index + 3)
        ]
        for offset in (1, 3):  # the neighbours of `index`, which is in the middle
            if stays_free[offset] and not stays_free[offset - 1] and not stays_free[offset + 1]:
                orphans[index + offset - 2] = None
    return tuple(orphans)


def _free_hold(event: SimulatedEvent, booking_id: str, state: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Release the seats and areas of a booking and return them; a sold place stays sold."""
    hold = event.holds.pop(booking_id)
    freed = tuple(index for index in hold.seats if event.states[index] == HELD)
    for index in freed:
        event.states[index] = state
    for area_id, places in hold.places.items():
        for index in places:
            if event.states[index] == HELD:
                event.states[index] = state
                if state == FREE:
                    event.free.setdefault(area_id, []).append(index)
    return freed, tuple(hold.places)


def _announce(
    event: SimulatedEvent,
    *,
    freed: tuple[int, ...] = (),
    locked: tuple[int, ...] = (),
    sold: tuple[int, ...] = (),
    blocked: tuple[int, ...] = (),
    areas: tuple[str, ...] = (),
) -> int:
    event.version += 1
    counts = tuple((area_id, len(event.free.get(area_id, ()))) for area_id in areas)
    event.changes.append(LoggedChange(event.version, freed, locked, sold, blocked, counts))
    return event.version
