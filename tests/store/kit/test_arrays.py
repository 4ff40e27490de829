"""Lists arrive in PostgreSQL as they were, whichever way they are encoded."""

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from admitone.kit.postgres import Pool

ODD = ["", " ", "null", "NULL", '"', "\\", "\\\\", '\\"', "a,b", "(a)", "{a}", "ä\n\t\x01", "'", "\u2028"]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", [*ODD, None]),
        ("int", [1, -2, None]),
        ("bool", [True, False, None]),
        ("bytea", [b"", b"\x00\xff\\", None]),
        ("text", []),
    ],
)
async def test_a_list_comes_back(pool: Pool, kind: str, given: list[Any]) -> None:
    assert await answer(pool, f"select %s::{kind}[] as got", given) == given


async def test_rows_come_back(pool: Pool) -> None:
    rows = [(text, number, Jsonb({"text": text}), None) for number, text in enumerate(ODD)]
    statement = """
        select array_agg(array[name, version, facts ->> 'text', extra] order by version::int) as got
          from unnest(%s::arrays_test.fact[]) as r(name, version, facts, extra)
    """
    async with pool.connection() as conn:
        await conn.execute("create schema arrays_test")
        await conn.execute("create type arrays_test.fact as (name text, version text, facts jsonb, extra text)")
    try:
        assert await answer(pool, statement, rows) == [[text, str(at), text, None] for at, text in enumerate(ODD)]
    finally:
        async with pool.connection() as conn:
            await conn.execute("drop schema arrays_test cascade")


async def answer(pool: Pool, statement: str, given: list[Any]) -> Any:
    async with pool.connection() as conn:
        row = await (await conn.execute(statement.encode(), [given])).fetchone()
    assert row is not None
    return row["got"]
