"""Report an organization's money from the ledger: figures, the entries behind them, the facts of one booking; and find
what a card paid.
"""

from datetime import datetime

from admitone.payments.contracts import FailedRefund, LedgerPage, MoneyFact, MoneyRange, MoneyRow
from admitone.payments.domain.money_report import OPENED, money_rows
from admitone.payments.store import ledger_report as store
from admitone.payments.store.cards import list_by_card
from admitone.payments.usecases.deps import Deps

CARD_BOOKINGS_MAX = 10_000
"""One card in ten thousand has the same last four digits; of test cards, all have."""


async def read_money(deps: Deps, covered: MoneyRange) -> list[MoneyRow]:
    """Return the figures by event, month and currency."""
    async with deps.pool.connection() as conn:
        return money_rows(await store.sum_ledger(conn, covered))


async def list_ledger(deps: Deps, covered: MoneyRange, figure: str | None, *, page: int, size: int) -> LedgerPage:
    """Return the entries that make a figure; None: every entry."""
    async with deps.pool.connection() as conn:
        return await store.list_ledger(conn, covered, OPENED[figure] if figure else None, page=page, size=size)


async def list_money_facts(deps: Deps, booking_id: str) -> list[MoneyFact]:
    """Return what happened to the money of one booking, by time."""
    async with deps.pool.connection() as conn:
        return await store.list_money_facts(conn, booking_id)


async def list_failed_refunds(deps: Deps, organization_id: str, *, since: datetime, size: int) -> list[FailedRefund]:
    """Return refunds of an organization that did not reach their buyers, the latest first."""
    async with deps.pool.connection() as conn:
        return await store.list_failed_refunds(conn, organization_id, since=since, size=size)


async def find_by_card(deps: Deps, organization_id: str, last4: str) -> list[str]:
    """Return ids of an organization's bookings, the newest first, and no more than `CARD_BOOKINGS_MAX`."""
    async with deps.pool.connection() as conn:
        return await list_by_card(conn, organization_id, last4, size=CARD_BOOKINGS_MAX)
