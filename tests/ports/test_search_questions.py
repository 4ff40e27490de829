"""What people type, on every engine: names with signs, other scripts, two words that never meet, festivals."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from admitone.catalogue.contracts import EventDocument
from admitone.search.contracts import SearchQuery
from admitone.search.ports import SearchIndex
from tests.ports.search_documents import NOW, document, in_batches, performer
from tests.ports.search_engines import ENGINES, make_engine
from tests.ports.test_search_index import CITY_ALIASES, SEARCH_DOCUMENTS

ACTS = (
    "C++",
    "C",
    "-M-",
    "M",
    "!!!",
    "أم كلثوم",
    "שלום חנוך",
    "کیهان کلهر",
    "Μίκης Θεοδωράκης",
    "İbrahim Işık",
    "Королёв",
)

Open = Callable[[], SearchIndex]


@pytest.fixture(params=ENGINES)
async def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    engine = make_engine(request, tmp_path, city_aliases=CITY_ALIASES)
    yield engine.open
    await engine.close()


@pytest.fixture(scope="module", params=ENGINES)
async def acts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SearchIndex]:
    """Return an index of an event of each act, which tests only read: they share it."""
    engine = make_engine(request, tmp_path_factory.mktemp("acts"), city_aliases=CITY_ALIASES)
    index = engine.open()
    evenings = [document(str(i), "Evening", performers=(performer(str(i), name),)) for i, name in enumerate(ACTS)]
    await index.rebuild(in_batches(evenings), now=NOW)
    yield index
    await engine.close()


@pytest.fixture
async def index(open_index: Open) -> SearchIndex:
    engine = open_index()
    await engine.rebuild(in_batches(SEARCH_DOCUMENTS), now=NOW)
    return engine


async def _found(index: SearchIndex, q: str, **more: object) -> list[str]:
    found = await index.search(SearchQuery(q=q, **more), now=NOW)  # type: ignore[arg-type]
    return [hit.document.id.removeprefix("evt_") for hit in found.hits]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("C++", "C++"),
        ("c++ tickets", "C++"),
        ("-m-", "-M-"),
        ("!!!", "!!!"),
        ("M", "M"),
        ("ام كلثوم", "أم كلثوم"),
        ("أُمّ كلثـوم", "أم كلثوم"),
        ("שָׁלוֹם חנוכ", "שלום חנוך"),
        ("كيهان كلهر", "کیهان کلهر"),
        ("μικης θεοδωρακησ", "Μίκης Θεοδωράκης"),
        ("ibrahim isik", "İbrahim Işık"),
        ("королев", "Королёв"),
    ],
)
async def test_an_act_is_found_by_signs_and_scripts_as_people_type_them(
    acts: SearchIndex, typed: str, meant: str
) -> None:
    assert (await _found(acts, typed))[:1] == [str(ACTS.index(meant))]
    assert meant in [suggestion.name for suggestion in await acts.suggest(typed, 8, now=NOW)]


async def test_of_two_words_that_never_meet_the_rarer_one_is_kept(index: SearchIndex) -> None:
    assert await _found(index, "mahler springsteen") == ["phil"]
    assert await _found(index, "springsteen mahler") == ["phil"]
    assert await _found(index, "springstene mahler") == await _found(index, "springsteen")
    assert await _found(index, "wang xyzzyplugh") == ["phil"]
    assert await _found(index, "xyzzyplugh blorp") == []
    assert [s.name for s in await index.suggest("springsteen xyzzyplugh", 8, now=NOW)][:1] == ["Bruce Springsteen"]


async def test_places_are_suggested_with_their_country(index: SearchIndex) -> None:
    names = [suggestion.name for suggestion in await index.suggest("münchen deutschland", 8, now=NOW)]

    assert "München" in names


async def test_a_festival_is_found_and_on_sale_until_its_end(open_index: Open) -> None:
    index = open_index()
    festival = document("festival", "Meadow Festival", days=-1, ends_at=NOW + timedelta(days=1))
    show = document("show", "Meadow Matinee", days=-1 / 24)
    over = document("over", "Meadow Morning", days=-4 / 24)
    ended = document("ended", "Meadow Talk", days=-1 / 24, ends_at=NOW - timedelta(minutes=1))
    await index.rebuild(in_batches([festival, show, over, ended]), now=NOW)

    assert await _found(index, "meadow", sort="date") == ["festival", "show"]
    assert await _found(index, "", on_sale="now") == ["festival", "show"]
    assert {s.name for s in await index.suggest("meadow", 8, now=NOW)} == {"Meadow Festival", "Meadow Matinee"}
    assert (await index.search(SearchQuery(q="meadow"), now=NOW + timedelta(days=1, seconds=1))).total == 0


async def test_suggests_names_with_coming_events_first(index: SearchIndex) -> None:
    known, on = performer("known", "Barcino Guayaquil", kind="club"), performer("on", "Barcino Catalunya", kind="club")
    past = [document(f"past_{day}", performers=(known,), days=-10 - day) for day in range(6)]
    await index.rebuild(in_batches([*past, document("next", performers=(on,))]), now=NOW)

    assert await _performers(index, "barc") == ["Barcino Catalunya", "Barcino Guayaquil"]


async def test_a_new_event_moves_its_performer_up(index: SearchIndex) -> None:
    known, on = performer("known", "Barcino Guayaquil", kind="club"), performer("on", "Barcino Catalunya", kind="club")
    past = [document(f"past_{day}", performers=(known,), days=-10 - day) for day in range(6)]
    await index.rebuild(in_batches([*past, document("next", performers=(on,))]), now=NOW)

    async def read(_ids: tuple[str, ...]) -> list[EventDocument]:
        return [document("tour", performers=(known,), days=7)]

    await index.refresh(["evt_tour"], read, now=NOW)
    assert await _performers(index, "barc") == ["Barcino Guayaquil", "Barcino Catalunya"]
    await index.refresh(["evt_tour"], _nothing, now=NOW)
    assert await _performers(index, "barc") == ["Barcino Catalunya", "Barcino Guayaquil"]


async def _nothing(_ids: tuple[str, ...]) -> list[EventDocument]:
    return []


async def test_suggests_names_with_coming_events_in_the_city_first(index: SearchIndex) -> None:
    touring, here = performer("touring", "Quokka Kings", kind="band"), performer("here", "Quokka Queens", kind="band")
    shows = [document(f"tour_{day}", performers=(touring,), days=day, place=2) for day in range(1, 4)]
    concert = document("home", performers=(here,), place=3)
    await index.rebuild(in_batches([*shows, concert]), now=NOW)

    assert await _performers(index, "quokka") == ["Quokka Kings", "Quokka Queens"]
    assert await _performers(index, "quokka", concert.venue.city.upper()) == ["Quokka Queens", "Quokka Kings"]


async def _performers(index: SearchIndex, typed: str, city: str | None = None) -> list[str]:
    suggestions = await index.suggest(typed, 8, now=NOW, city=city)
    return [suggestion.name for suggestion in suggestions if suggestion.type == "performer"]


async def test_finds_whole_words_only_if_asked(index: SearchIndex) -> None:
    await index.rebuild(in_batches([document("queen", "Queen"), document("queens", "Queens of Stone")]), now=NOW)

    found = await index.search(SearchQuery(q="queen", whole_words=True), now=NOW)

    assert [hit.document.id for hit in found.hits] == ["evt_queen"]
    assert (await index.search(SearchQuery(q="quee", whole_words=True), now=NOW)).total == 0


async def test_a_city_typed_last_comes_before_a_city_in_a_name(index: SearchIndex) -> None:
    munich, apia = performer("rb", "RB München", kind="club"), performer("apia", "1. FC Apia", kind="club")
    home = document("home", performers=(munich, apia), place=3)
    away = document("away", performers=(apia, munich), place=5)
    await index.rebuild(in_batches([home, away]), now=NOW)

    assert (await _found(index, "rb munchen apia"))[0] == "away"
