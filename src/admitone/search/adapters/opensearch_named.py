"""Refresh a few changed performers and venues in the active index of entities; any number of workers may run at once.

Like the refresh of events: read the catalogue, write, read again, until the catalogue did not change in between.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError

from admitone.catalogue.contracts import ReadNamedDocuments
from admitone.kit.refusal import Busy
from admitone.search.adapters.opensearch_bulk import Action, write_actions
from admitone.search.adapters.opensearch_client import WRITE_SECONDS_MAX
from admitone.search.adapters.opensearch_mapping import to_source
from admitone.search.adapters.opensearch_names import IndexNames, behind_alias
from admitone.search.domain.entities import NO_SHOWS, Entity, Shows, named_entities, named_keys
from admitone.search.domain.indexing import entity_row

_ROUNDS_MAX = 5
_TERMS_MAX = 10_000
_READING = {"request_timeout": WRITE_SECONDS_MAX}
LAST_END: dict[str, Any] = {"until": {"max": {"field": "ends"}}}


async def refresh_named(
    client: AsyncOpenSearch, names: IndexNames, ids: Sequence[str], read: ReadNamedDocuments
) -> None:
    """Refresh the entities. Raises NotFoundError without an active index, `Busy` if they keep changing."""
    found = named_entities(await read(tuple(ids)))
    for _ in range(_ROUNDS_MAX):
        whole = await _write(client, names, ids, found)
        written, found = found, named_entities(await read(tuple(ids)))
        if whole and _by_key(written) == _by_key(found):
            return
    raise Busy("These performers and venues change faster than they can be indexed.")


async def read_shows(client: AsyncOpenSearch, names: IndexNames, keys: Iterable[str]) -> dict[str, Shows]:
    """Return how many indexed events name each entity, and when the last of them is over."""
    asked = list(keys)
    shows = dict.fromkeys(asked, NO_SHOWS)
    for start in range(0, len(asked), _TERMS_MAX):
        some = asked[start : start + _TERMS_MAX]
        body: dict[str, Any] = {
            "size": 0,
            "query": {"terms": {"entity_key": some}},
            "aggs": {"keys": {"terms": {"field": "entity_key", "include": some, "size": len(some)}, "aggs": LAST_END}},
        }
        answer = await client.search(index=names.events, body=body, params=_READING)
        shows |= {bucket["key"]: bucket_shows(bucket) for bucket in answer["aggregations"]["keys"]["buckets"]}
    return shows


def bucket_shows(bucket: dict[str, Any]) -> Shows:
    """Read a bucket of events that has the aggregation `LAST_END`."""
    return Shows(bucket["doc_count"], int(bucket["until"]["value"]))


async def _write(client: AsyncOpenSearch, names: IndexNames, ids: Sequence[str], found: Sequence[Entity]) -> bool:
    """Write; return False if the index was swapped meanwhile, which requires another write."""
    entities = _by_key(found)
    shows = await read_shows(client, names, entities)
    actions: list[Action] = [
        ("index", key, to_source(entity_row(entities[key], shows[key]))) if key in entities else ("delete", key, None)
        for key in named_keys(ids)
    ]
    await write_actions(client, names.entities, actions, wait_until_found=True)
    if await behind_alias(client, names.next_entities):
        try:
            await write_actions(client, names.next_entities, actions)
        except NotFoundError:
            return False
    return True


def _by_key(entities: Iterable[Entity]) -> dict[str, Entity]:
    return {entity.key: entity for entity in entities}
