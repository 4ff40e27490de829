"""Statements of money and ledger entries, as organizers read them; as CSV, and as rows of a workbook."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from admitone.booking.domain.money_statement import FIGURES, By, CurrencyStatement, Settlement
from admitone.kit.money import Money, decimal_text
from admitone.kit.paging import Page, page_of
from admitone.kit.spreadsheet import safe_cell
from admitone.kit.workbook import Cell
from admitone.payments.contracts import LedgerPage

FigureName = Literal["prices", "fees", "captured", "outstanding", "refunded", "disputed", "received", "processor_fees"]


class StatementOut(Struct, frozen=True, kw_only=True):
    """Minor units. `prices` = `list_price` − `discount`; `prices` + `fees` = `captured` + `outstanding`;
    `received` = `captured` − `refunded` − `disputed`. `processor_fees`: as far as the processor says what it keeps."""

    list_price: int
    discount: int
    prices: int
    fees: int
    captured: int
    outstanding: int
    refunded: int
    disputed: int
    received: int
    processor_fees: int


class StatementRow(StatementOut, frozen=True, kw_only=True, omit_defaults=True):
    """Of one event, or of one month (UTC, `2026-10`)."""

    event_id: str | None = None
    month: str | None = None


class CurrencyStatementOut(Struct, frozen=True):
    currency: str
    rows: list[StatementRow]
    total: StatementOut


class MoneyOut(Struct, frozen=True):
    """Amounts in different currencies are never added: a statement for each."""

    statements: list[CurrencyStatementOut]


class LedgerEntryOut(Struct, frozen=True, kw_only=True):
    """`kind`: sale, capture, refund, unpaid, refund_failed, dispute, dispute_won, dispute_lost, processor_fee.
    `account` without the organization. `amount` counts towards the figure that was asked for; otherwise debits are
    positive."""

    transaction_id: str
    kind: str
    recorded_at: datetime
    booking_id: str
    event_id: str
    account: str
    amount: Money


class LedgerOut(Struct, frozen=True):
    """`sums`: of all pages, by currency."""

    entries: list[LedgerEntryOut]
    sums: list[Money]
    page: Page


def money_out(found: list[CurrencyStatement], *, by: By) -> MoneyOut:
    return MoneyOut(
        [
            CurrencyStatementOut(
                statement.currency,
                [
                    StatementRow(
                        event_id=name if by == "event" else None,
                        month=name if by == "month" else None,
                        **row.figures,
                    )
                    for name, row in statement.rows.items()
                ],
                StatementOut(**statement.total.figures),
            )
            for statement in found
        ]
    )


def money_csv(found: list[CurrencyStatement], *, by: By) -> bytes:
    """A line by event or month and currency; amounts are decimals."""
    lines: list[tuple[str, ...]] = [("event_id" if by == "event" else "month", "currency", *FIGURES)]
    for statement in found:
        for name, row in statement.rows.items():
            amounts = (decimal_text(Money(amount, statement.currency)) for amount in row.figures.values())
            lines.append((name, statement.currency, *amounts))
    return _csv(lines)


def settlement_columns(settlement: Settlement) -> tuple[str, ...]:
    names = ("event_id", "event") if settlement.by == "event" else ("month",)
    return (*names, "currency", *FIGURES)


async def settlement_rows(settlement: Settlement) -> AsyncIterator[tuple[Cell, ...]]:
    """Yield the rows of a workbook, as the CSV has them and with the names of events."""
    for statement in settlement.statements:
        for name, row in statement.rows.items():
            names = (name, settlement.label(name)) if settlement.by == "event" else (name,)
            amounts = (Money(amount, statement.currency) for amount in row.figures.values())
            yield (*names, statement.currency, *amounts)


def ledger_out(found: LedgerPage, *, number: int, size: int) -> LedgerOut:
    return LedgerOut(
        [
            LedgerEntryOut(
                transaction_id=line.transaction_id,
                kind=line.kind,
                recorded_at=line.recorded_at,
                booking_id=line.booking_id,
                event_id=line.event_id,
                account=line.account,
                amount=Money(line.amount, line.currency),
            )
            for line in found.lines
        ],
        [Money(amount, currency) for currency, amount in found.sums.items()],
        page_of(number, size, found.total),
    )


def _csv(lines: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    # A negative amount is a number, not a formula.
    csv.writer(text).writerows((safe_cell(line[0]), *line[1:]) for line in lines)
    return text.getvalue().encode()
