"""Read the fee that Stripe keeps of a captured payment, and the card that paid."""

from typing import Any

import pytest

from admitone.payments.adapters.stripe import intent_of


def fee_of(balance: Any, currency: str = "eur") -> int | None:
    charge = {"balance_transaction": balance, "amount_refunded": 0, "disputed": False}
    raw = {"id": "pi_1", "status": "succeeded", "amount": 12_500, "currency": currency, "latest_charge": charge}
    return intent_of(raw).processor_fee


def test_the_fee_is_read_in_our_minor_units() -> None:
    assert fee_of({"fee": 213, "currency": "eur"}) == 213
    assert fee_of({"fee": 300, "currency": "isk"}, "isk") == 3


@pytest.mark.parametrize(
    "balance",
    [None, "txn_1", {"fee": 0, "currency": "eur"}, {"fee": 213, "currency": "usd"}, {"currency": "eur"}, {"fee": 213}],
)
def test_a_fee_that_is_not_stated_in_the_buyers_currency_is_not_known(balance: Any) -> None:
    assert fee_of(balance) is None


@pytest.mark.parametrize(
    ("details", "last4"),
    [({"card": {"last4": "4242"}}, "4242"), ({"card": {}}, None), ({"card": {"last4": "•242"}}, None), (None, None)],
)
def test_the_last_four_digits_are_those_of_the_charge(details: Any, last4: str | None) -> None:
    charge = {"payment_method_details": details}
    raw = {"id": "pi_1", "status": "succeeded", "amount": 12_500, "currency": "eur", "latest_charge": charge}

    assert intent_of(raw).card_last4 == last4
