"""Figures of a money report: which ledger entries make each of them. A report and its entries share this table, so
that they add up by construction."""

from collections.abc import Iterable

from msgspec import Struct

from admitone.payments.contracts import MoneyRow

_HELD = ("provider_clearing", "counter_cash", "counter_card_terminal")


class Figure(Struct, frozen=True):
    """The entries of these kinds of transaction on these accounts, times `sign`."""

    kinds: tuple[str, ...]
    accounts: tuple[str, ...]
    sign: int


_KINDS = ("sale", "unpaid", "capture", "refund", "refund_failed", "dispute", "dispute_won", "dispute_lost")
FIGURES = {
    "prices": Figure(("sale", "unpaid"), ("organizer_payable",), -1),
    "fees": Figure(("sale", "unpaid"), ("fees_revenue",), -1),
    "captured": Figure(("capture",), _HELD, 1),
    "outstanding": Figure(_KINDS, ("buyer_receivable",), 1),
    "refunded": Figure(("refund", "refund_failed"), _HELD, -1),
    "disputed": Figure(("dispute", "dispute_won"), _HELD, -1),
    "processor_fees": Figure(("processor_fee",), ("processor_fees",), 1),
}
# What remains of the money that arrived: captured − refunded − disputed.
RECEIVED = Figure(("capture", "refund", "refund_failed", "dispute", "dispute_won"), _HELD, 1)
OPENED = {**FIGURES, "received": RECEIVED}
"""Figures whose entries can be listed."""


class LedgerSum(Struct, frozen=True):
    """Sum of the entries of one kind of transaction on one kind of account."""

    event_id: str
    month: str
    currency: str
    kind: str
    account: str
    amount: int


def money_rows(sums: Iterable[LedgerSum]) -> list[MoneyRow]:
    """Return a row by event, month and currency, in this order."""
    rows: dict[tuple[str, str, str], dict[str, int]] = {}
    for part in sums:
        figures = rows.setdefault((part.event_id, part.month, part.currency), dict.fromkeys(FIGURES, 0))
        for name, figure in FIGURES.items():
            if part.kind in figure.kinds and part.account in figure.accounts:
                figures[name] += figure.sign * part.amount
    return [
        MoneyRow(event_id=event_id, month=month, currency=currency, **figures)
        for (event_id, month, currency), figures in sorted(rows.items())
    ]
