"""A statement of money: the ledger's figures with the discounts that never were money, by event or by month."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from admitone.payments.contracts import MoneyRow

By = Literal["event", "month"]
Discounts = Mapping[tuple[str, str, str], int]
"""(event id, month, currency) → discount."""


class Statement(Struct, frozen=True):
    """Minor units. `list_price` − `discount` = `prices`; `prices` + `fees` = `captured` + `outstanding`;
    `captured` − `refunded` − `disputed` = `received`."""

    list_price: int = 0
    discount: int = 0
    prices: int = 0
    fees: int = 0
    captured: int = 0
    outstanding: int = 0
    refunded: int = 0
    disputed: int = 0

    @property
    def received(self) -> int:
        return self.captured - self.refunded - self.disputed

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
        )


class CurrencyStatement(Struct, frozen=True):
    """`rows`: event id or month → its statement, in this order. `total` is their sum."""

    currency: str
    rows: dict[str, Statement]
    total: Statement


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
