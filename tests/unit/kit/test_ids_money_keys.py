"""Ids, money and keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.ids import new_id
from admitone.kit.keys import KEY_BYTES, derive_key, derive_ring
from admitone.kit.money import Money, currency_exponent, decimal_text


def test_an_id_is_a_prefix_and_26_plain_characters() -> None:
    prefix, _, rest = new_id("bkg").partition("_")

    assert prefix == "bkg"
    assert len(rest) == 26
    assert not set(rest) - set("0123456789abcdefghjkmnpqrstvwxyz")


def test_ids_differ_and_sort_by_time() -> None:
    ids = [new_id("evt") for _ in range(1_000)]

    assert len(set(ids)) == 1_000
    times = [identifier[4:14] for identifier in ids]
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
def test_the_text_parses_to_the_same_amount(amount: int, currency: str) -> None:
    text = decimal_text(Money(amount, currency))

    assert int(text.replace(".", "")) == amount
    assert len(text.partition(".")[2]) == currency_exponent(currency)


def test_a_secret_gives_a_key_of_its_own_for_each_purpose() -> None:
    keys = {derive_key("secret", "a"), derive_key("secret", "b"), derive_key("other", "a")}

    assert len(keys) == 3
    assert {len(key) for key in keys} == {KEY_BYTES}
    assert derive_key("secret", "a") in keys


def test_after_a_rotation_earlier_signatures_verify_and_the_newest_key_signs() -> None:
    before = derive_ring(["first secret"], "a")
    rotated = derive_ring(["second secret", "first secret"], "a")
    after = derive_ring(["second secret"], "a")
    old, new = before.sign("text"), rotated.sign("text")

    assert rotated.is_signature("text", old)
    assert rotated.is_signature("text", new)
    assert (after.is_signature("text", new), after.is_signature("text", old)) == (True, False)
    assert not before.is_signature("text", new)


def test_a_signature_without_a_key_id_verifies_with_any_key_of_the_ring() -> None:
    old = derive_ring(["first secret"], "a").sign("text")[4:]

    assert derive_ring(["second secret", "first secret"], "a").is_signature("text", old)
    assert not derive_ring(["second secret"], "a").is_signature("text", old)


@given(st.text(max_size=60))
def test_any_text_is_accepted_as_a_signature_to_check(text: str) -> None:
    assert not derive_ring(["first secret"], "a").is_signature("text", text)
