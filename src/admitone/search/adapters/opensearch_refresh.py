"""Refresh a few changed events in the active index; any number of workers may run at once, on any machines.

There are no locks and no versions: a worker reads the catalogue, writes, and reads the catalogue again; if it changed
meanwhile the worker starts over. The last writer has therefore verified its documents after writing them; a later
change enqueues its own job. (An event's revision is not sufficient: a performer's new name changes documents, not
revisions, and a withdrawn event has no revision to compare.)
"""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError

from admitone.catalogue.contracts import EventDocument, ReadDocuments
from admitone.kit.refusal import Busy
from admitone.search.adapters.opensearch_bulk import Action, write_actions
from admitone.search.adapters.opensearch_client import WRITE_SECONDS_MAX
from admitone.search.adapters.opensearch_mapping import GONE, to_source
from admitone.search.adapters.opensearch_named import read_shows
from admitone.search.adapters.opensearch_names import IndexNames, behind_alias
from admitone.search.domain.entities import CityAliases, Entity, Shows, document_entities, is_named
from admitone.search.domain.indexing import document_decoder, entity_row, event_row

_ROUNDS_MAX = 5
_READING = {"request_timeout": WRITE_SECONDS_MAX}


async def refresh_events(
    client: AsyncOpenSearch,
    names: IndexNames,
    event_ids: Sequence[str],
    read: ReadDocuments,
    city_aliases: CityAliases,
    *,
    now: datetime,
) -> None:
    """Refresh the events. Raises NotFoundError without an active index, `Busy` if the events keep changing."""
    change = _Change(client, names, tuple(event_ids), city_aliases, now.timestamp())
    for _ in range(_ROUNDS_MAX):
        documents = await read(change.ids)
        if not await change.write(documents):
            continue
        if _by_id(await read(change.ids)) == _by_id(documents):
            return
    raise Busy("These events change faster than they can be indexed.")


class _Change:
    def __init__(
        self,
        client: AsyncOpenSearch,
        names: IndexNames,
        ids: tuple[str, ...],
        city_aliases: CityAliases,
        now_seconds: float,
    ) -> None:
        self.ids = ids
        self._client = client
        self._names = names
        self._city_aliases = city_aliases
        self._now_seconds = now_seconds

    async def write(self, documents: Sequence[EventDocument]) -> bool:
        """Write; return False if the index was swapped meanwhile, which requires another write."""
        newest = _by_id(documents)
        touched = self._entities([*await self._stored(), *newest.values()])
        rows = {
            document.id: to_source(event_row(document, self._city_aliases, now_seconds=self._now_seconds))
            for document in newest.values()
        }
        in_use: list[Action] = [_upsert_or_delete(identifier, rows.get(identifier)) for identifier in self.ids]
        await write_actions(self._client, self._names.events, in_use, wait_until_found=True)
        shows = await self._recount(touched)
        if await behind_alias(self._client, self._names.next_events):
            marked: list[Action] = [
                ("index", identifier, rows.get(identifier, {GONE: True})) for identifier in self.ids
            ]
            rows_named = _entity_actions(touched, shows, ())
            named: list[Action] = [action for action in rows_named if action[0] == "index"]
            try:
                await write_actions(self._client, self._names.next_events, marked)
                await write_actions(self._client, self._names.next_entities, named)
            except NotFoundError:
                return False
        return True

    async def _stored(self) -> list[EventDocument]:
        answer = await self._client.mget(index=self._names.events, body={"ids": list(self.ids)}, params=_READING)
        return [
            document_decoder.decode(document["_source"]["document"])
            for document in answer["docs"]
            if document.get("found")
        ]

    def _entities(self, documents: Iterable[EventDocument]) -> dict[str, Entity]:
        return {
            document_entity.key: document_entity
            for document in documents
            for document_entity in document_entities(document, self._city_aliases)
        }

    async def _recount(self, touched: dict[str, Entity]) -> dict[str, Shows]:
        """Update the number of events that name the entities, and the end of the last; remove a city without events.

        Performers and venues stay as long as the catalogue has them; `refresh_named` removes them.
        """
        known = await self._known_names(touched)
        shows = await read_shows(self._client, self._names, touched)
        for _ in range(_ROUNDS_MAX):
            actions = _entity_actions(touched, shows, known)
            await write_actions(self._client, self._names.entities, actions, wait_until_found=True)
            written, shows = shows, await read_shows(self._client, self._names, touched)
            if written == shows:
                break
        return shows

    async def _known_names(self, keys: Iterable[str]) -> set[str]:
        """Return those of the performers and venues that are indexed now."""
        asked = [key for key in keys if is_named(key)]
        if not asked:
            return set()
        params = {**_READING, "_source": "false"}
        answer = await self._client.mget(index=self._names.entities, body={"ids": asked}, params=params)
        return {document["_id"] for document in answer["docs"] if document.get("found")}


def _by_id(documents: Iterable[EventDocument]) -> dict[str, EventDocument]:
    return {document.id: document for document in documents}


def _upsert_or_delete(event_id: str, row: dict[str, Any] | None) -> Action:
    return ("delete", event_id, None) if row is None else ("index", event_id, row)


def _entity_actions(touched: dict[str, Entity], shows: dict[str, Shows], kept: Container[str]) -> list[Action]:
    return [
        _upsert_or_delete(key, to_source(entity_row(entity, shows[key])) if shows[key].number or key in kept else None)
        for key, entity in touched.items()
    ]
