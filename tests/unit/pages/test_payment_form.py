"""The payment page and the API validate a buyer alike."""

import pytest

from admitone.booking.schemas.booking import BuyerIn
from admitone.kit.faults import convert_value
from admitone.kit.refusal import InvalidBody
from admitone.pages.domain.payment_form import read_payment_form


@pytest.mark.parametrize(
    ("email", "name"),
    [
        *((" x@y.org", "Ada"), ("x@y.org\n", "Ada"), ("x@y.org", " E\u0301va "), ("jürgen@exämple.org", "Jürgen")),
        *(
            ("a@b", "Ada"),
            ("x@y.org", "   "),
            ("x@y.org", "\u200b"),
            ("x@y.org", "A\nda"),
            ("x@y.org", "\u200fעדה\u200e"),
        ),
        *(("x@y.org", "x" * 201), ("x" * 65 + "@y.org", "Ada"), ("", "Ada"), ("x@y.org", ""), ("a\u200b@y.org", "Ada")),
    ],
)
def test_a_buyer_is_validated_alike(email: str, name: str) -> None:
    form = read_payment_form({"email": email, "name": name}, needs_method=False)
    try:
        buyer = convert_value({"email": email, "name": name}, BuyerIn)
    except InvalidBody as refused:
        named = {error["pointer"].removeprefix("/") for error in refused.members["errors"]}
        assert named == form.errors.keys()
    else:
        assert (form.errors, form.email, form.name) == ({}, buyer.email, buyer.name)
