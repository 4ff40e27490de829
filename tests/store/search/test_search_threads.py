"""Where the embedded engine searches: on the event loop what took little the last time, else in a thread."""

import threading
from datetime import datetime
from pathlib import Path

from admitone.search.adapters import tantivy_index
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.contracts import SearchQuery
from admitone.search.ports import Found
from tests.ports.search_documents import NOW, document, in_batches


class WatchedIndex(TantivyIndex):
    """The real engine; `cost` is what a search is said to have taken, and `on_loop` has where each ran."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.cost = 0.0
        self.on_loop: list[bool] = []

    def _search(self, query: SearchQuery, now: datetime) -> tuple[Found, float]:
        self.on_loop.append(threading.current_thread() is threading.main_thread())
        return super()._search(query, now)[0], self.cost


async def test_a_search_that_took_little_runs_without_a_thread_until_it_takes_more(tmp_path: Path) -> None:
    index = WatchedIndex(tmp_path)
    await index.rebuild(in_batches([document("a", "Gala")]), now=NOW)

    for index.cost in (0.0, tantivy_index.ON_LOOP_SECONDS_MAX, 0.0):
        await index.search(SearchQuery(q="gala"), now=NOW)
        await index.search(SearchQuery(q="gala", facets=("genre",)), now=NOW)

    assert index.on_loop == [False, False, True, True, False, False]


async def test_a_larger_page_of_the_same_words_is_another_cost(tmp_path: Path) -> None:
    index = WatchedIndex(tmp_path)
    await index.rebuild(in_batches([document("a", "Gala")]), now=NOW)

    for size in (1, 1, 100):
        await index.search(SearchQuery(q="gala", size=size), now=NOW)

    assert index.on_loop == [False, True, False]
