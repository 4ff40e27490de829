"""Every transaction of the ledger sums to zero, and its accounts name the owner of each amount."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from admitone.payments.contracts import SaleMoney
from admitone.payments.domain.ledger import (
    BUYER,
    CLEARING,
    FEES,
    LedgerTransaction,
    capture_transaction,
    organizer_payable,
    refund_transaction,
    sale_transaction,
)

minor_units = st.integers(0, 10**12)


def balances(*transactions: LedgerTransaction) -> Counter[str]:
    totals: Counter[str] = Counter()
    for transaction in transactions:
        for entry in transaction.entries:
            totals[entry.account] += entry.amount
    return totals


@given(subtotal=minor_units, fees=minor_units)
def test_a_sale_sums_to_zero_without_empty_lines(subtotal: int, fees: int) -> None:
    sale = sale_transaction(SaleMoney("bkg_1", "org_opera", "evt_1", subtotal, fees, "JPY"))

    assert sum(entry.amount for entry in sale.entries) == 0
    assert all(entry.amount for entry in sale.entries)
    assert {entry.currency for entry in sale.entries} <= {"JPY"}


def test_after_sale_and_capture_the_provider_holds_the_money_owed_to_the_organizer() -> None:
    sale = sale_transaction(SaleMoney("bkg_1", "org_opera", "evt_1", 12_000, 500, "USD"))

    totals = balances(sale, capture_transaction("bkg_1", 12_500, "USD"))

    assert dict(totals) == {BUYER: 0, CLEARING: 12_500, organizer_payable("org_opera"): -12_000, FEES: -500}


def test_a_full_refund_leaves_every_account_at_zero() -> None:
    totals = balances(
        sale_transaction(SaleMoney("bkg_1", "org_opera", "evt_1", 12_000, 500, "USD")),
        capture_transaction("bkg_1", 12_500, "USD"),
        refund_transaction("rfd_1", "bkg_1", "org_opera", amount=12_500, fees=500, currency="USD"),
    )

    assert set(totals.values()) == {0}
