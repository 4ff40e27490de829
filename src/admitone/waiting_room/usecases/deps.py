"""What the use cases of the waiting room work with. Built once a process by a role."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from admitone.catalogue.contracts import ReadAvailability, ReadSaleTerms
from admitone.kit.batcher import Batcher
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection, Pool
from admitone.kit.refusal import Refusal
from admitone.kit.single_flight import SingleFlight
from admitone.waiting_room.contracts import GetBookingStates
from admitone.waiting_room.domain.draw import extend_chain, rank
from admitone.waiting_room.domain.proof import is_enough
from admitone.waiting_room.domain.queue import Queue
from admitone.waiting_room.domain.refusals import EventNotFound
from admitone.waiting_room.store import block_joins, entries, passes
from admitone.waiting_room.store.block_joins import Block
from admitone.waiting_room.store.queues import read_queues, share_queues

JOINS_MAX, TURNS_MAX = 512, 64
BOOKINGS_A_PASS_MAX = 200


@dataclass(frozen=True)
class Join:
    """`block`: keyed hash of the client's address block, None: not counted. `work`: what its proof solved, None: the
    queue asks for none."""

    queue_id: int
    mark: bytes
    block: str | None = None
    work: int | None = None


class WorkTooLittle(Exception):
    """The block took places while this proof was solved: the next one takes more work."""


@dataclass(frozen=True)
class Asked:
    """A place that asks for its pass."""

    event_id: str
    entry: int


@dataclass(frozen=True)
class Answered:
    """The queue as it was under the shared line; `found` is None where the place has no pass."""

    queue: Queue
    found: passes.StoredPass | None


@dataclass(frozen=True)
class Entering:
    event_id: str
    entry: int
    booking_id: str


@dataclass(frozen=True)
class Deps:
    """Batchers are this process's group commit. `status_reads` and `statuses` spare PostgreSQL the crowd.

    `payments_per_minute`: bookings that the payment processor's write budget allows, or None.
    """

    pool: Pool
    read_sale_terms: ReadSaleTerms
    read_availability: ReadAvailability
    get_booking_states: GetBookingStates
    now: Callable[[], datetime]
    token_keys: KeyRing
    proof_key: bytes
    payments_per_minute: float | None = None
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    joins: Batcher[Join, int] = field(init=False)
    block_reads: Batcher[Block, float] = field(init=False)
    turns: Batcher[Asked, Answered] = field(init=False)
    entering: Batcher[Entering, bool] = field(init=False)
    statuses: "dict[str, tuple[float, Queue | None]]" = field(default_factory=dict)
    status_reads: "SingleFlight[str, Queue | None]" = field(default_factory=SingleFlight)

    def __post_init__(self) -> None:
        object.__setattr__(self, "joins", Batcher(self._join, items_max=JOINS_MAX, waiting_max=20_000))
        object.__setattr__(self, "block_reads", Batcher(self._count_blocks, items_max=JOINS_MAX))
        object.__setattr__(self, "turns", Batcher(self._take_turns, items_max=TURNS_MAX))
        object.__setattr__(self, "entering", Batcher(self._enter, items_max=TURNS_MAX))

    async def _count_blocks(self, blocks: Sequence[Block]) -> Sequence[float]:
        async with self.pool.connection() as conn:
            counts = await block_joins.count_block_joins(conn, sorted(set(blocks)))
        return [counts.get(block, 0.0) for block in blocks]

    async def _join(self, joins: Sequence[Join]) -> Sequence[int | Exception]:
        """One transaction, one fsync: whoever is answered has a place that no crash takes away."""
        async with self.pool.connection() as conn, conn.transaction():
            intakes = await entries.lock_intakes(conn, {join.queue_id for join in joins})
            known = await entries.find_entries(conn, [(join.queue_id, join.mark) for join in joins])
            prices = await BlockPrices.read(conn, joins)
            for join in joins:
                place = (join.queue_id, join.mark)
                if place not in known and prices.is_paid(join):
                    prices.count(join)
                    intake = intakes[join.queue_id]
                    known[place] = intake.size + len(intake.joined)
                    intake.joined.append(join.mark)
            grown = {
                grown_intake.queue_id: extend_chain(grown_intake.chain, grown_intake.joined)
                for grown_intake in intakes.values()
                if grown_intake.joined
            }
            if grown:
                await entries.append_entries(conn, intakes.values(), grown)
                await prices.write(conn)
        return [known.get((join.queue_id, join.mark), WorkTooLittle()) for join in joins]

    async def _take_turns(self, asked: Sequence[Asked]) -> Sequence[Answered | Exception]:
        async with self.pool.connection() as conn, conn.transaction():
            # The ids first, without a lock; then, sharing the lines, what the queues are for as long as we look.
            ids = [queue.id for queue in (await read_queues(conn, _events(asked))).values()]
            await share_queues(conn, ids)
            queues = await read_queues(conn, _events(asked))
            turns = [
                turn for request in asked if (turn := _turn(queues.get(request.event_id), request.entry)) is not None
            ]
            if turns:
                await passes.take_turns(conn, turns)
            places = [(queues[request.event_id].id, request.entry) for request in asked if request.event_id in queues]
            found = await passes.read_passes(conn, places)
        return [_answered(queues.get(request.event_id), request, found) for request in asked]

    async def _enter(self, entering: Sequence[Entering]) -> Sequence[bool]:
        allowed: list[bool] = []
        async with self.pool.connection() as conn:
            for group in _without_twins(entering):
                may = await passes.enter_sale(
                    conn,
                    [(member.event_id, member.entry, member.booking_id) for member in group],
                    bookings_max=BOOKINGS_A_PASS_MAX,
                )
                allowed += [(member.event_id, member.entry) in may for member in group]
        return allowed


class BlockPrices:
    """What the next place costs each address block of a batch, under the locks of the queues' ends."""

    def __init__(self, joins: dict[Block, float]) -> None:
        self._joins = joins
        self._new: dict[Block, int] = {}

    @classmethod
    async def read(cls, conn: Connection, joins: Sequence[Join]) -> "BlockPrices":
        blocks = {(join.queue_id, join.block) for join in joins if join.block is not None}
        return cls(await block_joins.count_block_joins(conn, sorted(blocks)) if blocks else {})

    def is_paid(self, join: Join) -> bool:
        if join.block is None or join.work is None:
            return True
        block = (join.queue_id, join.block)
        return is_enough(join.work, self._joins.get(block, 0.0) + self._new.get(block, 0))

    def count(self, join: Join) -> None:
        if join.block is not None:
            block = (join.queue_id, join.block)
            self._new[block] = self._new.get(block, 0) + 1

    async def write(self, conn: Connection) -> None:
        if self._new:
            await block_joins.record_block_joins(conn, self._new)


def _events(asked: Sequence[Asked]) -> list[str]:
    return sorted({request.event_id for request in asked})


def _turn(queue: Queue | None, entry: int) -> passes.Turn | None:
    """Return the place's turn if it has been called; whether it still lasts is for the database's clock to say."""
    if queue is None or queue.draw_key is None or queue.draw_size is None or entry >= queue.size:
        return None
    place = rank(queue.draw_key, queue.draw_size, entry)
    return passes.Turn(queue, entry, place) if place < queue.serving else None


def _answered(queue: Queue | None, asked: Asked, found: dict[tuple[int, int], passes.StoredPass]) -> Answered | Refusal:
    if queue is None:
        return EventNotFound(asked.event_id)
    return Answered(queue, found.get((queue.id, asked.entry)))


def _without_twins(entering: Sequence[Entering]) -> list[list[Entering]]:
    """Cut a batch, in order, into groups in which no pass stands twice: one statement changes a row once."""
    groups: list[list[Entering]] = []
    seen: set[tuple[str, int]] = set()
    for entry in entering:
        place = (entry.event_id, entry.entry)
        if not groups or place in seen:
            groups.append([])
            seen = set()
        groups[-1].append(entry)
        seen.add(place)
    return groups
