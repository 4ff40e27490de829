"""Map Stripe's disputes to our three states."""

import pytest
import stripe

from admitone.payments.adapters.stripe import dispute_of
from admitone.payments.domain.intent import DisputeStatus, ProviderDispute


def read_dispute(status: str, amount: int = 9_500, currency: str = "usd") -> ProviderDispute | None:
    about = {"id": "dp_1", "object": "dispute", "amount": amount, "currency": currency, "status": status}
    return dispute_of(stripe.Dispute.construct_from(about, "sk_test_1"))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("needs_response", DisputeStatus.OPEN),
        ("under_review", DisputeStatus.OPEN),
        ("a_word_of_tomorrow", DisputeStatus.OPEN),
        ("lost", DisputeStatus.LOST),
        ("won", DisputeStatus.WON),
        ("prevented", DisputeStatus.WON),
    ],
)
def test_the_bank_has_the_money_until_the_dispute_is_won(status: str, expected: DisputeStatus) -> None:
    assert read_dispute(status) == ProviderDispute("dp_1", 9_500, expected)


@pytest.mark.parametrize("status", ["warning_needs_response", "warning_under_review", "warning_closed"])
def test_an_inquiry_takes_no_money(status: str) -> None:
    assert read_dispute(status) is None


def test_the_amount_is_in_our_minor_units() -> None:
    assert read_dispute("lost", 500, "isk") == ProviderDispute("dp_1", 5, DisputeStatus.LOST)
