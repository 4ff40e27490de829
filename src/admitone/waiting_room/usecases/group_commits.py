"""The group commits of a process: one transaction writes for many requests."""

from admitone.kit.batcher import Batcher
from admitone.kit.postgres import Pool
from admitone.waiting_room.store.block_joins import Block
from admitone.waiting_room.usecases.batches.joins import Join, block_read_batcher, join_batcher
from admitone.waiting_room.usecases.batches.passes import Answered, Asked, Entering, entry_batcher, turn_batcher


class GroupCommits:
    """One a process. `joins` gives places, `turns` exchanges called places for passes, `entering` admits checkouts with
    passes; `block_reads` counts recent joins of address blocks."""

    def __init__(self, pool: Pool) -> None:
        self.joins: Batcher[Join, int] = join_batcher(pool)
        self.block_reads: Batcher[Block, float] = block_read_batcher(pool)
        self.turns: Batcher[Asked, Answered] = turn_batcher(pool)
        self.entering: Batcher[Entering, bool] = entry_batcher(pool)
