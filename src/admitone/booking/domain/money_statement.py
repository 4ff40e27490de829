"""A statement of money: the ledger's figures with the discounts that never were money, by event or by month."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from admitone.payments.contracts import MoneyRow

By = Literal["event", "month"]
Figures = tuple[str, ...]
FIGURES: Figures = (
    *("list_price", "discount", "prices", "fees", "captured", "outstanding"),
    *("refunded", "disputed", "received", "processor_fees"),
)
"""In the order in which a statement has them."""
Discounts = Mapping[tuple[str, str, str], int]
"""(event id, month, currency) → discount."""


class Statement(Struct, frozen=True):
    """Minor units. `list_price` − `discount` = `prices`; `prices` + `fees` = `captured` + `outstanding`;
    `captured` − `refunded` − `disputed` = `received`. `processor_fees`: as far as the processor says what it keeps."""

    list_price: int = 0
    discount: int = 0
    prices: int = 0
    fees: int = 0
    captured: int = 0
    outstanding: int = 0
    refunded: int = 0
    disputed: int = 0
    processor_fees: int = 0

    @property
    def received(self) -> int:
        return self.captured - self.refunded - self.disputed

    @property
    def figures(self) -> dict[str, int]:
        """Return every figure by its name, in the order of `FIGURES`."""
        return {name: getattr(self, name) for name in FIGURES}

    def plus(self, row: MoneyRow, discount: int) -> "Statement":
        return Statement(
            list_price=self.list_price + row.prices + discount,
            discount=self.discount + discount,
            prices=self.prices + row.prices,
            fees=self.fees + row.fees,
            captured=self.captured + row.captured,
            outstanding=self.outstanding + row.outstanding,
            refunded=self.refunded + row.refunded,
            disputed=self.disputed + row.disputed,
            processor_fees=self.processor_fees + row.processor_fees,
        )


class CurrencyStatement(Struct, frozen=True):
    """`rows`: event id or month → its statement, in this order. `total` is their sum."""

    currency: str
    rows: dict[str, Statement]
    total: Statement


class Settlement(Struct, frozen=True):
    """The statements of a period, the organization and the names of its events. `names`: event id → name."""

    organization: str
    since: date
    until: date
    by: By
    statements: list[CurrencyStatement]
    names: dict[str, str]

    def label(self, row: str) -> str:
        """Return what names a row: the event's name, or the month."""
        return self.names.get(row, row)

    @property
    def row_count(self) -> int:
        return sum(len(statement.rows) for statement in self.statements)


def statements(rows: Iterable[MoneyRow], discounts: Discounts, *, by: By) -> list[CurrencyStatement]:
    """Return a statement for each currency: amounts in different currencies are never added."""
    found: dict[str, dict[str, Statement]] = {}
    totals: dict[str, Statement] = {}
    for row in rows:
        discount = discounts.get((row.event_id, row.month, row.currency), 0)
        of_currency = found.setdefault(row.currency, {})
        name = row.event_id if by == "event" else row.month
        of_currency[name] = of_currency.get(name, Statement()).plus(row, discount)
        totals[row.currency] = totals.get(row.currency, Statement()).plus(row, discount)
    return [
        CurrencyStatement(currency, dict(sorted(of_currency.items())), totals[currency])
        for currency, of_currency in sorted(found.items())
    ]
