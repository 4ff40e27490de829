"""Convert amounts to Stripe's units and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.payments.adapters.stripe_amounts import from_stripe, smallest_charge, to_stripe
from admitone.payments.ports import ProviderRefused


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (12_500, "USD", 12_500),
        (500, "JPY", 500),
        (500, "KRW", 500),
        (5, "ISK", 500),
        (5_000, "UGX", 500_000),
        (12_340, "KWD", 12_340),
        (500, "MGA", 5),
    ],
)
def test_minor_units_become_stripes(amount: int, currency: str, expected: int) -> None:
    assert to_stripe(amount, currency) == expected
    assert from_stripe(expected, currency) == amount


@pytest.mark.parametrize(("amount", "currency"), [(12_345, "KWD"), (1, "BHD"), (550, "MGA")])
def test_amounts_that_stripe_would_round_are_not_charged(amount: int, currency: str) -> None:
    with pytest.raises(ProviderRefused) as refused:
        to_stripe(amount, currency)

    assert refused.value.code == "amount_not_payable"


@given(st.integers(1, 10**12), st.sampled_from(["USD", "EUR", "JPY", "ISK", "UGX", "KWD", "MGA", "CLP", "XOF", "HUF"]))
def test_converting_there_and_back_is_lossless(amount: int, currency: str) -> None:
    payable = amount * 100

    assert from_stripe(to_stripe(payable, currency), currency) == payable


@pytest.mark.parametrize(
    ("currency", "smallest"), [("USD", 50), ("GBP", 30), ("JPY", 50), ("HUF", 17_500), ("CZK", 1_500), ("KWD", 0)]
)
def test_the_smallest_charge_of_stripe_in_our_minor_units(currency: str, smallest: int) -> None:
    assert smallest_charge(currency) == smallest
