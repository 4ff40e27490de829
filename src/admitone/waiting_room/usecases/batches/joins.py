"""Group commit of joins: one transaction, and so one fsync, gives places to everyone who joins at the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from admitone.kit.batcher import Batcher
from admitone.kit.postgres import Connection, Pool
from admitone.waiting_room.domain.draw import extend_chain
from admitone.waiting_room.domain.proof import is_enough
from admitone.waiting_room.store import block_joins, entries
from admitone.waiting_room.store.block_joins import Block

JOINS_MAX = 512
WAITING_MAX = 20_000


@dataclass(frozen=True)
class Join:
    """`mark`: the entrant. `block`: keyed hash of the client's address block; None: do not count it. `work`: the work
    of the client's proof; None: the queue requires none."""

    queue_id: int
    mark: bytes
    block: str | None = None
    work: int | None = None


class WorkTooLittle(Exception):
    """The block took places while the client solved this proof: the next one takes more work."""


def join_batcher(pool: Pool) -> Batcher[Join, int]:
    """Answer each join with its entry, or raise `WorkTooLittle` to it."""
    return Batcher(partial(_join, pool), items_max=JOINS_MAX, waiting_max=WAITING_MAX)


def block_read_batcher(pool: Pool) -> Batcher[Block, float]:
    """Answer each block with its recent joins, as `store.block_joins` counts them."""
    return Batcher(partial(_count_blocks, pool), items_max=JOINS_MAX)


async def _join(pool: Pool, joins: Sequence[Join]) -> Sequence[int | Exception]:
    """Give each mark one place, at the end of its queue. A mark that has a place keeps it; no crash takes it away."""
    async with pool.connection() as conn, conn.transaction():
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
            intake.queue_id: extend_chain(intake.chain, intake.joined) for intake in intakes.values() if intake.joined
        }
        if grown:
            await entries.append_entries(conn, intakes.values(), grown)
            await prices.write(conn)
    return [known.get((join.queue_id, join.mark), WorkTooLittle()) for join in joins]


async def _count_blocks(pool: Pool, blocks: Sequence[Block]) -> Sequence[float]:
    async with pool.connection() as conn:
        counts = await block_joins.count_block_joins(conn, sorted(set(blocks)))
    return [counts.get(block, 0.0) for block in blocks]


class BlockPrices:
    """The work that each address block of a batch owes for its next place. Holds while the intakes are locked."""

    def __init__(self, joins: dict[Block, float]) -> None:
        self._joins = joins
        self._new: dict[Block, int] = {}

    @classmethod
    async def read(cls, conn: Connection, joins: Sequence[Join]) -> "BlockPrices":
        blocks = {(join.queue_id, join.block) for join in joins if join.block is not None}
        return cls(await block_joins.count_block_joins(conn, sorted(blocks)) if blocks else {})

    def is_paid(self, join: Join) -> bool:
        """Return whether the work of `join` is enough for its block's next place."""
        if join.block is None or join.work is None:
            return True
        block = (join.queue_id, join.block)
        return is_enough(join.work, self._joins.get(block, 0.0) + self._new.get(block, 0))

    def count(self, join: Join) -> None:
        """Count a place that `join` took."""
        if join.block is not None:
            block = (join.queue_id, join.block)
            self._new[block] = self._new.get(block, 0) + 1

    async def write(self, conn: Connection) -> None:
        if self._new:
            await block_joins.record_block_joins(conn, self._new)
