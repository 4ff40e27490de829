"""Select the fields that every engine queries, so that all engines return the same. `indexing` fills the fields."""

from collections.abc import Container, Sequence
from datetime import datetime

from admitone.catalogue.contracts import EventDocument
from admitone.search.contracts import Suggestion
from admitone.search.domain.entities import Entity
from admitone.search.domain.query_builder import Field, Fields, Names

EVENT_FIELDS = Fields(
    (Field("names", 1.0, 2), Field("places", 0.9, 2), Field("rest", 0.6, 1), Field("more", 0.5, 0)),
    (Names("joined", 1.0, True), Names("title_joined", 0.9, False), Names("city_joined", 0.9, False, alone=0.35)),
    people="people",
    pairs="pairs",
    city="city_joined",
    own_city=Names("own_city_joined", 0.9, False),
)
ENTITY_FIELDS = Fields(
    (Field("names", 1.0, 2), Field("more", 0.7, 0), Field("places", 0.5, 0)),
    (Names("joined", 1.0, True), Names("far_joined", 0.9, False)),
    pairs="pairs",
)
TITLE_FIELDS = Fields((Field("names", 1.0, 0),), (), pairs="pairs")
"""Fields of events, for suggestions."""

TO_COME_BONUS = 0.4
"""Less than the difference between an exact and a fuzzy match, more than any popularity."""
CHOICES = ("segment", "genre", "city", "country")
"""Facets that exclude their own filter, so that their other values stay visible."""
SUGGESTED_EVENTS_MAX = 3
TITLES_READ = 3 * SUGGESTED_EVENTS_MAX
"""A title that is performed on many days is suggested once."""
TITLE_LETTERS_MIN = 3
"""Shorter prefixes match thousands of titles and carry no information."""


CANDIDATES_MORE = 8
"""Names beyond the requested number that coming events may raise."""
_ON_SHARE, _HERE_SHARE = 0.35, 0.25
"""Together less than the difference between a whole name and a prefix of one."""


def candidates_of(size: int) -> int:
    return size + CANDIDATES_MORE


def coming_keys(candidates: Sequence[tuple[float, Entity]], now: datetime) -> set[str]:
    """Return the keys of the candidates with events that are not over."""
    seconds = int(now.timestamp())
    return {entity.key for _, entity in candidates if entity.until >= seconds}


def by_coming(candidates: Sequence[tuple[float, Entity]], coming: Container[str], here: Container[str]) -> list[Entity]:
    """Order candidates (score, entity) by score, raised by coming events, more so by events in the buyer's city.

    `coming`, `here`: keys of the entities with events that are not over, and with such events in the city.
    """

    def raised(candidate: tuple[float, Entity]) -> float:
        score, entity = candidate
        return -score * (1.0 + _ON_SHARE * (entity.key in coming) + _HERE_SHARE * (entity.key in here))

    return [entity for _, entity in sorted(candidates, key=raised)]


def document_names(document: EventDocument) -> list[str]:
    """Return the names of an event that a query can match, the most important first."""
    performers = [name for performer in document.performers for name in (performer.name, *performer.aliases)]
    composers = [composer for composer, _ in document.works]
    venue = document.venue
    places = [venue.name, *venue.aliases, venue.city]
    return [document.name, *performers, *places, *document.tags, document.series or "", *composers]


def arrange_suggestions(entities: Sequence[Entity], events: Sequence[EventDocument], size: int) -> list[Suggestion]:
    """Return entities, then a few coming events, each title once; both the most likely first."""
    titles: dict[str, EventDocument] = {}
    for event in events:
        titles.setdefault(event.name, event)
    coming = [
        Suggestion("event", title.id, title.name, _event_detail(title))
        for title in list(titles.values())[:SUGGESTED_EVENTS_MAX]
    ]
    room = max(size - len(coming), size // 2)
    chosen = [Suggestion(entity.type, entity.id, entity.name, entity.detail) for entity in entities[:room]]
    return (chosen + coming)[:size]


def _event_detail(document: EventDocument) -> str:
    place = ", ".join(part for part in (document.venue.name, document.venue.city) if part)
    return f"{document.local_date} · {place}"
