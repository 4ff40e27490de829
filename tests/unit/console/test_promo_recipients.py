"""Addresses that people paste: every one of them gets a code, or the form says which line it does not understand."""

import pytest

from admitone.console.domain.forms import Form
from admitone.console.domain.promo_codes import recipients_of


@pytest.mark.parametrize(
    ("pasted", "addresses"),
    [
        ("ada@x.example\nben@x.example", ["ada@x.example", "ben@x.example"]),
        ("Name;Mail\nAda;ada@x.example;Gold\n", ["ada@x.example"]),
        ("Lovelace, Ada <ada@x.example>", ["ada@x.example"]),
        ('"ada@x.example" <ada@x.example>', ["ada@x.example"]),
    ],
)
def test_each_line_has_one_address(pasted: str, addresses: list[str]) -> None:
    form = Form((("recipients", pasted),))

    assert recipients_of(form) == addresses
    assert form.faults == {}


@pytest.mark.parametrize(
    ("pasted", "fault"),
    [
        ("ada@x.example\nben@x.example, cleo@x.example", "Line 2 has more than one email address: ben@x.example, cleo"),
        ("ada@x.example ben@x.example", "Line 1 has more than one email address"),
        ("Ada <ada@x.example>; Ben <ben@x.example>", "Line 1 has more than one email address"),
        ("ada@x.example\nBen", "Line 2 has no email address: Ben"),
        ("", "Enter at least one email address."),
    ],
)
def test_a_line_that_would_lose_an_address_is_named(pasted: str, fault: str) -> None:
    form = Form((("recipients", pasted),))
    recipients_of(form)

    assert form.faults["recipients"].startswith(fault)
