"""Search does not compare amounts of different currencies: 2,500 minor units are 25 dollars or 2,500 yen."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from admitone.catalogue.contracts import EventDocument
from admitone.kit.refusal import InvalidParameter
from admitone.search.contracts import SearchAnswer, SearchQuery
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.find_events import search_events
from tests.http.search.test_search_routes import Catalogue
from tests.ports.search_documents import NOW, document
from tests.ports.search_engines import ENGINES, make_engine

DOLLARS, YEN, UNPRICED = "dollars", "yen", "unpriced"
DOCUMENTS = [
    document("a", DOLLARS, price_min=3_000, segment="music"),
    document("b", DOLLARS, price_min=2_000, segment="music"),
    document("c", YEN, price_min=2_500, currency="JPY", segment="sports"),
    document("d", UNPRICED, price_min=None, price_max=None, currency=None, segment="music"),
]


@pytest_asyncio.fixture(scope="module", params=ENGINES)
async def deps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deps]:
    engine = make_engine(request, tmp_path_factory.mktemp("currencies"))
    index, catalogue = engine.open(), Catalogue()

    async def batches() -> AsyncIterator[list[EventDocument]]:
        yield DOCUMENTS

    await index.rebuild(batches(), now=NOW)
    yield Deps(
        index=index,
        read_documents=catalogue.read,
        scan_documents=catalogue.scan,
        read_availability=catalogue.availability,
        now=lambda: NOW,
    )
    await engine.close()


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery(price_max=2_500),
        SearchQuery(sort="price"),
        SearchQuery(sort="price", reverse=True),
        SearchQuery(price_max=10**12, sort="date", page=1),
    ],
)
async def test_several_currencies_are_refused_by_name(deps: Deps, query: SearchQuery) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        await search_events(deps, query)

    assert refusal.value.members["parameter"] == "currency"
    assert "JPY, USD" in refusal.value.detail


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (SearchQuery(price_max=2_500, currency="USD"), ["b"]),
        (SearchQuery(price_max=2_500, currency="JPY"), ["c"]),
        (SearchQuery(price_max=2_499, currency="JPY"), []),
        (SearchQuery(price_max=2_500, currency="EUR"), []),
        (SearchQuery(sort="price", currency="USD"), ["b", "a"]),
        (SearchQuery(sort="price", currency="USD", reverse=True), ["a", "b"]),
        # All results have one currency: no choice is needed.
        (SearchQuery(price_max=2_500, segment=("music",)), ["b"]),
        (SearchQuery(sort="price", segment=("music",)), ["b", "a", "d"]),
        (SearchQuery(sort="price", q=UNPRICED), ["d"]),
    ],
)
async def test_one_currency_is_compared(deps: Deps, query: SearchQuery, expected: list[str]) -> None:
    assert ids(await search_events(deps, query)) == [f"evt_{key}" for key in expected]


def ids(answer: SearchAnswer) -> list[str]:
    return [event["id"] for event in answer.events]
