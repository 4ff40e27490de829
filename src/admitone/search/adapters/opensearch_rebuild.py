"""Fill a new index beside the active one and swap it in.

Workers that refresh events meanwhile write to both (see `opensearch_refresh`): their documents are newer than those of
the scan, so the scan only creates documents.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from opensearchpy import AsyncOpenSearch

from admitone.catalogue.contracts import EventDocument
from admitone.search.adapters.opensearch_bulk import Action, write_actions
from admitone.search.adapters.opensearch_client import MERGE_SECONDS_MAX, WRITE_SECONDS_MAX
from admitone.search.adapters.opensearch_lease import Lease
from admitone.search.adapters.opensearch_mapping import (
    READY_SETTINGS,
    entity_mapping,
    event_mapping,
    index_settings,
    to_source,
)
from admitone.search.adapters.opensearch_named import LAST_END, bucket_shows
from admitone.search.adapters.opensearch_names import IndexNames, behind_alias
from admitone.search.domain.entities import NO_SHOWS, CityAliases, Entity, Shows, document_entities, is_named
from admitone.search.domain.indexing import entity_row, event_row

_KEYS_A_PAGE = 1_000
_WRITING = {"request_timeout": WRITE_SECONDS_MAX}
_MERGING = {"request_timeout": MERGE_SECONDS_MAX, "max_num_segments": 1}
HELD = {"query": {"exists": {"field": "id"}}}
"""All documents except the marks of events withdrawn during the build."""


class Rebuild:
    """Call `open`, `add` as often as needed, `finish`; after a failure `abandon`. The caller holds the lease."""

    def __init__(
        self,
        client: AsyncOpenSearch,
        names: IndexNames,
        lease: Lease,
        city_aliases: CityAliases,
        *,
        shards: int,
        now_seconds: float,
    ) -> None:
        self._client = client
        self._names = names
        self._lease = lease
        self._city_aliases = city_aliases
        self._shards = shards
        self._now_seconds = now_seconds
        self._events, self._entities = names.fresh()
        self._known: dict[str, Entity] = {}

    async def open(self) -> None:
        # Remove a partial index of another process before the new index gets its alias.
        await self._remove(await behind_alias(self._client, self._names.next_events, self._names.next_entities))
        for index, alias, mapping in (
            (self._events, self._names.next_events, event_mapping()),
            (self._entities, self._names.next_entities, entity_mapping()),
        ):
            body = {"settings": index_settings(self._shards), "mappings": mapping, "aliases": {alias: {}}}
            await self._client.indices.create(index=index, body=body, params=_WRITING)

    async def add(self, documents: Sequence[EventDocument]) -> None:
        rows = (
            event_row(event_document, self._city_aliases, now_seconds=self._now_seconds) for event_document in documents
        )
        actions: list[Action] = [("create", row["id"], to_source(row)) for row in rows]
        await write_actions(self._client, self._names.next_events, actions)
        for document in documents:
            for entity in document_entities(document, self._city_aliases):
                self._known.setdefault(entity.key, entity)

    def add_named(self, entities: Sequence[Entity]) -> None:
        """Add performers and venues, after all events."""
        for entity in entities:
            self._known.setdefault(entity.key, entity)

    async def finish(self) -> int:
        """Activate the new index and return its number of events."""
        await self._client.indices.refresh(index=self._events, params=_WRITING)
        shows = await self._shows()
        # Documents that workers wrote meanwhile have newer names than the scan.
        entities: list[Action] = [
            ("create", key, to_source(entity_row(entity, shows.get(key, NO_SHOWS))))
            for key, entity in self._known.items()
            if key in shows or is_named(key)
        ]
        await write_actions(self._client, self._names.next_entities, entities)
        for index in (self._events, self._entities):
            await self._client.indices.forcemerge(index=index, params=_MERGING)
            await self._client.indices.put_settings(index=index, body=READY_SETTINGS, params=_WRITING)
            await self._client.indices.refresh(index=index, params=_WRITING)
        count = int((await self._client.count(index=self._events, body=HELD, params=_WRITING))["count"])
        await self._lease.prove()
        await self._swap()
        return count

    async def abandon(self) -> None:
        await self._remove([self._events, self._entities])

    async def _swap(self) -> None:
        """Move both aliases and remove the old indexes, in one step for readers."""
        names = self._names
        old = await behind_alias(self._client, names.events, names.entities)
        actions: list[dict[str, Any]] = [{"remove_index": {"index": index}} for index in old]
        for index, alias, next_alias in (
            (self._events, names.events, names.next_events),
            (self._entities, names.entities, names.next_entities),
        ):
            actions += [{"add": {"index": index, "alias": alias}}, {"remove": {"index": index, "alias": next_alias}}]
        await self._client.indices.update_aliases(body={"actions": actions}, params=_WRITING)

    async def _shows(self) -> dict[str, Shows]:
        """Return how many events name each entity, and when the last of them is over."""
        shows: dict[str, Shows] = {}
        after: dict[str, Any] = {}
        while True:
            pages = {"size": _KEYS_A_PAGE, "sources": [{"key": {"terms": {"field": "entity_key"}}}], **after}
            body = {"size": 0, "aggs": {"keys": {"composite": pages, "aggs": LAST_END}}}
            keys = (await self._client.search(index=self._events, body=body, params=_WRITING))["aggregations"]["keys"]
            shows |= {bucket["key"]["key"]: bucket_shows(bucket) for bucket in keys["buckets"]}
            if "after_key" not in keys:
                return shows
            after = {"after": keys["after_key"]}

    async def _remove(self, indexes: Sequence[str]) -> None:
        if indexes:
            params = {"ignore_unavailable": "true", **_WRITING}
            await self._client.indices.delete(index=",".join(indexes), params=params)


async def fill(
    rebuild: Rebuild, batches: AsyncIterator[list[EventDocument]], named: AsyncIterator[list[Entity]] | None
) -> int:
    try:
        await rebuild.open()
        async for documents in batches:
            await rebuild.add(documents)
        if named is not None:
            async for entities in named:
                rebuild.add_named(entities)
        return await rebuild.finish()
    except BaseException:  # also when cancelled: remove the partial index
        await rebuild.abandon()
        raise
