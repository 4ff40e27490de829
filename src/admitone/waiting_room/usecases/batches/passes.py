"""Group commits of passes: exchange called places for passes, and record the checkouts that passes admit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from admitone.kit.batcher import Batcher
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Refusal
from admitone.waiting_room.domain.draw import rank
from admitone.waiting_room.domain.queue import Queue
from admitone.waiting_room.domain.refusals import EventNotFound
from admitone.waiting_room.store import passes as store
from admitone.waiting_room.store.queues import read_queues
from admitone.waiting_room.store.rounds import share_queues

BATCH_MAX = 64
BOOKINGS_A_PASS_MAX = 200


@dataclass(frozen=True)
class Asked:
    """A place that asks for its pass."""

    event_id: str
    entry: int


@dataclass(frozen=True)
class Answered:
    """The queue as it was under the shared lock; `found` is None if the place has no pass."""

    queue: Queue
    found: store.StoredPass | None


@dataclass(frozen=True)
class Entering:
    """A pass, by event and entry, that admits a checkout; `booking_id`: the booking that the checkout will make."""

    event_id: str
    entry: int
    booking_id: str


def turn_batcher(pool: Pool) -> Batcher[Asked, Answered]:
    """Answer each place with its pass, made now where the place was called. Raise `EventNotFound` without a queue."""
    return Batcher(partial(_take_turns, pool), items_max=BATCH_MAX)


def entry_batcher(pool: Pool) -> Batcher[Entering, bool]:
    """Answer each pass with whether it admits the checkout."""
    return Batcher(partial(_enter, pool), items_max=BATCH_MAX)


async def _take_turns(pool: Pool, asked: Sequence[Asked]) -> Sequence[Answered | Exception]:
    async with pool.connection() as conn, conn.transaction():
        # Read the ids first, without a lock; then read the queues under the shared lock, where no round changes them.
        ids = [queue.id for queue in (await read_queues(conn, _events(asked))).values()]
        await share_queues(conn, ids)
        queues = await read_queues(conn, _events(asked))
        turns = [turn for place in asked if (turn := _turn(queues.get(place.event_id), place.entry)) is not None]
        if turns:
            await store.take_turns(conn, turns)
        places = [(queues[place.event_id].id, place.entry) for place in asked if place.event_id in queues]
        found = await store.read_passes(conn, places)
    return [_answered(queues.get(place.event_id), place, found) for place in asked]


def _events(asked: Sequence[Asked]) -> list[str]:
    return sorted({place.event_id for place in asked})


def _turn(queue: Queue | None, entry: int) -> store.Turn | None:
    """Return the place's turn if a round has called it; the database's clock decides whether the turn still lasts."""
    if queue is None or queue.draw_key is None or queue.draw_size is None or entry >= queue.size:
        return None
    place = rank(queue.draw_key, queue.draw_size, entry)
    return store.Turn(queue, entry, place) if place < queue.serving else None


def _answered(queue: Queue | None, asked: Asked, found: dict[tuple[int, int], store.StoredPass]) -> Answered | Refusal:
    if queue is None:
        return EventNotFound(asked.event_id)
    return Answered(queue, found.get((queue.id, asked.entry)))


async def _enter(pool: Pool, entering: Sequence[Entering]) -> Sequence[bool]:
    allowed: list[bool] = []
    async with pool.connection() as conn:
        for group in _without_twins(entering):
            may = await store.enter_sale(
                conn,
                [(checkout.event_id, checkout.entry, checkout.booking_id) for checkout in group],
                bookings_max=BOOKINGS_A_PASS_MAX,
            )
            allowed += [(checkout.event_id, checkout.entry) in may for checkout in group]
    return allowed


def _without_twins(entering: Sequence[Entering]) -> list[list[Entering]]:
    """Cut a batch, in order, into groups that have each pass once: one statement changes a row once."""
    groups: list[list[Entering]] = []
    seen: set[tuple[str, int]] = set()
    for checkout in entering:
        place = (checkout.event_id, checkout.entry)
        if not groups or place in seen:
            groups.append([])
            seen = set()
        groups[-1].append(checkout)
        seen.add(place)
    return groups
