"""Every filter, facet and order of every engine, compared with a check of every document."""

import asyncio
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admitone.search.contracts import FacetName, SearchQuery, SortKey
from admitone.search.ports import Found, SearchIndex
from tests.ports.search_brute_force import counted_by_looking, found_by_looking
from tests.ports.search_documents import NOW, PLACES, in_batches, many_documents
from tests.ports.search_engines import ENGINES, make_engine

DOCUMENTS = many_documents(400)
BY_ID = {document.id: document for document in DOCUMENTS}
FACETS: tuple[FacetName, ...] = ("segment", "genre", "city", "country", "month", "price")

points = st.sampled_from([(place[4], place[5]) for place in PLACES] + [(-18.0, -179.9), (90.0, 0.0), (-90.0, 12.0)])
days = st.sampled_from(["2025-05-01", "2026-06-15", "2026-06-16", "2026-07-15", "2026-12-31"])
moments = st.sampled_from(["2026-06-14T12:00:00Z", "2026-06-16T00:00:00+14:00", "2026-07-15T13:00:00-08:00"])


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    near = draw(st.none() | points)
    return SearchQuery(
        q=draw(st.sampled_from(["", "", "show"])),
        city=tuple(draw(st.lists(st.sampled_from([place[0] for place in PLACES]), max_size=2, unique=True))),
        country_code=draw(st.none() | st.sampled_from(["US", "FJ", "ZZ"])),
        region=tuple(draw(st.lists(st.sampled_from(["NY", "ca", "none"]), max_size=2, unique=True))),
        segment=tuple(draw(st.lists(st.sampled_from(["music", "Arts & Theatre"]), max_size=2, unique=True))),
        genre=tuple(draw(st.lists(st.sampled_from(["rock", "Rock", "football"]), max_size=2, unique=True))),
        performer_id=draw(st.none() | st.sampled_from(["prf_1", "prf_2", "prf_none"])),
        venue_id=draw(st.none() | st.sampled_from(["ven_Arena_0", "ven_Opera_4"])),
        starts_from=draw(st.none() | days | moments),
        starts_to=draw(st.none() | days | moments),
        near=near,
        radius_km=draw(st.none() | st.sampled_from([1.0, 1_500.0, 5_000.0, 20_040.0])) if near else None,
        price_max=draw(st.none() | st.sampled_from([0, 2_499, 2_500, 10**12])),
        currency=draw(st.none() | st.sampled_from(["USD", "JPY"])),
        on_sale=draw(st.none() | st.sampled_from(["now", "soon"])),
        sort=draw(st.sampled_from(["date", "price", "popularity", *(["distance"] if near else [])])),
        reverse=draw(st.booleans()),
        size=100,
        facets=FACETS,
        collapse=draw(st.booleans()),
    )


class Filled:
    """An engine that holds `DOCUMENTS`, called outside any event loop: a client works in one loop only."""

    def __init__(self, index: SearchIndex, loop: asyncio.Runner) -> None:
        self._index = index
        self._loop = loop
        loop.run(index.rebuild(in_batches(DOCUMENTS), now=NOW))

    def search(self, query: SearchQuery) -> Found:
        return self._loop.run(self._index.search(query, now=NOW))


@pytest.fixture(scope="module", params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with asyncio.Runner() as loop:
        engine = make_engine(request, tmp_path_factory.mktemp(request.param))
        yield Filled(engine.open(), loop)
        loop.run(engine.close())


def _all_pages(index: Filled, query: SearchQuery) -> tuple[list[Found], list[str]]:
    pages = [index.search(query)]
    while sum(len(page.hits) for page in pages) < pages[0].total and pages[-1].hits:
        pages.append(index.search(msgspec.structs.replace(query, page=len(pages))))
    return pages, [hit.document.id for page in pages for hit in page.hits]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(query=queries())
def test_filters_find_the_same_as_a_check_of_every_document(index: Filled, query: SearchQuery) -> None:
    expected = found_by_looking(DOCUMENTS, query, NOW)

    pages, ids = _all_pages(index, query)

    assert expected == set(ids)
    assert len(expected) == len(ids) == pages[0].total


@pytest.mark.parametrize(
    "one_filter",
    [
        {"q": "show"},
        {"city": ("Suva", "München")},
        {"country_code": "US"},
        {"region": ("ca",)},
        {"segment": ("music", "sports")},
        {"genre": ("Rock",)},
        {"performer_id": "prf_1"},
        {"venue_id": "ven_Arena_0"},
        {"starts_from": "2026-06-16"},
        {"starts_to": "2026-07-15T13:00:00-08:00"},
        {"near": (-18.0, -179.9), "radius_km": 1_500.0},
        {"near": (90.0, 0.0), "radius_km": 5_000.0},
        {"price_max": 2_499},
        {"currency": "JPY"},
        {"on_sale": "now"},
        {"on_sale": "soon"},
    ],
    ids="-".join,
)
def test_each_filter_alone_excludes_some_events(index: Filled, one_filter: dict[str, Any]) -> None:
    query = SearchQuery(**{"starts_from": "2020-01-01", "size": 100, **one_filter})
    expected = found_by_looking(DOCUMENTS, query, NOW)

    _, ids = _all_pages(index, query)

    assert expected == set(ids)
    assert 0 < len(expected) <= len(DOCUMENTS) - (query.q == "")


@pytest.mark.parametrize(
    "typed",
    ["show 12", "performer 3", "perfromer", "new york", "show performer", "the show", "newyork city"],
)
def test_every_order_and_every_facet_covers_the_matching_events(index: Filled, typed: str) -> None:
    query = SearchQuery(q=typed, starts_from="2020-01-01", size=100, facets=FACETS)

    pages, ids = _all_pages(index, query)

    _, by_date = _all_pages(index, msgspec.structs.replace(query, sort="date"))
    assert ids
    assert sorted(ids) == sorted(by_date)
    assert sum(entry["count"] for entry in pages[0].facets["month"]) == len(ids)


@settings(max_examples=80)
@given(query=queries())
def test_facets_count_the_same_as_a_check_of_every_document(index: Filled, query: SearchQuery) -> None:
    found = index.search(query)

    for facet in FACETS:
        actual = {entry["value"]: entry["count"] for entry in found.facets[facet]}
        assert counted_by_looking(DOCUMENTS, query, NOW, facet) == actual, facet


@settings(max_examples=80)
@given(query=queries())
def test_orders_hold_over_all_pages(index: Filled, query: SearchQuery) -> None:
    pages, ids = _all_pages(index, msgspec.structs.replace(query, size=7))
    documents = [BY_ID[identifier] for identifier in ids]

    assert len(set(ids)) == len(ids) == pages[0].total
    if query.sort == "date":
        keys = [document.starts_at for document in documents if document.starts_at is not None]
        assert sorted(keys, reverse=query.reverse) == keys
    elif query.sort == "price":
        prices = [document.price_min for document in documents]
        known = [price for price in prices if price is not None]
        assert sorted(known, reverse=query.reverse) == prices[: len(known)]
    elif query.sort == "popularity":
        popularity = [document.popularity for document in documents]
        assert sorted(popularity, reverse=not query.reverse) == popularity
    else:
        distances = [hit.distance_km for page in pages for hit in page.hits]
        places = [distance for distance in distances if distance is not None]
        assert sorted(places, reverse=query.reverse) == distances[: len(places)]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ["date", "distance", "price", "popularity"])
def test_all_pages_together_are_the_whole_result(index: Filled, sort: SortKey, reverse: bool) -> None:
    query = SearchQuery(starts_from="2020-01-01", near=(40.7, -74.0), sort=sort, reverse=reverse, size=7)

    pages, ids = _all_pages(index, query)

    assert len(DOCUMENTS) == len(ids) == len(set(ids))
    assert {len(page.hits) for page in pages[:-1]} == {7}
