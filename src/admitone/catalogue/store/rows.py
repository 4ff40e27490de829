"""Send rows to the server as one JSON parameter; read them as one JSON text per row or page."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, TypeVar

import msgspec

from admitone.catalogue.domain.text import fold
from admitone.kit.postgres import Connection

Record = TypeVar("Record", bound=msgspec.Struct)
Parameters = Mapping[str, Any]


async def write_rows(conn: Connection, statement: LiteralString, rows: Sequence[msgspec.Struct]) -> set[str]:
    """Write all rows in one statement; return the ids of those that were written."""
    if not rows:
        return set()
    cursor = await conn.execute(statement, {"rows": msgspec.json.encode(rows).decode()})
    return {row["id"] for row in await cursor.fetchall()}


async def read_one(
    conn: Connection, statement: LiteralString, parameters: Parameters, shape: type[Record]
) -> Record | None:
    row = await (await conn.execute(statement, parameters)).fetchone()
    return None if row is None else msgspec.json.decode(row["record"], type=shape)


async def read_many(
    conn: Connection, statement: LiteralString, parameters: Parameters, shape: type[Record]
) -> list[Record]:
    decoder = msgspec.json.Decoder(shape)
    cursor = await conn.execute(statement, parameters)
    return [decoder.decode(row["record"]) for row in await cursor.fetchall()]


async def read_page(
    conn: Connection, statement: LiteralString, parameters: Parameters, shape: type[Record]
) -> tuple[list[Record], int]:
    """Return the records of a page, and how many there are on all pages."""
    row = await (await conn.execute(statement, parameters)).fetchone()
    assert row is not None
    records: list[Record] = msgspec.json.decode(row["records"], type=list[shape])  # type: ignore[valid-type]
    return records, row["total"]


async def read_count(conn: Connection, statement: LiteralString, parameters: Parameters) -> int:
    row = await (await conn.execute(statement, parameters)).fetchone()
    assert row is not None
    count: int = row["count"]
    return count


def like_patterns(q: str) -> list[str]:
    """Return LIKE patterns that all match if a search key contains every word of `q`."""
    return [f"%{_literal(word)}%" for word in fold(q).split()[:20]]


def like_prefix(q: str) -> str:
    return f"{_literal(fold(q))}%"


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\0", "")
