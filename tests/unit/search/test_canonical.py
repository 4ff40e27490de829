from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.fold import fold_words
from admitone.search.contracts import SearchQuery
from admitone.search.domain.canonical import canonical_query, canonical_text, query_key
from admitone.search.domain.when import query_bounds

NOW = datetime(2026, 6, 15, tzinfo=UTC)


def key(**fields: object) -> str:
    return query_key(canonical_query(msgspec.convert(fields, SearchQuery)))


def test_equivalent_queries_have_one_key() -> None:
    assert key(q="  Motörhead LIVE ") == key(q="motorhead live", sort="relevance")
    assert key(city=["Wien", "Linz", "Wien"], country_code="at") == key(city=["Linz", "Wien"], country_code="AT")
    assert key(sort="date") == key() == key(sort="relevance")
    assert key(facets=["month", "city"]) == key(facets=["city", "month"])
    assert key(starts_from="2026-07-01T02:00:00.000+02:00") == key(starts_from="2026-07-01T00:00:00Z")


def test_different_queries_have_different_keys() -> None:
    questions: list[dict[str, object]] = [
        {},
        {"q": "a"},
        {"q": "!"},
        {"q": "a", "reverse": True, "sort": "relevance"},
        {"q": "a", "sort": "date"},
        {"city": ["a"]},
        {"segment": ["a"]},
        {"page": 1},
        {"size": 21},
        {"starts_from": "2026-01-01"},
        {"starts_to": "2026-01-01"},
    ]

    assert len({key(**question) for question in questions}) == len(questions)


def test_a_place_is_rounded_to_a_hundred_metres_unless_the_radius_is_small() -> None:
    assert key(near=(48.20810, 16.37208)) == key(near=(48.20838, 16.37192))
    assert key(near=(0.0, -180.0)) == key(near=(-0.0, 180.0))
    assert key(near=(48.20810, 16.37208), radius_km=0.2) != key(near=(48.20838, 16.37192), radius_km=0.2)


@given(st.text(max_size=60))
def test_engines_see_the_same_words_in_both_spellings(text: str) -> None:
    canonical = canonical_text(text)

    assert fold_words(canonical) == fold_words(text)
    assert canonical_text(canonical) == canonical
    assert bool(canonical) == bool(text.strip())


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- bounds
def test_instants_keep_their_bounds(moment: datetime) -> None:
    text = moment.isoformat()
    query = SearchQuery(starts_from=text, starts_to=text)

    assert query_bounds(canonical_query(query), now=NOW) == query_bounds(query, now=NOW)
