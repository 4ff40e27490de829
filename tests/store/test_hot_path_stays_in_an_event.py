"""No statement of a hold, a sale or a release reads tables that grow with sales across events.

PostgreSQL plans each statement that the use cases really send. It must find its rows by the event, or by the id of a
booking, which belongs to one event: then the statement can be routed to the machine that has the event.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import DictRow
from redis.asyncio import Redis

from admitone.booking.domain.refusals import BookingReleased, NotEnoughTickets, PaymentDeclined
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.read_bookings import get_booking
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit import postgres
from admitone.kit.postgres import open_pool
from admitone.kit.sql import describe_statement
from tests.builders import TOKEN_KEYS, box_office, put_on_sale, terms_of_a_show
from tests.store.test_keys_have_the_event import GROWING

# Columns that name the event, its queue, or a booking of it.
OF_ONE_EVENT = frozenset({"event_id", "queue_id", "booking_id", "claimed_by"})
TABLES_OF_BOOKINGS = frozenset({"booking.bookings"})
"""Their `id` is a booking's."""

# Statement, table, and the columns by which it finds its rows instead. The list may only become shorter.
BY_KEY = "a retry is found by the key of its request, which the caller chooses whatever the event"
EXCEPTIONS = {
    ("booking.begin_payments", "booking.failures", "key"): "declined payments are counted by client over all events",
    ("booking.claim_tickets", "booking.bookings", "idempotency_key"): BY_KEY,
    ("booking.read_bookings_by_key", "booking.bookings", "idempotency_key"): BY_KEY,
}
EXCEPTIONS_MAX = 3
"""Only ever reduce this."""

Statement = tuple[str, Any]
_sent: list[Statement] = []


class RecordingCursor(AsyncCursor[DictRow]):
    async def execute(self, query: Any, params: Any = None, **options: Any) -> "RecordingCursor":
        if isinstance(query, str):
            _sent.append((query, params))
        return await super().execute(query, params, **options)


class RecordingConnection(AsyncConnection[DictRow]):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cursor_factory = RecordingCursor


@dataclass
class Env:
    deps: Deps
    event_id: str
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(100)))

    async def hold(self, quantity: int = 2) -> Mapping[str, str]:
        number = next(self.numbers)
        digest = number.to_bytes(16)
        order = CheckoutOrder(
            event_id=self.event_id,
            areas=(("floor", quantity),),
            buyer_email=f"buyer{number}@example.org",
            buyer_name="A Buyer",
            idempotency_key=digest,
            request_hash=digest,
        )
        booking = await start_checkout(self.deps, order=order)
        return {"booking_id": booking.id, "booking_token": booking_token(TOKEN_KEYS, booking.id)}

    async def pay(self, hold: Mapping[str, str], card: str = "pm_card_visa") -> None:
        await confirm_booking(self.deps, **hold, payment_method=card)


@pytest_asyncio.fixture
async def env(database_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Env]:
    monkeypatch.setattr(postgres, "_connection_class", lambda: RecordingConnection)
    async with open_pool(database_url) as pool:
        deps = box_office(pool, redis)
        terms = await put_on_sale(deps, terms_of_a_show(standing=10))
        yield Env(deps, terms.event_id)


async def test_statements_of_a_sale_find_rows_by_the_event(env: Env, database_url: str) -> None:
    first = await env.hold()  # loads the event
    _sent.clear()

    await env.pay(first)
    await env.pay(first)  # as after a lost answer
    released = await env.hold()
    await release_booking(env.deps, **released)
    declined = await env.hold()
    with pytest.raises(PaymentDeclined):
        await env.pay(declined, "pm_card_visa_chargeDeclined")
    await env.pay(declined)
    with pytest.raises(NotEnoughTickets):
        await env.hold(8)
    with pytest.raises(BookingReleased):
        await env.pay(released)
    await get_booking(env.deps, **first)

    with large_tables(database_url) as conn:
        crossing = {found for statement in _sent for found in crossing_reads(conn, statement)}
    assert {describe_statement(query) for query, _ in _sent} >= {
        "booking.claim_tickets",
        "booking.sell_tickets",
        "booking.free_bookings",
    }
    assert crossing == EXCEPTIONS.keys()
    assert len(EXCEPTIONS) == EXCEPTIONS_MAX


def test_a_statement_that_crosses_events_is_found(database_url: str) -> None:
    with large_tables(database_url) as conn:
        found = set(crossing_reads(conn, ("select from booking.tickets where state = %(state)s", {"state": "s"})))
        good = set(crossing_reads(conn, ("select from booking.tickets where event_id = %(id)s", {"id": "evt_1"})))

    assert found == {("SQL select", "booking.tickets", "state")}
    assert good == set()


@contextmanager
def large_tables(database_url: str) -> Iterator[psycopg.Connection]:
    """Connect to a planner that takes the growing tables for large: a small one is read whole, whatever its keys."""
    with psycopg.connect(database_url) as conn:
        conn.execute(
            "update pg_class set reltuples = 1e7, relpages = 1 where oid = any(%s::regclass[])", [sorted(GROWING)]
        )
        yield conn
        conn.rollback()


def crossing_reads(conn: psycopg.Connection, statement: Statement) -> Iterator[tuple[str, str, str]]:
    """Yield (name of the statement, table, columns) for each table that is not read by its event."""
    query, params = statement
    if query.split(maxsplit=1)[0].lower() not in ("select", "insert", "update", "delete", "with"):
        return
    ((plan,),) = conn.execute(f"explain (verbose, format json) {query}".encode(), params).fetchall()
    found = list(nodes(plan[0]["Plan"]))
    # Of scans and of joins: which of both has a condition, the planner decides.
    conditions = " ".join(
        str(text) for node in found for name, text in node.items() if name.endswith(("Cond", "Filter"))
    )
    for node in found:
        table = f"{node.get('Schema')}.{node.get('Relation Name')}"
        if table not in GROWING or node["Node Type"] == "ModifyTable":
            continue
        columns = equal_columns(node["Alias"], conditions)
        if columns.isdisjoint(OF_ONE_EVENT | ({"id"} if table in TABLES_OF_BOOKINGS else set())):
            yield describe_statement(query), table, ", ".join(sorted(columns))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def equal_columns(alias: str, conditions: str) -> set[str]:
    """Return the columns of a table in a plan that are compared with a value or with another table."""
    name = re.escape(alias)
    return {left or right for left, right in re.findall(rf"\b{name}\.(\w+) = |= {name}\.(\w+)", conditions)}
