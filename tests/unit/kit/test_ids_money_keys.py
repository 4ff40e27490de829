"""Ids, money and keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.ids import new_id
from admitone.kit.keys import KEY_BYTES, derive_key
from admitone.kit.money import Money, currency_exponent, decimal_text


def test_an_id_is_a_prefix_and_26_plain_characters() -> None:
    prefix, _, rest = new_id("bkg").partition("_")

    assert prefix == "bkg"
    assert len(rest) == 26
    assert not set(rest) - set("0123456789abcdefghjkmnpqrstvwxyz")


def test_ids_differ_and_come_in_the_order_of_time() -> None:
    ids = [new_id("evt") for _ in range(1_000)]

    assert len(set(ids)) == 1_000
    times = [one[4:14] for one in ids]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("currency", "exponent", "text"),
    [("USD", 2, "12.34"), ("EUR", 2, "12.34"), ("JPY", 0, "1234"), ("KRW", 0, "1234"), ("KWD", 3, "1.234")],
)
def test_a_currency_has_its_own_number_of_decimals(currency: str, exponent: int, text: str) -> None:
    assert currency_exponent(currency) == exponent
    assert decimal_text(Money(1_234, currency)) == text


@pytest.mark.parametrize(("amount", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-12_345, "-123.45")])
def test_small_and_negative_amounts_keep_their_digits(amount: int, text: str) -> None:
    assert decimal_text(Money(amount, "EUR")) == text


@given(st.integers(), st.sampled_from(["USD", "JPY", "KWD"]))
def test_the_text_is_the_amount_again(amount: int, currency: str) -> None:
    text = decimal_text(Money(amount, currency))

    assert int(text.replace(".", "")) == amount
    assert len(text.partition(".")[2]) == currency_exponent(currency)


def test_a_secret_gives_a_key_of_its_own_for_each_purpose() -> None:
    keys = {derive_key("secret", "a"), derive_key("secret", "b"), derive_key("other", "a")}

    assert len(keys) == 3
    assert {len(key) for key in keys} == {KEY_BYTES}
    assert derive_key("secret", "a") in keys
