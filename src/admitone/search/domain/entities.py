"""Searchable entities other than events: performers, venues, and the cities that events name."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from msgspec import Struct

from admitone.catalogue.contracts import DocumentPerformer, DocumentVenue, EventDocument, NamedDocuments
from admitone.kit.fold import fold

EntityType = Literal["performer", "venue", "city"]

CityAliases = Mapping[str, tuple[str, ...]]
"""`city_key` → names of the city in other languages and scripts."""


class Entity(Struct, frozen=True):
    """`key` is unique among all types and equals the term that indexes its events."""

    key: str
    type: EntityType
    id: str
    name: str
    detail: str
    aliases: tuple[str, ...] = ()
    until: int = 0
    """When the last of its events is over, in Unix seconds; only the index knows."""


class Shows(NamedTuple):
    """The events of an entity: how many, and when the last one is over (Unix seconds)."""

    number: int
    until: int


NO_SHOWS = Shows(0, 0)


def city_key(city: str, country_code: str) -> str:
    """`("München", "DE")` → `"munchen|DE"`."""
    return f"{fold(city)}|{country_code.upper()}"


def document_entities(document: EventDocument, city_aliases: CityAliases) -> Iterator[Entity]:
    """Yield the performers, the venue (unless it is to be announced) and the city of an event.

    A city's `id` is its name, because the `city` filter takes the name.
    """
    yield from map(performer_entity, document.performers)
    venue = document.venue
    if venue.id is not None:
        yield venue_entity(venue.id, venue)
    if venue.city:
        key = city_key(venue.city, venue.country_code)
        yield Entity(f"city:{key}", "city", venue.city, venue.city, _place(venue), city_aliases.get(key, ()))


def named_entities(documents: NamedDocuments) -> list[Entity]:
    venues = [venue_entity(venue.id, venue) for venue in documents.venues if venue.id is not None]
    return [*map(performer_entity, documents.performers), *venues]


def named_keys(ids: Iterable[str]) -> list[str]:
    """Return all possible keys of these ids: only the catalogue knows whether an id is a performer or a venue."""
    return [f"{kind}:{identifier}" for identifier in ids for kind in ("performer", "venue")]


def is_named(key: str) -> bool:
    """Return whether the catalogue has the entity even without events: a city exists only in events."""
    return not key.startswith("city:")


def performer_entity(performer: DocumentPerformer) -> Entity:
    kind = (performer.kind or "").replace("_", " ")
    return Entity(f"performer:{performer.id}", "performer", performer.id, performer.name, kind, performer.aliases)


def venue_entity(venue_id: str, venue: DocumentVenue) -> Entity:
    detail = ", ".join(part for part in (venue.city, _place(venue)) if part)
    return Entity(f"venue:{venue_id}", "venue", venue_id, venue.name, detail, venue.aliases)


def _place(venue: DocumentVenue) -> str:
    return ", ".join(part for part in (venue.region, venue.country_code) if part)
