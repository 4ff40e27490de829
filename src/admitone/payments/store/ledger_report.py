"""Reports over the ledger: sums, the entries behind them, and the facts of one booking."""

from datetime import datetime
from typing import Any

from msgspec import structs

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.contracts import FailedRefund, LedgerLine, LedgerPage, MoneyFact, MoneyRange
from admitone.payments.domain.money_report import Figure, LedgerSum


async def sum_ledger(conn: Connection, covered: MoneyRange) -> list[LedgerSum]:
    cursor = await conn.execute(load_sql(__package__, "sum_ledger"), structs.asdict(covered))
    return [LedgerSum(**row) for row in await cursor.fetchall()]


async def list_ledger(
    conn: Connection, covered: MoneyRange, figure: Figure | None, *, page: int, size: int
) -> LedgerPage:
    """Return the entries of a figure, the newest first; None: every entry."""
    asked: dict[str, Any] = {
        **structs.asdict(covered),
        "kinds": None if figure is None else list(figure.kinds),
        "accounts": None if figure is None else list(figure.accounts),
        "sign": 1 if figure is None else figure.sign,
        "size": size,
        "skip": page * size,
    }
    lines = await (await conn.execute(load_sql(__package__, "list_ledger"), asked)).fetchall()
    sums = await (await conn.execute(load_sql(__package__, "count_ledger"), asked)).fetchall()
    return LedgerPage(
        lines=tuple(LedgerLine(**line) for line in lines),
        total=sum(row["lines"] for row in sums),
        sums={row["currency"]: row["amount"] for row in sums},
    )


async def list_money_facts(conn: Connection, booking_id: str) -> list[MoneyFact]:
    cursor = await conn.execute(load_sql(__package__, "list_money_facts"), {"booking_id": booking_id})
    return [MoneyFact(**row) for row in await cursor.fetchall()]


async def list_failed_refunds(
    conn: Connection, organization_id: str, *, since: datetime, size: int
) -> list[FailedRefund]:
    """Return refunds that did not reach their buyers, the latest first."""
    asked = {"organization_id": organization_id, "since": since, "size": size}
    rows = await (await conn.execute(load_sql(__package__, "list_failed_refunds"), asked)).fetchall()
    return [FailedRefund(**row) for row in rows]
