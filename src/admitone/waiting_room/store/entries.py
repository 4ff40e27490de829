"""Places in a queue: a batch of joins is one commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


@dataclass
class Intake:
    """The end of one queue, locked by this transaction; `joined`: the marks to append after `size`."""

    queue_id: int
    size: int
    chain: bytes
    joined: list[bytes]


async def lock_intakes(conn: Connection, queue_ids: Iterable[int]) -> dict[int, Intake]:
    """Lock the ends of these queues, in one order, until the transaction ends."""
    cursor = await conn.execute(load_sql(__package__, "lock_intakes"), {"ids": sorted(queue_ids)})
    return {row["queue_id"]: Intake(row["queue_id"], row["size"], row["chain"], []) for row in await cursor.fetchall()}


async def find_entries(conn: Connection, places: Sequence[tuple[int, bytes]]) -> dict[tuple[int, bytes], int]:
    """Return (queue id, mark) → entry of those that have a place already."""
    cursor = await conn.execute(
        load_sql(__package__, "find_entries"),
        {"queues": [queue_id for queue_id, _ in places], "marks": [mark.hex() for _, mark in places]},
    )
    return {(row["queue_id"], _bytes(row["mark"])): row["entry"] for row in await cursor.fetchall()}


async def append_entries(conn: Connection, intakes: Iterable[Intake], chains: dict[int, bytes]) -> None:
    """Write the places of all that `joined`; `chains`: each queue's running hash after them."""
    grown = [intake for intake in intakes if intake.joined]
    await conn.execute(
        load_sql(__package__, "append_entries"),
        {
            "queues": [intake.queue_id for intake in grown for _ in intake.joined],
            "entries": [intake.size + i for intake in grown for i in range(len(intake.joined))],
            "marks": [mark.hex() for intake in grown for mark in intake.joined],
            "block_queues": [intake.queue_id for intake in grown],
            "block_firsts": [intake.size for intake in grown],
            "block_marks": [b"".join(intake.joined) for intake in grown],
            "block_sizes": [intake.size + len(intake.joined) for intake in grown],
            "block_chains": [chains[intake.queue_id] for intake in grown],
        },
    )


async def read_marks(conn: Connection, queue_id: int, first: int, upto: int) -> bytes:
    """Return the marks of entries first … upto−1, one after the other (16 bytes each)."""
    if first >= upto:
        return b""
    cursor = await conn.execute(
        load_sql(__package__, "read_blocks"), {"queue_id": queue_id, "first": first, "upto": upto}
    )
    rows = await cursor.fetchall()
    assert rows, "entries have marks"
    skipped = (first - rows[0]["first_entry"]) * 16
    return b"".join(row["marks"] for row in rows)[skipped : skipped + (upto - first) * 16]


def _bytes(mark: UUID) -> bytes:
    return mark.bytes
