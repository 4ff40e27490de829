"""The port to a full-text engine. One suite (`tests/ports/test_search_index.py`) runs on every implementation."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from admitone.catalogue.contracts import EventDocument, ReadDocuments, ReadNamedDocuments
from admitone.search.contracts import SearchQuery, Suggestion
from admitone.search.domain.entities import Entity


class Hit(Struct, frozen=True):
    """`document` as indexed, without its description and the works of its programme. `dates`: where the query
    collapses series, how many dates of the document's series match; the document is the first of them, with
    the prices of all."""

    document: EventDocument
    distance_km: float | None = None
    dates: int = 1


class Found(Struct, frozen=True):
    """One page of hits. `facets` are in the format of the HTTP contract; `total` is exact."""

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, list[dict[str, Any]]]
    did_you_mean: str | None = None


class IndexAbsent(Exception):
    """There is no readable index (never built, lost or corrupt): it must be rebuilt from the catalogue."""


class SearchIndex(Protocol):
    """Stores published events and finds them. Many processes read, one writes (`refresh`, `rebuild`).

    The effect of `refresh` and `rebuild` is visible to the next search of this process after they return, and to other
    processes within half a second.
    """

    async def search(self, query: SearchQuery, *, now: datetime) -> Found:
        """Find events. Raises `IndexAbsent`; an engine that still has a lost index open may answer from it."""
        ...

    async def suggest(self, typed: str, size: int, *, now: datetime, city: str | None = None) -> list[Suggestion]:
        """Return performers, venues, cities and events that match the typed text. Raises `IndexAbsent`.

        Of equal matches, those with coming events come first, and those with coming events in `city` before them.
        """
        ...

    async def refresh(self, event_ids: Sequence[str], read: ReadDocuments, *, now: datetime) -> None:
        """Synchronize the index with the result of `read` for these ids: upsert found documents, delete the others.

        `read` is called after this process has become the writer, so that of two writers the later never writes older
        documents. Raises `IndexAbsent`.
        """
        ...

    async def refresh_named(self, ids: Sequence[str], read: ReadNamedDocuments, *, now: datetime) -> None:
        """Synchronize the suggestions with the result of `read` for these ids of performers and venues.

        Found entities are suggested even without events; the others are removed. Calls `read` and raises like
        `refresh`.
        """
        ...

    async def rebuild(
        self,
        batches: AsyncIterator[list[EventDocument]],
        *,
        now: datetime,
        only_if_absent: bool = False,
        named: AsyncIterator[list[Entity]] | None = None,
    ) -> int:
        """Build a new index beside the old and swap it in; return its number of events.

        `named` are performers and venues to suggest even without events. With `only_if_absent` nothing is built if an
        index exists once this process is the writer.
        """
        ...

    async def count(self) -> int:
        """Return the number of indexed events, read from disk. Raises `IndexAbsent`: use it to check that the index is
        intact."""
        ...
