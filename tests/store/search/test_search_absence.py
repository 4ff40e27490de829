"""What no event has is looked up once: a search with slips that finds nothing costs more than any other."""

from pathlib import Path

import pytest

from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.contracts import SearchQuery
from admitone.search.domain import query_builder
from admitone.search.domain.match_modes import MatchMode
from tests.ports.search_documents import NOW, document, in_batches


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[MatchMode]:
    """The modes in which words are translated to a query that is not kept."""
    modes: list[MatchMode] = []
    translate = query_builder.text_query

    def watched(*arguments: object, **more: object) -> object:
        assert isinstance(arguments[3], MatchMode)
        modes.append(arguments[3])
        return translate(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("admitone.search.adapters.tantivy_words.text_query", watched)
    return modes


async def test_words_of_no_event_are_searched_once_whatever_the_filters(tmp_path: Path, asked: list[MatchMode]) -> None:
    index = TantivyIndex(tmp_path)
    await index.rebuild(in_batches([document("a", "Gala")]), now=NOW)

    first = await index.search(SearchQuery(q="metallica"), now=NOW)
    modes = list(dict.fromkeys(asked))
    index._reader.snapshot().event_queries.query.cache_clear()
    asked.clear()
    again = [
        await index.search(query, now=NOW)
        for query in (SearchQuery(q="metallica"), SearchQuery(q="metallica", city=("Vienna",), starts_to="2020-01-01"))
    ]

    assert [first.total, *(found.total for found in again)] == [0, 0, 0]
    assert MatchMode.STRICT in modes
    assert MatchMode.FUZZY in modes
    assert asked == []


@pytest.mark.parametrize("filters", [{"starts_to": "1999-12-31"}, {"city": ("Nowhere",)}, {"segment": ("sports",)}])
async def test_a_filter_that_excludes_everything_is_not_remembered_as_absence(
    tmp_path: Path, filters: dict[str, object]
) -> None:
    index = TantivyIndex(tmp_path)
    await index.rebuild(in_batches([document("a", "Gala")]), now=NOW)

    nothing = await index.search(SearchQuery(q="gala", **filters), now=NOW)  # type: ignore[arg-type]
    found = await index.search(SearchQuery(q="gala"), now=NOW)

    assert (nothing.total, found.total) == (0, 1)


async def test_an_event_that_comes_later_is_found(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    await index.rebuild(in_batches([document("a", "Gala")]), now=NOW)
    nothing = await index.search(SearchQuery(q="metallica"), now=NOW)

    await index.rebuild(in_batches([document("a", "Gala"), document("b", "Metallica")]), now=NOW)
    found = await index.search(SearchQuery(q="metallica"), now=NOW)

    assert (nothing.total, [hit.document.id for hit in found.hits]) == (0, ["evt_b"])
