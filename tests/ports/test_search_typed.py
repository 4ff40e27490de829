"""What people type into search, through the use cases, on every engine: places with countries, dates, festivals."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from admitone.catalogue.contracts import Availability, DocumentVenue, EventDocument
from admitone.search.contracts import SearchAnswer, SearchQuery
from admitone.search.domain.discovery.parameters import Given, read_events_asked
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.discover_events import discover_events
from admitone.search.usecases.find_events import search_events, suggest
from tests.http.search.test_search_routes import Catalogue
from tests.ports.search_documents import NOW, document, performer
from tests.ports.search_engines import ENGINES, make_engine

# NOW is Monday, 15 June 2026.
DOCUMENTS = [
    document("london", "Evensong", venue=DocumentVenue("ven_l", "Hall", (), "London", None, "GB", None, None, None)),
    document("ontario", "Matins", venue=DocumentVenue("ven_o", "Hall", (), "London", None, "CA", None, None, None)),
    document("zurich", "Vesper", venue=DocumentVenue("ven_z", "Saal", (), "Zürich", None, "CH", None, None, None)),
    document(
        "weekend", "Steel", days=5, venue=DocumentVenue("ven_p", "Hall", (), "Pittsburgh", "PA", "US", *[None] * 3)
    ),
    document("later", "Iron", days=40, venue=DocumentVenue("ven_p", "Hall", (), "Pittsburgh", "PA", "US", *[None] * 3)),
    document("boss", "Stadium Tour", days=60, performers=(performer("boss", "Bruce Springsteen"),)),
    document("queen", "Queen", days=9),
    document("queens", "Queens of Stone", days=8),
    document("festival", "Meadow Festival", days=-1, ends_at=NOW + timedelta(days=1)),
    document("march", "Spring Song", days=265),
    document("eve", "Carols", days=192),
]


@pytest_asyncio.fixture(scope="module", params=ENGINES)
async def deps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deps]:
    engine = make_engine(request, tmp_path_factory.mktemp("typed"))
    index, catalogue = engine.open(), Catalogue()

    async def batches() -> AsyncIterator[list[EventDocument]]:
        yield DOCUMENTS

    async def all_left(ids: tuple[str, ...]) -> dict[str, Availability]:
        return {event_id: Availability(event_id, "available", 3, 100, {}) for event_id in ids}

    await index.rebuild(batches(), now=NOW)
    yield Deps(
        index=index,
        read_documents=catalogue.read,
        scan_documents=catalogue.scan,
        read_availability=all_left,
        now=lambda: NOW,
    )
    await engine.close()


async def _typed(deps: Deps, q: str, **more: object) -> SearchAnswer:
    return await search_events(deps, SearchQuery(q=q, understand=True, **more))  # type: ignore[arg-type]


def _ids(answer: SearchAnswer) -> list[str]:
    return [event["id"].removeprefix("evt_") for event in answer.events]


@pytest.mark.parametrize(
    ("typed", "meant", "date"),
    [
        ("london uk", ["london"], None),
        ("London, Kanada", ["ontario"], None),
        ("zürich schweiz", ["zurich"], None),
        ("zurich switzerland", ["zurich"], None),
        ("springsteen tickets", ["boss"], None),
        ("shows in pittsburgh", ["weekend", "later"], None),
        ("pittsburgh this weekend", ["weekend"], ("this weekend", "2026-06-19", "2026-06-21")),
        ("meadow tonight", ["festival"], ("tonight", "2026-06-15", "2026-06-15")),
        ("meadow tomorrow", ["festival"], ("tomorrow", "2026-06-16", "2026-06-16")),
        ("meadow 17 june", [], ("17 june", "2026-06-17", "2026-06-17")),
        ("24 dec", ["eve"], ("24 dec", "2026-12-24", "2026-12-24")),
        ("song im märz", ["march"], ("im märz", "2027-03-01", "2027-03-31")),
        # Nothing on that day: the answer says so, and does not list other days instead.
        ("springsteen tonight", [], ("tonight", "2026-06-15", "2026-06-15")),
        ("springsteen this weekend", [], ("this weekend", "2026-06-19", "2026-06-21")),
    ],
)
async def test_finds_what_people_mean(
    deps: Deps, typed: str, meant: list[str], date: tuple[str, str, str] | None
) -> None:
    answer = await _typed(deps, typed)

    understood = answer.understood
    assert _ids(answer) == meant
    assert date == (understood and (understood.text, understood.starts_from, understood.starts_to))


async def test_a_festival_is_listed_and_on_sale_on_its_second_day_everywhere(deps: Deps) -> None:
    listed = await discover_events(deps, read_events_asked(Given([("keyword", "meadow")])))

    assert _ids(await _typed(deps, "meadow")) == ["festival"]
    assert "festival" in _ids(await _typed(deps, "", on_sale="now"))
    assert [suggestion.id for suggestion in await suggest(deps, "meadow", 8)] == ["evt_festival"]
    assert [shape["id"] for shape in listed[0]] == ["evt_festival"]
    assert listed[0][0]["dates"]["status"]["code"] == "onsale"


async def test_an_order_by_date_says_how_many_it_leaves_out(deps: Deps) -> None:
    by_date = await _typed(deps, "queen", sort="date")

    assert (_ids(by_date), by_date.left_out) == (["queen"], 1)
    assert _ids(await _typed(deps, "queen")) == ["queen", "queens"]
