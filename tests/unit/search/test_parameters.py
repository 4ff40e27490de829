from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.refusal import InvalidParameter
from admitone.search.contracts import SearchQuery
from admitone.search.domain.parameters import TooDeep, parse_search, parse_suggest


def test_reads_every_parameter() -> None:
    query = parse_search(
        [
            ("q", " mahler "),
            ("city", "Berlin"),
            ("city", "Wien"),
            ("country_code", "de"),
            ("segment", "music"),
            ("genre", "classical"),
            ("performer_id", "prf_1"),
            ("venue_id", "ven_1"),
            ("starts_from", "2026-07-01"),
            ("starts_to", "2026-07-31T23:59:59+02:00"),
            ("near", "52.52,-13.4"),
            ("radius_km", "12.5"),
            ("price_max", "5000"),
            ("currency", "eur"),
            ("on_sale", "now"),
            ("sort", "-price"),
            ("page", "2"),
            ("size", "50"),
            ("facets", "genre,city"),
            ("facets", "genre"),
        ]
    )

    expected = SearchQuery(
        q="mahler",
        city=("Berlin", "Wien"),
        country_code="DE",
        segment=("music",),
        genre=("classical",),
        performer_id="prf_1",
        venue_id="ven_1",
        starts_from="2026-07-01",
        starts_to="2026-07-31T23:59:59+02:00",
        near=(52.52, -13.4),
        radius_km=12.5,
        price_max=5000,
        currency="EUR",
        on_sale="now",
        sort="price",
        reverse=True,
        page=2,
        size=50,
        facets=("genre", "city"),
    )
    assert expected == query


def test_no_parameter_is_required() -> None:
    assert SearchQuery() == parse_search([])


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ([("qq", "x")], "qq"),
        ([("q", "x" * 201)], "q"),
        ([("q", "a"), ("q", "b")], "q"),
        ([("city", "")], "city"),
        ([("city", "x")] * 51, "city"),
        ([("country_code", "DEU")], "country_code"),
        ([("country_code", "D1")], "country_code"),
        ([("starts_from", "tomorrow")], "starts_from"),
        ([("starts_from", "2026-02-30")], "starts_from"),
        ([("starts_from", "2026-07-01T19:30:00")], "starts_from"),
        ([("starts_from", "20260701")], "starts_from"),
        ([("starts_to", "0001-01-01T00:00:00+14:00")], "starts_to"),
        ([("near", "1")], "near"),
        ([("near", "91,0")], "near"),
        ([("near", "0,180.1")], "near"),
        ([("near", "nan,0")], "near"),
        ([("near", "1,2,3")], "near"),
        ([("radius_km", "5")], "radius_km"),
        ([("near", "0,0"), ("radius_km", "0")], "radius_km"),
        ([("near", "0,0"), ("radius_km", "inf")], "radius_km"),
        ([("near", "0,0"), ("radius_km", "1_0")], "radius_km"),
        ([("price_max", "-1")], "price_max"),
        ([("price_max", "1.5")], "price_max"),
        ([("price_max", "٣")], "price_max"),
        ([("currency", "EURO")], "currency"),
        ([("on_sale", "later")], "on_sale"),
        ([("sort", "fame")], "sort"),
        ([("sort", "--date")], "sort"),
        ([("sort", "distance")], "sort"),
        ([("page", "-1")], "page"),
        ([("size", "0")], "size"),
        ([("size", "101")], "size"),
        ([("size", "")], "size"),
        ([("facets", "genre,colour")], "facets"),
        ([("facets", "")], "facets"),
    ],
)
def test_names_the_parameter_that_is_wrong(parameters: list[tuple[str, str]], named: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_search(parameters)

    assert named == refused.value.members["parameter"]


@pytest.mark.parametrize(
    ("page", "size", "allowed"), [(499, 20, True), (500, 20, False), (99, 100, True), (9999, 1, True)]
)
def test_results_can_be_paged_to_ten_thousand(page: int, size: int, allowed: bool) -> None:
    parameters = [("page", str(page)), ("size", str(size))]

    if allowed:
        assert page == parse_search(parameters).page
    else:
        with pytest.raises(TooDeep):
            parse_search(parameters)


def test_a_plus_that_was_not_encoded_is_accepted() -> None:
    assert parse_search([("starts_from", "2026-07-01T00:00:00 02:00")]).starts_from == "2026-07-01T00:00:00 02:00"


def test_suggest_takes_a_prefix_and_a_size() -> None:
    assert [parse_suggest([]), parse_suggest([("q", "ab"), ("size", "3")])] == [("", 8, None), ("ab", 3, None)]
    assert parse_suggest([("q", "ab"), ("city", "Bern")]) == ("ab", 8, "Bern")


@pytest.mark.parametrize("parameters", [[("segment", "x")], [("city", "")], [("size", "21")], [("q", "a"), ("q", "b")]])
def test_suggest_refuses_the_rest(parameters: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidParameter):
        parse_suggest(parameters)


names = st.sampled_from(["q", "city", "near", "radius_km", "page", "size", "sort", "facets", "starts_from", "x"])


@given(st.lists(st.tuples(names, st.text(max_size=30)), max_size=6))
def test_anything_is_read_or_refused(parameters: list[tuple[str, str]]) -> None:
    with suppress(InvalidParameter, TooDeep):
        parse_search(parameters)
