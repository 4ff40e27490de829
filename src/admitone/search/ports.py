"""The port to a full-text engine. One suite (`tests/ports/test_search_index.py`) runs on every implementation."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from admitone.catalogue.contracts import EventDocument, ReadDocuments, ReadNamedDocuments
from admitone.search.contracts import SearchQuery, Suggestion
from admitone.search.domain.entities import Entity


class Hit(Struct, frozen=True):
    """`document` as it was indexed, without its description and the works of its programme."""

    document: EventDocument
    distance_km: float | None = None


class Found(Struct, frozen=True):
    """One page of hits. `facets` are in the shape of the HTTP contract; `total` is exact."""

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, list[dict[str, Any]]]
    did_you_mean: str | None = None


class IndexAbsent(Exception):
    """There is no readable index (never built, lost or corrupt): it must be rebuilt from the catalogue."""


class SearchIndex(Protocol):
    """Holds published events and finds them. Many processes read, one writes (`refresh`, `rebuild`).

    What `refresh` and `rebuild` have returned from is seen by the next search of this process, and by those of
    other processes within half a second.
    """

    async def search(self, query: SearchQuery, *, now: datetime) -> Found:
        """Find events. Raises `IndexAbsent`; an engine that still has a lost index at hand may answer from it."""
        ...

    async def suggest(self, typed: str, size: int, *, now: datetime) -> list[Suggestion]:
        """Performers, venues, cities and events that may be meant. Raises `IndexAbsent`."""
        ...

    async def refresh(self, event_ids: Sequence[str], read: ReadDocuments, *, now: datetime) -> None:
        """Make the index agree with what `read` answers for these ids: found is upserted, not found is deleted.

        `read` is called once this process may write, so that of two writers the later never writes older
        documents. Raises `IndexAbsent`.
        """
        ...

    async def refresh_named(self, ids: Sequence[str], read: ReadNamedDocuments, *, now: datetime) -> None:
        """Make suggestions agree with what `read` answers for these ids of performers and venues.

        Whoever is found is suggested even where no event names it; whoever is not, no longer. Called and raising as
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
        """Build a new index beside the old and swap it in; return how many events it has.

        `named` are performers and venues that may be suggested though no event names them.

        With `only_if_absent` nothing is built where an index is found once this process may write.
        """
        ...

    async def count(self) -> int:
        """How many events it holds, found out anew. Raises `IndexAbsent`: so one asks whether it is whole."""
        ...
