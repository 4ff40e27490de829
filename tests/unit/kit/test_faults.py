"""Every fault of a body is reported with its pointer."""

from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from admitone.kit.faults import convert_value, decode_body
from admitone.kit.refusal import FAULTS_MAX, InvalidBody, MalformedBody
from admitone.kit.text import Rule


class Seat(Struct, forbid_unknown_fields=True):
    id: Annotated[str, Meta(max_length=3)]
    number: Annotated[int, Meta(ge=1)] = 1


class Hall(Struct, forbid_unknown_fields=True):
    name: str
    seats: Annotated[list[Seat], Meta(max_length=3)]
    stage: Seat | None = None
    tags: tuple[str, ...] = ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "seats", "id", "number", "stage", "tags", "x"]), inner, max_size=5)
    ),
    max_leaves=20,
)


def pointers(raw: object) -> list[str]:
    with pytest.raises(InvalidBody) as refused:
        convert_value(raw, Hall)
    return sorted(error["pointer"] for error in refused.value.members["errors"])


def without_nulls(raw: object) -> object:
    """Drop nulls of optional members of `Hall` or `Seat` that take no null themselves: there null means absent."""
    if isinstance(raw, dict):
        return {
            name: without_nulls(value)
            for name, value in raw.items()
            if not (value is None and name in ("tags", "number"))
        }
    return [without_nulls(item) for item in raw] if isinstance(raw, list) else raw


def test_a_good_body_has_no_fault() -> None:
    body = b'{"name": "Hall", "seats": [{"id": "A-1"}], "stage": {"id": "S", "number": 2}}'

    assert decode_body(body, Hall) == Hall("Hall", [Seat("A-1")], Seat("S", 2))


def test_all_faults_are_named_at_once() -> None:
    raw = {"seats": [{"id": "A-1"}, {"id": "toolong", "number": 0}, 7], "stage": {}, "tags": ["a", 1], "a/b~": 1}

    assert pointers(raw) == [
        "/a~1b~0",
        "/name",
        "/seats/1/id",
        "/seats/1/number",
        "/seats/2",
        "/stage/id",
        "/tags/1",
    ]


def test_a_list_that_is_too_long_is_one_fault_of_the_list() -> None:
    assert pointers({"name": "Hall", "seats": [{"id": "A"}] * 4}) == ["/seats"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"name":', b"\xff\xfe", b'"\xed\xa0\x80"', b"nul", b"[" * 100_000])
def test_invalid_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        decode_body(body, Hall)


@pytest.mark.parametrize("body", [b"null", b"[]", b"1", b'"x"'])
def test_json_of_another_type_is_invalid_at_its_root(body: bytes) -> None:
    with pytest.raises(InvalidBody) as refused:
        decode_body(body, Hall)

    assert [error["pointer"] for error in refused.value.members["errors"]] == [""]


@given(json_values)
def test_a_value_has_a_fault_exactly_when_it_does_not_convert(raw: object) -> None:
    body = msgspec.json.encode(raw)
    try:
        hall = msgspec.convert(without_nulls(raw), Hall)
    except msgspec.ValidationError:
        with pytest.raises(InvalidBody) as refused:
            decode_body(body, Hall)
        assert all(error["detail"] for error in refused.value.members["errors"])
        assert pointers(raw)
    else:
        assert decode_body(body, Hall) == hall


def test_the_search_for_faults_stops_at_the_maximum() -> None:
    looked_at: list[str] = []

    def refuse(text: str) -> str:
        looked_at.append(text)
        return "No."

    spy = Rule(lambda _: True, lambda value: value, refuse)

    class Flood(Struct):
        items: list[Annotated[str, Meta(extra={"rule": spy})]]

    with pytest.raises(InvalidBody) as refused:
        convert_value({"items": ["x"] * 10_000}, Flood)

    assert len(refused.value.members["errors"]) == FAULTS_MAX == 100
    assert refused.value.detail.endswith("; and more")
    assert len(looked_at) == FAULTS_MAX + 1


def test_faults_behind_many_good_items_are_found() -> None:
    class Numbers(Struct):
        numbers: list[int]

    with pytest.raises(InvalidBody) as refused:
        convert_value({"numbers": [*range(700), "a", *range(300), None, 1]}, Numbers)

    assert [error["pointer"] for error in refused.value.members["errors"]] == ["/numbers/700", "/numbers/1001"]
