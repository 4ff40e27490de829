"""Recent joins of each address block in a queue."""

from collections.abc import Mapping, Sequence

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

HALF_LIFE_SECONDS = 600

Block = tuple[int, str]
"""(queue id, keyed hash of an address block)"""


async def count_block_joins(conn: Connection, blocks: Sequence[Block]) -> dict[Block, float]:
    """Return the decayed counts; blocks that took no place are missing."""
    cursor = await conn.execute(
        load_sql(__package__, "count_block_joins"),
        {
            "queues": [queue_id for queue_id, _ in blocks],
            "blocks": [block for _, block in blocks],
            "half_life_seconds": HALF_LIFE_SECONDS,
        },
    )
    return {(row["queue_id"], row["block"]): float(row["joins"]) for row in await cursor.fetchall()}


async def record_block_joins(conn: Connection, counts: Mapping[Block, int]) -> None:
    """Add new places to the counts, in the transaction that gives them."""
    await conn.execute(
        load_sql(__package__, "record_block_joins"),
        {
            "queues": [queue_id for queue_id, _ in counts],
            "blocks": [block for _, block in counts],
            "counts": list(counts.values()),
            "half_life_seconds": HALF_LIFE_SECONDS,
        },
    )
