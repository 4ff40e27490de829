"""Reconciliation compares both sides, finds changes that no event reported, and applies each once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from admitone.kit.postgres import Pool
from admitone.payments.domain.intent import ProviderEvent
from admitone.payments.domain.ledger import BUYER, DISPUTED
from admitone.payments.domain.payment import Status
from admitone.payments.ports import EventPage, ProviderRefused
from admitone.payments.store.reconciliations import read_compared, record_compared
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.provider_events import sync_event
from admitone.payments.usecases.reconcile_payments import LINGERING, reconcile_payments
from admitone.testing.processor import incidents as incidents
from admitone.testing.processor.processor import SimulatedProcessor
from tests.store.payments.conftest import Deferred, MakeOrder, balances, paid, served_by, status, told


async def test_reconciling_finds_changes_without_an_event(deps: Deps, order: MakeOrder, deferred: Deferred) -> None:
    captured, refunded, quiet = order(), order(), order()
    by_hand = await paid(deps, captured, is_captured=False)
    await deps.provider.capture(by_hand, key="by hand")
    await incidents.refund_outside(deps.pool, await paid(deps, refunded), 100)
    await paid(deps, quiet)
    later = replace(deps, now=lambda: datetime.now(UTC) + timedelta(minutes=15))

    first = await reconcile_payments(later)
    second = await reconcile_payments(later)

    assert (first.intents, first.payments, first.repaired) == (3, 3, 2)
    assert (second.repaired, second.unknown, second.missing) == (0, 0, 0)
    assert await status(deps, captured) is Status.CAPTURED
    assert await status(deps, refunded) is Status.PARTIALLY_REFUNDED
    assert (await balances(deps))[BUYER] == 0


class Remembers(SimulatedProcessor):
    """Lists the events that it would have sent, one per page."""

    told: tuple[ProviderEvent, ...] = ()

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        at = 0 if after is None else 1 + [event.id for event in self.told].index(after)
        page = self.told[at : at + 1]
        return EventPage(page, page[-1].id if at + 1 < len(self.told) else None)


async def test_an_old_dispute_without_an_event_is_applied_once(
    order: MakeOrder, deps: Deps, deferred: Deferred, pool: Pool
) -> None:
    provider = Remembers(pool)
    deps = served_by(provider, deps)
    intent = await paid(deps, asked := order())
    async with pool.connection() as conn:
        await conn.execute("UPDATE payments.payments SET created_at = created_at - interval '40 days'")
        await conn.execute("UPDATE simulated_processor.intents SET created_at = created_at - interval '40 days'")
    await incidents.open_dispute(pool, intent)
    provider.told = (
        ProviderEvent("evt_nobodys", "charge.refunded", None),
        ProviderEvent("evt_1", "charge.dispute.created", intent),
        ProviderEvent("evt_2", "charge.dispute.funds_withdrawn", intent),
    )

    undelivered = [(await reconcile_payments(deps)).undelivered for _ in range(2)]
    for word in told(deferred, "payments.sync_event"):
        await sync_event(deps, word["event_id"])

    assert undelivered == [2, 0]
    assert (await balances(deps))[DISPUTED] == 12_500
    assert told(deferred, "booking.project_dispute") == [{"booking_id": asked.booking_id, "is_disputed": True}]


class ListsNoEvents(SimulatedProcessor):
    """As with a key that may not read events."""

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        raise ProviderRefused("not_permitted", "No.")


async def test_a_key_that_may_not_list_events_compares_the_books_all_the_same(deps: Deps, pool: Pool) -> None:
    found = await reconcile_payments(served_by(ListsNoEvents(pool), deps))

    async with pool.connection() as conn:
        rows = await (await conn.execute("SELECT compared_to FROM payments.reconciliations")).fetchall()
    assert found.undelivered == 0
    assert len(rows) == 1


async def test_reconciling_reports_payments_that_only_one_side_has(deps: Deps, order: MakeOrder, pool: Pool) -> None:
    theirs, ours = order(), order()
    await paid(deps, theirs, is_sold=False, is_captured=False)
    await paid(deps, ours, is_sold=False, is_captured=False)
    async with pool.connection() as conn:
        await conn.execute("DELETE FROM payments.payments WHERE booking_id = %s", [theirs.booking_id])
        await conn.execute("DELETE FROM simulated_processor.intents WHERE reference = %s", [ours.booking_id])
    later = replace(deps, now=lambda: datetime.now(UTC) + timedelta(minutes=15))

    found = await reconcile_payments(later)

    assert (found.unknown, found.missing, found.repaired) == (1, 1, 0)


async def test_an_old_authorization_is_captured_or_voided(deps: Deps, order: MakeOrder, deferred: Deferred) -> None:
    sold, left = order(), order()
    await paid(deps, sold, is_captured=False)
    await paid(deps, left, is_sold=False, is_captured=False)
    deferred.clear()
    later = replace(deps, now=lambda: datetime.now(UTC) + LINGERING + timedelta(minutes=10))

    found = await reconcile_payments(later)

    assert found.lingering == 2
    assert told(deferred, "payments.capture") == [{"booking_ids": [sold.booking_id]}]
    assert told(deferred, "booking.project_payment") == [{"booking_id": left.booking_id, "is_paid": True}]


async def test_a_clock_that_was_ahead_hides_no_payment(pool: Pool) -> None:
    """The mark of the last comparison stays behind the database's clock, and moves back with it."""
    async with pool.connection() as conn:
        cursor = await conn.execute("select clock_timestamp() as now")
        now = (await cursor.fetchall())[0]["now"]
        await record_compared(conn, now + timedelta(hours=1))
        ahead = await read_compared(conn)
        await record_compared(conn, now - timedelta(hours=1))
        back = await read_compared(conn)

    assert ahead is not None
    assert now <= ahead < now + timedelta(minutes=10)
    assert back == now - timedelta(hours=1)
