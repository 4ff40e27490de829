"""Texts that people enter: cleaned for storage, or refused with a sentence that says why."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from admitone.kit.faults import decode_body
from admitone.kit.refusal import InvalidBody
from admitone.kit.text import EMAIL, LABEL, MOMENT, NAME, TEXT, clean_name, email_fault, name_fault


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "Łukasz Ż",
        "محمد",
        "李小龍",
        "👩\u200d🚀",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "\u200fעדה\u200e",
        "O'Hara",
        "!",
        "3",
        "क्\u200dष",
    ],
)
def test_names_of_any_script(name: str) -> None:
    assert name_fault(clean_name(name)) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\n",
        "\u200b",
        "\u200b \ufeff",
        "\u2060",
        "\u3164",
        "\u2800",
        "\ufe0f",
        "\u0301",
        "\u00ad",
        "a\nb",
        "a\tb",
        "a\u202eb",
        "a\u2066b",
        "a\u2028b",
        "a\u200bb",
        "a\ufeffb",
    ],
)
def test_invisible_and_multiline_names_are_refused(name: str) -> None:
    assert name_fault(clean_name(name)) is not None


def test_a_name_is_trimmed_and_composed() -> None:
    assert clean_name(" \u00a0E\u0301va \n") == "Éva"


@pytest.mark.parametrize(
    "address",
    [
        "x@y.org",
        "jürgen@exämple.org",
        "用户@例子.广告",
        "a+b@c.d.example",
        "o'hara@b.co",
        "a..b@docomo.ne.jp",
        "x@a.xn--p1ai",
    ],
)
def test_mail_addresses(address: str) -> None:
    assert email_fault(address) is None


@pytest.mark.parametrize(
    "address",
    [
        *("", "@", "a@b", "a@b.", "a@.b", "a@b..c", "a@b@c.d", "a b@c.d", "a@b c.d", "a\x00@b.c", "a@b.c\n", "@b.c"),
        *(
            "a@-b.c",
            "a@b-.c",
            "a@b_c.d",
            "a,b@c.d",
            "a<b>@c.d",
            "a@[1.2.3.4]",
            "a\u200b@b.c",
            "a\u034f@b.c",
            "a\ufe0f@b.c",
            "a\u3164@b.c",
            "a\u00a0@b.c",
            "x" * 65 + "@b.c",
        ),
        *("a@" + "b" * 64 + ".c", "a@" + "b." * 130 + "c"),
    ],
)
def test_an_invalid_mail_address_is_refused_with_a_sentence(address: str) -> None:
    fault = email_fault(address)

    assert fault is not None
    assert not set("^$\\") & set(fault)


class Card(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=5, extra={"rule": NAME})]
    email: Annotated[str, Meta(max_length=254, extra={"rule": EMAIL})] | None = None
    label: Annotated[str, Meta(max_length=5, extra={"rule": LABEL})] | int = ""
    text: Annotated[str, Meta(extra={"rule": TEXT})] = ""
    at: Annotated[datetime, Meta(tz=True, extra={"rule": MOMENT})] | None = None
    code: Annotated[str, Meta(pattern="^[A-Z]$", extra={"words": "Write one capital letter."})] = "A"


def refused(body: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidBody) as refusal:
        decode_body(body.encode(), Card)
    return [(error["pointer"], error["detail"]) for error in refusal.value.members["errors"]]


def test_a_text_is_cleaned_before_it_is_measured() -> None:
    card = decode_body(b'{"name": "   Evas  \\n ", "email": " x@y.org\\n", "label": 5}', Card)

    assert (card.name, card.email, card.label) == ("Evas", "x@y.org", 5)


def test_faults_of_texts_are_sentences() -> None:
    assert refused('{"name": "  ", "email": "a@b", "text": "\\u0000", "code": "ab"}') == [
        ("/name", "Write at least one visible character."),
        ("/email", "Enter an email address in the form name@example.com."),
        ("/text", "A text must not contain the NUL character."),
        ("/code", "Write one capital letter."),
    ]


@pytest.mark.parametrize("moment", ["2026-12-31T19:30:00+01:00", "2026-12-31T18:30:00Z", "2026-12-31T18:30:00+00:00"])
def test_a_time_is_in_utc(moment: str) -> None:
    at = decode_body(f'{{"name": "A", "at": "{moment}"}}'.encode(), Card).at

    assert at is not None
    assert (at, at.tzinfo) == (datetime(2026, 12, 31, 18, 30, tzinfo=UTC), UTC)


@pytest.mark.parametrize("moment", ["1780000000", '"2026-12-31T18:30:00"', '"2026-12-31"', "true"])
def test_an_invalid_time_is_refused(moment: str) -> None:
    assert [pointer for pointer, _ in refused(f'{{"name": "A", "at": {moment}}}')] == ["/at"]


def test_a_time_in_the_last_year_is_left_to_the_rules_of_years() -> None:
    assert decode_body(b'{"name": "A", "at": "9999-12-31T23:59:59-14:00"}', Card).at is not None


@given(st.text(max_size=8), st.text(max_size=8))
def test_a_cleaned_text_stays_the_same_when_cleaned_again(name: str, email: str) -> None:
    try:
        card = decode_body(msgspec.json.encode({"name": name, "email": email or None}), Card)
    except InvalidBody:
        return
    assert decode_body(msgspec.json.encode(card), Card) == card
    assert name_fault(card.name) is None
