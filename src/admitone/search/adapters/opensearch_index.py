"""The engine for many machines: OpenSearch, which all processes reach by URL.

Any number of processes search and refresh; rebuilds run one at a time.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from opensearchpy import AsyncOpenSearch

from admitone.catalogue.contracts import EventDocument, ReadDocuments, ReadNamedDocuments
from admitone.kit.refusal import Busy
from admitone.search.adapters.opensearch_client import (
    READ_SECONDS_MAX,
    WRITE_SECONDS_MAX,
    open_client,
    understood,
)
from admitone.search.adapters.opensearch_find import find_events
from admitone.search.adapters.opensearch_lease import hold_lease
from admitone.search.adapters.opensearch_named import refresh_named
from admitone.search.adapters.opensearch_names import IndexNames
from admitone.search.adapters.opensearch_rebuild import HELD, Rebuild, fill
from admitone.search.adapters.opensearch_refresh import refresh_events
from admitone.search.adapters.opensearch_suggest import suggest_names
from admitone.search.contracts import SearchQuery, Suggestion
from admitone.search.domain.entities import Entity
from admitone.search.ports import Found, IndexAbsent


class OpenSearchIndex:
    """A `SearchIndex` in the cluster at `urls`, in indexes whose names begin with `prefix`.

    Processes that write documents need `city_aliases` (`entities.city_key` → names in other languages). If the cluster
    does not answer in time, every method raises `Busy`. Call `close` after use.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        prefix: str = "admitone",
        city_aliases: Mapping[str, tuple[str, ...]] | None = None,
        shards: int = 1,
        read_seconds_max: float = READ_SECONDS_MAX,
    ) -> None:
        self._client: AsyncOpenSearch = open_client(urls, read_seconds_max=read_seconds_max)
        self._read_seconds_max = read_seconds_max
        self._names = IndexNames(prefix)
        self._city_aliases = city_aliases or {}
        self._shards = shards

    async def close(self) -> None:
        await self._client.close()

    async def search(self, query: SearchQuery, *, now: datetime) -> Found:
        try:
            return await self._search(query, now)
        except IndexAbsent:  # a swap may have removed it between two steps
            return await self._search(query, now)

    async def suggest(self, typed: str, size: int, *, now: datetime, city: str | None = None) -> list[Suggestion]:
        names = self._names
        with understood():
            return await suggest_names(self._client, names.events, names.entities, typed, size, now=now, city=city)

    async def refresh(self, event_ids: Sequence[str], read: ReadDocuments, *, now: datetime) -> None:
        with understood():
            await refresh_events(self._client, self._names, event_ids, read, self._city_aliases, now=now)

    async def refresh_named(self, ids: Sequence[str], read: ReadNamedDocuments, *, now: datetime) -> None:
        with understood():
            await refresh_named(self._client, self._names, ids, read)

    async def rebuild(
        self,
        batches: AsyncIterator[list[EventDocument]],
        *,
        now: datetime,
        only_if_absent: bool = False,
        named: AsyncIterator[list[Entity]] | None = None,
    ) -> int:
        with understood():
            async with hold_lease(self._client, self._names.writer) as lease:
                if only_if_absent:
                    with suppress(IndexAbsent):
                        return await self.count()
                rebuild = Rebuild(
                    self._client,
                    self._names,
                    lease,
                    self._city_aliases,
                    shards=self._shards,
                    now_seconds=now.timestamp(),
                )
                return await fill(rebuild, batches, named)

    async def count(self) -> int:
        with understood():
            params = {"request_timeout": WRITE_SECONDS_MAX}
            answer = await self._client.count(index=self._names.events, body=HELD, params=params)
            if answer["_shards"]["failed"]:
                raise await self._why_failed()
            return int(answer["count"])

    async def _search(self, query: SearchQuery, now: datetime) -> Found:
        seconds = self._read_seconds_max
        with understood():
            return await find_events(self._client, self._names.events, query, now=now, read_seconds_max=seconds)

    async def _why_failed(self) -> IndexAbsent | Busy:
        """Return the reason: damaged shard files need a rebuild; an absent machine may recover."""
        params = {"format": "json", "h": "unassigned.reason"}
        shards = await self._client.cat.shards(index=self._names.events, params=params)
        if any(shard["unassigned.reason"] == "ALLOCATION_FAILED" for shard in shards):
            return IndexAbsent(f"{self._names.events} is damaged")
        return Busy("A part of the search index is unavailable. Try again shortly.")
