"""A form keeps what was typed, decodes numbers and amounts, and shows faults beside its fields."""

import pytest

from admitone.console.domain.forms import Form


def test_a_form_keeps_texts_as_typed() -> None:
    form = Form((("name", "  Mahler 2 "), ("role", "a"), ("role", "b"), ("blank", "  ")))

    assert (form.value("name"), form.text("name"), form.text("blank"), form.text("none")) == (
        "  Mahler 2 ",
        "Mahler 2",
        None,
        None,
    )
    assert form.values("role") == ["a", "b"]
    assert [form.flag("role"), form.flag("none")] == [True, False]


def test_an_edit_form_is_filled_in_from_a_document() -> None:
    form = Form.of({"name": "Hall", "tags": ["a", "b"], "region": None})

    assert form.fields == (("name", "Hall"), ("tags", "a"), ("tags", "b"))


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("12.50", "EUR", 1250),
        ("12,5", "EUR", 1250),
        ("1 200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("12.505", "EUR", None),
        ("1.5", "JPY", None),
        ("1e3", "EUR", None),
        ("-1", "EUR", None),
        ("²", "EUR", None),
        ("", "EUR", None),
    ],
)
def test_amounts_are_minor_units(text: str, currency: str, expected: int | None) -> None:
    form = Form((("price", text),))

    assert form.amount("price", currency) == expected
    assert ("price" in form.faults) == (expected is None and text != "")


@pytest.mark.parametrize(("text", "expected"), [("8", 8), (" 8 ", 8), ("8.0", None), ("٣", None), ("", None)])
def test_whole_numbers(text: str, expected: int | None) -> None:
    form = Form((("limit", text),))

    assert form.whole("limit") == expected
    assert ("limit" in form.faults) == (expected is None and text != "")


def test_faults_of_the_api_stand_beside_their_fields() -> None:
    faults = [("/location/lat", "Too far north."), ("/price_levels/0/price/amount", "Too much."), ("", "Not now.")]

    form = Form().refused(faults, {"/price_levels/0/price/amount": "price.0"})

    assert form.faults == {"location.lat": "Too far north.", "price.0": "Too much.", "": "Not now."}


def test_the_first_fault_of_a_field_stays() -> None:
    form = Form((("limit", "x"),))
    form.whole("limit")

    assert form.refused([("/limit", "It is required.")]).faults == {"limit": "Enter a whole number."}
