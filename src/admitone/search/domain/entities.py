"""Whom and what a published event names: performers, its venue, its city. Suggestions are made of these."""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from admitone.catalogue.contracts import EventDocument
from admitone.search.domain.fold import fold

EntityType = Literal["performer", "venue", "city"]

CityAliases = Mapping[str, tuple[str, ...]]
"""`city_key` → names of the city in other languages and scripts."""


class Entity(Struct, frozen=True):
    """`key` is unique among all types and equals the term under which its events are indexed."""

    key: str
    type: EntityType
    id: str
    name: str
    detail: str
    aliases: tuple[str, ...] = ()


def city_key(city: str, country_code: str) -> str:
    """`("München", "DE")` → `"munchen|DE"`."""
    return f"{fold(city)}|{country_code.upper()}"


def document_entities(document: EventDocument, city_aliases: CityAliases) -> Iterator[Entity]:
    """Yield the performers, the venue (unless it is to be announced) and the city of an event.

    A city's `id` is its name, because that is what the `city` filter takes.
    """
    for performer in document.performers:
        yield Entity(
            f"performer:{performer.id}",
            "performer",
            performer.id,
            performer.name,
            (performer.kind or "").replace("_", " "),
            performer.aliases,
        )
    venue = document.venue
    place = ", ".join(part for part in (venue.region, venue.country_code) if part)
    if venue.id is not None:
        detail = ", ".join(part for part in (venue.city, place) if part)
        yield Entity(f"venue:{venue.id}", "venue", venue.id, venue.name, detail, venue.aliases)
    if venue.city:
        key = city_key(venue.city, venue.country_code)
        yield Entity(f"city:{key}", "city", venue.city, venue.city, place, city_aliases.get(key, ()))
