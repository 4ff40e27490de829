"""A report's figures follow the ledger through refunds that come back, disputes, and unpaid sales."""

from collections.abc import Sequence

from admitone.payments.contracts import MoneyRow, SaleMoney
from admitone.payments.domain import ledger
from admitone.payments.domain.ledger import LedgerTransaction
from admitone.payments.domain.money_report import LedgerSum, money_rows

SALE = SaleMoney("bkg_1", "org_1", "evt_1", subtotal=4000, fees=500, currency="EUR")


def reversed_as(kind: str, transaction: LedgerTransaction) -> list[LedgerSum]:
    return [LedgerSum("evt_1", "2026-10", "EUR", kind, entry.account, -entry.amount) for entry in sums([transaction])]


def sums(transactions: Sequence[LedgerTransaction]) -> list[LedgerSum]:
    return [
        LedgerSum("evt_1", "2026-10", "EUR", transaction.kind, entry.account.partition(":")[0], entry.amount)
        for transaction in transactions
        for entry in transaction.entries
    ]


def row(*parts: LedgerSum) -> MoneyRow:
    [found] = money_rows(parts)
    assert found.prices + found.fees == found.captured + found.outstanding
    return found


def figures(found: MoneyRow) -> tuple[int, ...]:
    return (found.prices, found.fees, found.captured, found.outstanding, found.refunded, found.disputed)


SOLD = sums([ledger.sale_transaction(SALE)])
PAID = [*SOLD, *sums([ledger.capture_transaction("bkg_1", 4500, "EUR")])]
REFUND = ledger.refund_transaction("rfd_1", "bkg_1", "org_1", amount=2000, fees=250, currency="EUR")
DISPUTE = ledger.dispute_transaction("dsp_1", "bkg_1", "org_1", amount=4500, currency="EUR")
LOST = ledger.dispute_lost_transaction("dsp_1", "bkg_1", "org_1", amount=4500, currency="EUR")


def test_what_is_sold_is_outstanding_until_it_is_captured() -> None:
    assert figures(row(*SOLD)) == (4000, 500, 0, 4500, 0, 0)
    assert figures(row(*PAID)) == (4000, 500, 4500, 0, 0, 0)


def test_a_sale_that_nobody_paid_for_is_no_sale() -> None:
    unpaid = reversed_as("unpaid", ledger.sale_transaction(SALE))

    assert figures(row(*SOLD, *unpaid)) == (0, 0, 0, 0, 0, 0)


def test_a_refund_counts_until_its_money_comes_back() -> None:
    back = reversed_as("refund_failed", REFUND)

    assert figures(row(*PAID, *sums([REFUND]))) == (4000, 500, 4500, 0, 2000, 0)
    assert figures(row(*PAID, *sums([REFUND]), *back)) == (4000, 500, 4500, 0, 0, 0)


def test_disputed_money_counts_until_the_dispute_is_won() -> None:
    won = reversed_as("dispute_won", DISPUTE)

    assert figures(row(*PAID, *sums([DISPUTE]))) == (4000, 500, 4500, 0, 0, 4500)
    assert figures(row(*PAID, *sums([DISPUTE, LOST]))) == (4000, 500, 4500, 0, 0, 4500)
    assert figures(row(*PAID, *sums([DISPUTE]), *won)) == (4000, 500, 4500, 0, 0, 0)


def test_the_box_office_has_its_money_at_once() -> None:
    sold = [ledger.sale_transaction(SALE), ledger.box_office_capture_transaction(SALE, "cash")]

    assert figures(row(*sums(sold))) == (4000, 500, 4500, 0, 0, 0)
