"""A series is one result on every engine: by its first date that matches, with exact totals, pages and facets."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.search.contracts import SearchQuery, SortKey
from admitone.search.ports import Found, SearchIndex
from tests.ports.search_documents import NOW, document, in_batches
from tests.ports.search_engines import ENGINES, make_engine


def run_of(series_id: str, name: str, days: Sequence[int]) -> list[EventDocument]:
    """Return the dates of a series, named by their days."""
    return [document(f"{series_id}_{day}", name, days=day, series_id=f"ser_{series_id}") for day in days]


DOCUMENTS = [
    *run_of("mouse", "The Mousetrap", (-2, 5, 6, 40, 41)),
    *run_of("cats", "Cats", range(10, 60)),
    document("single", "The Mousetrap Explained", days=20),
    document("other", "An Evening", days=1),
]


@pytest_asyncio.fixture(params=ENGINES)
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SearchIndex]:
    engine = make_engine(request, tmp_path)
    index = engine.open()
    await index.rebuild(in_batches(DOCUMENTS), now=NOW)
    yield index
    await engine.close()


def listed(found: Found) -> list[tuple[str, int]]:
    return [(hit.document.id.removeprefix("evt_"), hit.dates) for hit in found.hits]


async def test_a_series_is_one_result_by_its_next_date(index: SearchIndex) -> None:
    collapsed = await index.search(SearchQuery(collapse=True, facets=("month", "city")), now=NOW)
    every_date = await index.search(SearchQuery(facets=("month",)), now=NOW)
    dated = await index.search(SearchQuery(collapse=True, starts_from="2026-07-20", facets=("month",)), now=NOW)

    assert listed(collapsed) == [("other", 1), ("mouse_5", 4), ("cats_10", 50), ("single", 1)]
    assert (collapsed.total, every_date.total) == (4, 56)
    months = {entry["value"]: entry["count"] for entry in collapsed.facets["month"]}
    assert months == {"2026-06": 3, "2026-07": 3, "2026-08": 1}
    assert [entry["count"] for entry in collapsed.facets["city"]] == [4]
    assert listed(dated) == [("cats_35", 25), ("mouse_40", 2)]
    assert [entry["count"] for entry in dated.facets["month"]] == [2, 1]


@pytest.mark.parametrize("sort", ["date", "price", "popularity", "distance", "relevance"])
async def test_pages_of_every_order_list_each_series_once(index: SearchIndex, sort: SortKey) -> None:
    near = (40.7, -74.0) if sort == "distance" else None
    pages = [
        await index.search(SearchQuery(collapse=True, sort=sort, near=near, page=page, size=2), now=NOW)
        for page in range(3)
    ]

    assert [len(page.hits) for page in pages] == [2, 2, 0]
    assert [page.total for page in pages] == [4, 4, 4]
    names = sorted(hit.document.id for page in pages for hit in page.hits)
    assert names == ["evt_cats_10", "evt_mouse_5", "evt_other", "evt_single"]


async def test_words_find_the_series_once(index: SearchIndex) -> None:
    found = await index.search(SearchQuery(q="mousetrap", collapse=True), now=NOW)
    suggested = await index.suggest("cat", 8, now=NOW)

    assert sorted(listed(found)) == [("mouse_5", 4), ("single", 1)]
    assert [suggestion.id for suggestion in suggested if suggestion.type == "event"] == ["evt_cats_10"]


async def test_a_date_that_is_gone_does_not_stand_for_its_series(index: SearchIndex) -> None:
    async def read(_ids: tuple[str, ...]) -> list[EventDocument]:
        return []

    await index.refresh(["evt_mouse_5"], read, now=NOW)
    found = await index.search(SearchQuery(q="mousetrap", collapse=True, sort="date"), now=NOW)

    assert listed(found) == [("mouse_6", 3), ("single", 1)]


async def test_a_series_costs_from_the_cheapest_of_its_matching_dates(index: SearchIndex) -> None:
    def date_of(day: int, low: int, high: int, **changes: Any) -> EventDocument:
        key = f"phantom_{day}"
        prices = {"price_min": low, "price_max": high, "currency": "GBP", **changes}
        return document(key, "Phantom", days=day, series_id="ser_phantom", **prices)

    dates = [
        date_of(3, 5_000, 9_000),
        date_of(4, 2_500, 4_000),
        date_of(5, 3_000, 12_000),
        date_of(6, 100, 90_000, status=EventStatus.CANCELLED),
    ]
    await index.rebuild(in_batches([*DOCUMENTS, *dates]), now=NOW)

    every_date = await index.search(SearchQuery(q="phantom", collapse=True), now=NOW)
    dearer = await index.search(SearchQuery(q="phantom", collapse=True, starts_from="2026-06-19T18:00:00Z"), now=NOW)
    alone = await index.search(SearchQuery(q="phantom"), now=NOW)

    assert [(hit.document.id, hit.document.price_min, hit.document.price_max) for hit in every_date.hits] == [
        ("evt_phantom_3", 2_500, 12_000)
    ]
    assert [(hit.document.id, hit.document.price_min, hit.document.price_max) for hit in dearer.hits] == [
        ("evt_phantom_5", 3_000, 12_000)
    ]
    assert {hit.document.price_min for hit in alone.hits} == {5_000, 2_500, 3_000, 100}


async def test_prices_in_different_currencies_are_not_compared(index: SearchIndex) -> None:
    dates = [
        document("tour_1", "Tour", days=1, series_id="ser_tour", price_min=3_000, price_max=3_000, currency="GBP"),
        document("tour_2", "Tour", days=2, series_id="ser_tour", price_min=2_000, price_max=2_000, currency="JPY"),
    ]
    await index.rebuild(in_batches([*DOCUMENTS, *dates]), now=NOW)
    found = await index.search(SearchQuery(q="tour", collapse=True), now=NOW)

    assert [(hit.document.price_min, hit.document.currency, hit.dates) for hit in found.hits] == [(3_000, "GBP", 2)]


@pytest.mark.parametrize(
    "first",
    [
        {"status": EventStatus.CANCELLED, "price_min": 100, "price_max": 200, "currency": "JPY"},
        {"price_min": None, "price_max": None, "currency": None},
    ],
    ids=["cancelled", "without prices"],
)
async def test_the_price_of_a_series_has_its_own_currency(index: SearchIndex, first: dict[str, Any]) -> None:
    """Not that of a first date whose prices do not count."""
    dates = [
        document("tour_1", "Tour", days=1, series_id="ser_tour", **first),
        document("tour_2", "Tour", days=2, series_id="ser_tour", price_min=2_000, price_max=3_000, currency="GBP"),
    ]
    await index.rebuild(in_batches([*DOCUMENTS, *dates]), now=NOW)
    found = await index.search(SearchQuery(q="tour", collapse=True), now=NOW)

    assert [(hit.document.price_min, hit.document.price_max, hit.document.currency) for hit in found.hits] == [
        (2_000, 3_000, "GBP")
    ]


async def test_a_series_whose_dates_are_all_cancelled_has_no_price(index: SearchIndex) -> None:
    dates = [
        document(f"off_{day}", "Called Off", days=day, series_id="ser_off", status=EventStatus.CANCELLED)
        for day in (1, 2)
    ]
    await index.rebuild(in_batches([*DOCUMENTS, *dates]), now=NOW)
    found = await index.search(SearchQuery(q="called off", collapse=True), now=NOW)

    assert [(hit.document.price_min, hit.document.price_max, hit.dates) for hit in found.hits] == [(None, None, 2)]
