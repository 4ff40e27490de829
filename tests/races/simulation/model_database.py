"""Model PostgreSQL as far as booking and payments use it: rows, row locks, transactions at READ COMMITTED.

A statement is identified by its text (`kit.sql.load_sql`), so the product's own store functions run on it unchanged.
A statement reads committed rows and the writes of its own transaction; a row that another open transaction wrote or
locked makes it wait, then start again on the rows committed by then.
`tests/races/test_model_matches_servers.py` compares it with the real server.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg

Key = tuple[Any, ...]
Row = dict[str, Any]
Statement = Callable[["View", Mapping[str, Any]], list[Row]]

LOCK_SECONDS_MAX = 4.0  # kit.postgres.LOCK_MS_MAX


class Blocked(Exception):
    """Another transaction holds the row."""

    def __init__(self, holder: "Transaction") -> None:
        self.holder = holder


class Transaction:
    def __init__(self) -> None:
        self.written: dict[Key, Row] = {}
        self.locked: dict[Key, None] = {}
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class View:
    """The rows that one statement reads and wants to write; nothing is written while the statement may have to wait."""

    def __init__(self, database: "ModelDatabase", transaction: Transaction, waited_for: set[Key]) -> None:
        self._database = database
        self._transaction = transaction
        self.waited_for = waited_for
        self.written: dict[Key, Row] = {}
        self.locked: dict[Key, None] = {}

    @property
    def now(self) -> float:
        return self._database.clock()

    def get(self, *key: Any) -> Row | None:
        """Return the row for this statement, which does not see its own writes (one snapshot)."""
        own = self._transaction.written.get(key)
        return own if own is not None else self._database.rows.get(key[0], {}).get(key[1:])

    def scan(self, table: str) -> Iterator[tuple[Key, Row]]:
        committed = self._database.rows.get(table, {})
        own = {key[1:]: row for key, row in self._transaction.written.items() if key[0] == table}
        for key, row in committed.items():
            if key not in own:
                yield key, row
        yield from own.items()

    def lock(self, *key: Any) -> None:
        holder = self._database.lock_holders.get(key)
        if holder is not None and holder is not self._transaction:
            self.waited_for.add(key)
            raise Blocked(holder)
        self.locked[key] = None

    def put(self, *key: Any, row: Row) -> Row:
        self.lock(*key)
        self.written[key] = row
        return row


class ModelDatabase:
    """`clock` returns seconds. `on_commit` receives the rows of every commit, right after it."""

    def __init__(self, clock: Callable[[], float], statements: Mapping[str, tuple[str, Statement]]) -> None:
        self.clock = clock
        self.rows: dict[str, dict[Key, Row]] = {}
        self.lock_holders: dict[Key, Transaction] = {}
        self.open: dict[Transaction, object] = {}  # → its owner
        self.leases: dict[int, tuple[int, Any, float]] = {}  # job → attempts, worker, time of the next attempt
        self.on_commit: Callable[[Mapping[Key, Row]], None] = lambda _rows: None
        self._statements = statements

    def name_of(self, sql: str) -> str:
        return self._statements[sql][0]

    def begin(self, owner: object) -> Transaction:
        transaction = Transaction()
        self.open[transaction] = owner
        return transaction

    def abort(self, owner: object) -> None:
        """Roll back the open transactions of a process that died."""
        for transaction in [transaction_id for transaction_id, whose in self.open.items() if whose is owner]:
            self.rollback(transaction)

    async def run(self, transaction: Transaction, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        statement = self._statements[sql][1]
        waited_for: set[Key] = set()
        deadline = self.clock() + LOCK_SECONDS_MAX
        while True:
            if transaction.done.done():  # rolled back meanwhile, because its process died
                raise psycopg.OperationalError("the transaction is over")
            view = View(self, transaction, waited_for)
            try:
                answer = statement(view, parameters)
            except Blocked as blocked:
                done, _ = await asyncio.wait([blocked.holder.done], timeout=deadline - self.clock())
                if not done:
                    self.rollback(transaction)
                    raise psycopg.errors.LockNotAvailable("canceling statement due to lock timeout") from None
                continue
            transaction.written.update(view.written)
            for key in view.locked:
                transaction.locked[key] = None
                self.lock_holders[key] = transaction
            return answer

    def commit(self, transaction: Transaction) -> None:
        if transaction.done.done():
            raise psycopg.OperationalError("the transaction is over")
        for key, row in transaction.written.items():
            self.rows.setdefault(key[0], {})[key[1:]] = row
        self._end(transaction)
        self.on_commit(transaction.written)

    def rollback(self, transaction: Transaction) -> None:
        """No-op when the transaction is over."""
        if not transaction.done.done():
            transaction.written.clear()
            self._end(transaction)

    def _end(self, transaction: Transaction) -> None:
        self.open.pop(transaction, None)
        for key in transaction.locked:
            if self.lock_holders.get(key) is transaction:
                del self.lock_holders[key]
        transaction.locked.clear()
        transaction.done.set_result(None)


class ModelCursor:
    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)

    async def fetchall(self) -> list[Row]:
        return self._rows

    async def fetchone(self) -> Row | None:
        return self._rows[0] if self._rows else None


Hop = Callable[[str], Awaitable[None]]
"""The network between a process and the server: called with `name:request` before, `name:reply` after."""


async def no_hop(_label: str) -> None:
    return None


class ModelConnection:
    """The part of `kit.postgres.Connection` that the stores use."""

    def __init__(self, database: ModelDatabase, hop: Hop = no_hop, owner: object = None) -> None:
        self._database = database
        self._hop = hop
        self._owner = owner
        self._transaction: Transaction | None = None
        self._is_lost = False

    async def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> ModelCursor:
        name = self._database.name_of(sql)
        if self._is_lost:
            raise psycopg.OperationalError("the connection is closed")
        transaction = self._transaction or self._database.begin(None)
        try:
            await self._hop(f"{name}:request")
            rows = await self._database.run(transaction, sql, parameters or {})
            if self._transaction is None:
                self._database.commit(transaction)
            await self._hop(f"{name}:reply")
        except psycopg.Error as error:
            self._is_lost = self._is_lost or isinstance(error, psycopg.OperationalError)
            if self._transaction is None or self._is_lost:
                self._database.rollback(transaction)
            raise
        return ModelCursor(rows)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        assert self._transaction is None, "no savepoints here"
        self._transaction = mine = self._database.begin(self._owner)
        try:
            yield
            if self._is_lost:
                raise psycopg.OperationalError("the connection is closed")
            await self._hop("commit:request")
            self._database.commit(mine)
            await self._hop("commit:reply")
        finally:
            self._transaction = None
            self._database.rollback(mine)


class ModelPool:
    """The part of `kit.postgres.Pool` that the use cases use; at most `size_max` connections at once."""

    def __init__(self, database: ModelDatabase, hop: Hop = no_hop, owner: object = None, *, size_max: int = 8) -> None:
        self._database = database
        self._hop = hop
        self._owner = owner
        self._free = asyncio.Semaphore(size_max)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[ModelConnection]:
        async with self._free:
            yield ModelConnection(self._database, self._hop, self._owner)
