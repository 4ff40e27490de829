"""Spans of statements and transactions, by the name of the statement: never its text, and never its parameters."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, AsyncTransaction
from psycopg.abc import Params
from psycopg.rows import DictRow

from admitone.kit.sql import describe_statement
from admitone.kit.tracing import Attributes, span

_POSTGRESQL: Attributes = {"db.system.name": "postgresql"}


class TracedCursor(AsyncCursor[DictRow]):
    async def execute(self, query: Any, params: Params | None = None, **options: Any) -> "TracedCursor":
        with span(describe_statement(query), _POSTGRESQL):
            return await super().execute(query, params, **options)

    async def executemany(self, query: Any, params_seq: Iterable[Params], *, returning: bool = False) -> None:
        with span(describe_statement(query), _POSTGRESQL):
            await super().executemany(query, params_seq, returning=returning)


class TracedConnection(AsyncConnection[DictRow]):
    """A connection whose transactions have a span: what follows their last statement is the commit."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cursor_factory = TracedCursor

    @asynccontextmanager
    async def transaction(
        self, savepoint_name: str | None = None, force_rollback: bool = False
    ) -> AsyncIterator[AsyncTransaction]:
        with span("transaction", _POSTGRESQL):
            async with super().transaction(savepoint_name, force_rollback) as transaction:
                yield transaction
