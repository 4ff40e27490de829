"""Choose this installation's search engine: tantivy in the data folder, or OpenSearch at a URL."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from admitone.embedded.startup_error import StartupError
from admitone.runtime.bundled_facts import read_city_aliases
from admitone.runtime.settings import Settings
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.ports import SearchIndex


@dataclass(frozen=True)
class SearchEngine:
    index: SearchIndex
    close: Callable[[], Awaitable[None]]


def choose_engine(settings: Settings) -> SearchEngine:
    """Return the engine. Raises `StartupError` if OpenSearch is configured and its client is not installed."""
    if not settings.search_urls:
        return SearchEngine(TantivyIndex(settings.data_folder / "search", city_aliases=read_city_aliases()), _nothing)
    try:
        # The client is large and few installations need it.
        from admitone.search.adapters.opensearch_index import OpenSearchIndex
    except ImportError as error:
        raise StartupError(
            "ADMITONE_SEARCH_URL needs the client of OpenSearch: pip install 'admitone[opensearch]'"
        ) from error
    engine = OpenSearchIndex(settings.search_urls, city_aliases=read_city_aliases())
    return SearchEngine(engine, engine.close)


async def _nothing() -> None:
    """Close nothing: the embedded engine ends with the process."""
