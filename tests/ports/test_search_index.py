"""The contract of every search engine. One suite; `search_engines.ENGINES` lists those that run it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from admitone.catalogue.contracts import EventDocument, EventStatus, NamedDocuments, ReadDocuments
from admitone.search.contracts import SearchQuery
from admitone.search.domain.entities import Entity, named_entities
from admitone.search.ports import IndexAbsent, SearchIndex
from tests.ports.search_documents import NOW, document, in_batches, performer, time_to_be_announced, venue
from tests.ports.search_engines import ENGINES, Engine, make_engine

CITY_ALIASES = {"munchen|DE": ("Munich", "Мюнхен", "慕尼黑")}
EVERYTHING = "1900-01-01"

KOLN = performer("koln", "1. FC Köln", "FC Cologne", kind="club")
CELTA = performer("celta", "RC Celta de Vigo", "Celta Vigo")
SEVILLA = performer("sevilla", "Sevilla FC")
LIANG = performer("liang", "Liang Wang")
SPRINGSTEEN = performer("boss", "Bruce Springsteen", "The Boss")
WURZBURG = performer("wurz", "Würzburger Kickers")

SEARCH_DOCUMENTS = [
    document("koln", "1. FC Köln vs Würzburger Kickers", performers=(KOLN, WURZBURG), place=3),
    document("celta", "RC Celta de Vigo vs Sevilla FC", performers=(CELTA, SEVILLA), segment="sports"),
    document(
        "phil",
        "Philharmonic: Mahler and more",
        performers=(LIANG,),
        works=(("Gustav Mahler", "Symphony No. 5"),),
        venue=venue("香港大會堂", "Hong Kong City Hall"),
    ),
    document("boss_late", "Bruce Springsteen", performers=(SPRINGSTEEN,), days=90, place=3),
    document("boss_soon", "Bruce Springsteen", performers=(SPRINGSTEEN,), days=3),
    document("boss_past", "Bruce Springsteen", performers=(SPRINGSTEEN,), days=-3),
    document(
        "boss_off", "Bruce Springsteen", performers=(SPRINGSTEEN,), days=4, status=EventStatus.CANCELLED, popularity=9.0
    ),
    document("paris", "O’Brien's Café", tags=("qatar grand prix",), place=2),
]

Open = Callable[[], SearchIndex]


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    engine = make_engine(request, tmp_path, city_aliases=CITY_ALIASES)
    yield engine
    await engine.close()


@pytest.fixture
def open_index(engine: Engine) -> Open:
    """Return a function that opens another process's reader or writer on the same index."""
    return engine.open


@pytest.fixture
async def index(open_index: Open) -> SearchIndex:
    engine = open_index()
    await engine.rebuild(in_batches(SEARCH_DOCUMENTS), now=NOW)
    return engine


@pytest.fixture(scope="module", params=ENGINES)
async def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SearchIndex]:
    """Return an index of `SEARCH_DOCUMENTS` that tests only read: they share it."""
    engine = make_engine(request, tmp_path_factory.mktemp("filled"), city_aliases=CITY_ALIASES)
    index = engine.open()
    await index.rebuild(in_batches(SEARCH_DOCUMENTS), now=NOW)
    yield index
    await engine.close()


async def _found(index: SearchIndex, q: str, **more: object) -> list[str]:
    found = await index.search(SearchQuery(q=q, **more), now=NOW)  # type: ignore[arg-type]
    return [hit.document.id.removeprefix("evt_") for hit in found.hits]


def _catalogue(*documents: EventDocument) -> ReadDocuments:
    by_id = {made.id: made for made in documents}

    async def read(ids: tuple[str, ...]) -> list[EventDocument]:
        return [by_id[identifier] for identifier in ids if identifier in by_id]

    return read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Liang Wang", "phil"),
        ("wang liang", "phil"),
        ("linag wag", "phil"),
        ("lia", "phil"),
        ("liangwang", "phil"),
        ("mahler wang", "phil"),
        ("香港", "phil"),
        ("大會堂", "phil"),
        ("koln", "koln"),
        ("koeln", "koln"),
        ("KÖLN", "koln"),
        ("fc colonge", "koln"),
        ("wuerzburger kickers", "koln"),
        ("wur zburger kickers", "koln"),
        ("köln würzburg", "koln"),
        ("sevilla v celta", "celta"),
        ("Sevila Celta", "celta"),
        ("springsteen munich", "boss_late"),
        ("springsteen мюнхен", "boss_late"),
        ("obriens cafe", "paris"),
        ("o'brien cafe", "paris"),
        ("qatar grand prix", "paris"),
        ("springsteen tickets", "boss_soon"),
        ("buy bruce springsteen concert tickets", "boss_soon"),
        ("karten springsteen heute", "boss_soon"),
        ("billets pour springsteen", "boss_soon"),
        ("sprignsteen tickets", "boss_soon"),
        ("билеты wang", "phil"),
        ("koln deutschland", "koln"),
        ("würzburg allemagne", "koln"),
        ("springsteen vereinigte staaten", "boss_soon"),
        ("springsteen munich germany", "boss_late"),
        ("shows in munich", "boss_late|koln"),
    ],
)
async def test_finds_what_is_meant(filled: SearchIndex, typed: str, meant: str) -> None:
    assert (await _found(filled, typed))[:1][0] in meant.split("|")


@pytest.mark.parametrize(
    "typed", ["xyzzy", "🎉", "?!", "'; DROP TABLE events; --", "\x00", "a" * 200, "* ~ [ TO ] : field:x"]
)
async def test_finds_nothing_for_unrelated_words(filled: SearchIndex, typed: str) -> None:
    assert await _found(filled, typed) == []


async def test_ranks_sooner_events_first_and_cancelled_ones_last(filled: SearchIndex) -> None:
    assert await _found(filled, "bruce springsteen") == ["boss_soon", "boss_late", "boss_off"]


async def test_past_events_come_last_and_only_on_request(filled: SearchIndex) -> None:
    ids = await _found(filled, "bruce springsteen", starts_from=EVERYTHING)

    assert ids.index("boss_past") > ids.index("boss_late")


async def test_relevance_reversed_is_the_same_order_backwards(filled: SearchIndex) -> None:
    forwards = await _found(filled, "bruce springsteen")

    assert forwards[::-1] == await _found(filled, "bruce springsteen", sort="relevance", reverse=True)


async def test_ranks_exact_matches_before_prefixes_before_typos(open_index: Open) -> None:
    index = open_index()
    names = {"slip": "Stokke", "begins": "Stokes", "exact": "Stoke City"}
    documents = [document(key, "Match", performers=(performer(key, name),)) for key, name in names.items()]
    await index.rebuild(in_batches(documents), now=NOW)

    assert await _found(index, "stoke") == ["exact", "begins"]


async def test_ranks_popular_events_first(open_index: Open) -> None:
    index = open_index()
    documents = [document(str(number), "Gala Night", popularity=float(number)) for number in (1, 900, 30)]
    await index.rebuild(in_batches(documents), now=NOW)

    assert await _found(index, "gala night") == ["900", "30", "1"]


async def test_returns_the_corrected_query(filled: SearchIndex) -> None:
    forgiven = await filled.search(SearchQuery(q="linag wag"), now=NOW)
    exact = await filled.search(SearchQuery(q="liang wang"), now=NOW)

    assert (forgiven.did_you_mean, exact.did_you_mean) == ("liang wang", None)


async def test_a_filter_without_results_triggers_no_correction(filled: SearchIndex) -> None:
    found = await filled.search(SearchQuery(q="sevilla", city=("München",)), now=NOW)

    assert (found.total, found.did_you_mean) == (0, None)


@pytest.mark.parametrize("city", ["München", "munchen", "MÜNCHEN", "Munich", "慕尼黑"])
async def test_a_city_is_found_by_any_of_its_names(filled: SearchIndex, city: str) -> None:
    assert {"koln", "boss_late"} == set(await _found(filled, "", city=(city,)))


async def test_an_accent_distinguishes_cities_only_if_both_exist(open_index: Open) -> None:
    index = open_index()
    await index.rebuild(in_batches([document("us", place=1), document("cr", place=2)]), now=NOW)

    found = [await _found(index, "", city=(city,)) for city in ("San Jose", "San José", "SAN JOSE")]

    assert [sorted(hit) for hit in found] == [["us"], ["cr"], ["cr", "us"]]


async def test_an_event_without_a_time_is_found_until_its_day_ends(open_index: Open) -> None:
    index = open_index()
    today, yesterday = NOW.date(), NOW.date().replace(day=14)
    documents = [time_to_be_announced("today", today), time_to_be_announced("gone", yesterday)]
    await index.rebuild(in_batches(documents), now=NOW)

    assert await _found(index, "") == ["today"]


async def test_a_change_is_seen_by_every_process(index: SearchIndex, open_index: Open) -> None:
    other = open_index()
    assert await _found(other, "kickers") == ["koln"]
    renamed = document("koln", "Benefit Match", place=3)

    await index.refresh(["evt_koln"], _catalogue(renamed), now=NOW)

    for each_index in (index, other):
        assert (await _found(each_index, "kickers"), await _found(each_index, "benefit match")) == ([], ["koln"])


async def test_a_withdrawn_event_is_not_found(index: SearchIndex) -> None:
    before = await index.count()

    await index.refresh(["evt_koln", "evt_never_was"], _catalogue(), now=NOW)

    assert ([], before - 1) == (await _found(index, "kickers"), await index.count())


async def test_writers_of_several_processes_take_turns(index: SearchIndex, open_index: Open) -> None:
    fresh = [document(f"fresh{number}", f"Premiere {number}") for number in range(6)]

    await asyncio.gather(
        *(open_index().refresh([fresh_document.id], _catalogue(*fresh), now=NOW) for fresh_document in fresh)
    )

    assert len(await _found(index, "premiere")) == 6


async def test_a_rebuild_replaces_the_old_index_atomically(index: SearchIndex, open_index: Open) -> None:
    reader = open_index()
    assert await _found(reader, "sevilla")

    count = await index.rebuild(in_batches([document("only", "Only This")]), now=NOW)

    assert (count, await _found(reader, ""), await _found(reader, "sevilla")) == (1, ["only"], [])


async def test_many_readers_of_a_missing_index_build_it_once(open_index: Open) -> None:
    fresh = [document(str(number)) for number in range(4)]
    builders = (
        open_index().rebuild(in_batches(fresh[: number + 1]), now=NOW, only_if_absent=True) for number in range(4)
    )

    counts = await asyncio.gather(*builders)

    assert len(set(counts)) == 1


async def test_a_rebuild_that_fails_leaves_the_old_index(index: SearchIndex) -> None:
    async def broken() -> AsyncIterator[list[EventDocument]]:
        yield [document("half")]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await index.rebuild(broken(), now=NOW)

    assert await _found(index, "sevilla") == ["celta"]


async def test_an_empty_catalogue_makes_an_empty_index(open_index: Open) -> None:
    index = open_index()
    await index.rebuild(in_batches([]), now=NOW)

    found = await index.search(
        SearchQuery(q="any", near=(0.0, 0.0), sort="distance", facets=("city", "price")), now=NOW
    )

    assert (found.total, found.hits, found.facets) == (0, (), {"city": [], "price": []})


async def test_a_missing_index_is_reported(open_index: Open) -> None:
    index = open_index()

    for question in (index.count(), index.search(SearchQuery(), now=NOW), index.suggest("a", 5, now=NOW)):
        with pytest.raises(IndexAbsent):
            await question
    with pytest.raises(IndexAbsent):
        await index.refresh(["evt_a"], _catalogue(document("a")), now=NOW)


async def test_a_lost_index_is_detected_and_rebuilt(index: SearchIndex, engine: Engine, open_index: Open) -> None:
    assert await _found(index, "sevilla")
    await engine.lose()

    for question in (index.count(), open_index().search(SearchQuery(q="sevilla"), now=NOW)):
        with pytest.raises(IndexAbsent):
            await question
    await index.rebuild(in_batches(SEARCH_DOCUMENTS[1:]), now=NOW, only_if_absent=True)

    assert (await _found(index, "sevilla"), await _found(index, "koln")) == (["celta"], [])


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("spri", ("performer", "Bruce Springsteen")),
        ("sprinsteen", ("performer", "Bruce Springsteen")),
        ("munch", ("city", "München")),
        ("munich", ("city", "München")),
        ("hong kong", ("venue", "香港大會堂")),
        ("benefit", None),
        ("", None),
        ("   ", None),
    ],
)
async def test_suggests_matching_names(filled: SearchIndex, typed: str, first: tuple[str, str] | None) -> None:
    suggestions = await filled.suggest(typed, 5, now=NOW)

    assert first == ((suggestions[0].type, suggestions[0].name) if suggestions else None)


async def test_suggests_performers_without_events_until_they_are_deleted(index: SearchIndex) -> None:
    band, hall = performer("quokkas", "The Quokkas", kind="band"), venue("Quokka Hall", place=3)
    known = NamedDocuments((band,), (hall,))
    ids = (band.id, hall.id or "")

    async def read(asked: tuple[str, ...]) -> NamedDocuments:
        assert asked == ids
        return known

    await index.refresh_named(ids, read, now=NOW)

    found = await index.suggest("quokka", 5, now=NOW)
    assert {(hit.type, hit.id, hit.name) for hit in found} == {
        ("performer", band.id, "The Quokkas"),
        ("venue", hall.id, "Quokka Hall"),
    }
    known = NamedDocuments((performer("quokkas", "The Wombats"),), ())
    await index.refresh_named(ids, read, now=NOW)
    assert await index.suggest("quokka", 5, now=NOW) == []
    assert [suggestion.name for suggestion in await index.suggest("wombats", 5, now=NOW)] == ["The Wombats"]


async def test_a_city_is_removed_with_its_last_event(index: SearchIndex) -> None:
    await index.refresh(["evt_gig"], _catalogue(document("gig", place=7)), now=NOW)
    assert [suggestion.type for suggestion in await index.suggest("東京", 5, now=NOW)] == ["city", "venue"]

    await index.refresh(["evt_gig"], _catalogue(), now=NOW)

    assert "city" not in [suggestion.type for suggestion in await index.suggest("東京", 5, now=NOW)]


async def test_a_performer_stays_known_without_events(index: SearchIndex) -> None:
    band = performer("quokkas", "The Quokkas")
    await index.refresh(["evt_gig"], _catalogue(document("gig", performers=(band,))), now=NOW)

    await index.refresh(["evt_gig"], _catalogue(), now=NOW)

    assert [suggestion.name for suggestion in await index.suggest("quokkas", 5, now=NOW)] == ["The Quokkas"]


async def test_a_rebuild_includes_performers_without_events(index: SearchIndex) -> None:
    async def named() -> AsyncIterator[list[Entity]]:
        yield named_entities(NamedDocuments((performer("quokkas", "The Quokkas"),), ()))

    await index.rebuild(in_batches([document("a", "Quokka Night")]), now=NOW, named=named())

    assert [(suggestion.type, suggestion.name) for suggestion in await index.suggest("quok", 5, now=NOW)] == [
        ("performer", "The Quokkas"),
        ("event", "Quokka Night"),
    ]


async def test_suggests_coming_events_by_their_titles(filled: SearchIndex) -> None:
    suggestions = await filled.suggest("rc celta", 5, now=NOW)

    assert ("event", "evt_celta") in [(suggestion.type, suggestion.id) for suggestion in suggestions]
    assert len(suggestions) <= 5
