"""Build the index rows of an event and of an entity (performer, venue, city) for any engine.

Text is folded here, so engines only split at spaces. Fields by use: `names`, `places`, `rest`, `more` word by word, in
falling order of weight; `…joined` whole names as one word each; `pairs` neighbouring words of `names`, which replace
word positions; the others filter, sort and count.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import msgspec

from admitone.catalogue.contracts import EventDocument, EventStatus, sale_end
from admitone.kit.fold import fold, fold_words, joined, spellings, word_pair
from admitone.search.domain import buckets, entities, prior
from admitone.search.domain.countries import country_words
from admitone.search.domain.entities import CityAliases, Entity, Shows
from admitone.search.domain.when import event_moments

LAYOUT = "10"
"""Grows whenever a field or its meaning changes: older indexes are then rebuilt."""

WORD_FIELDS = ("names", "places", "rest", "more", "people")
"""Folded texts, split at spaces; no query uses the order of their words."""
KEY_FIELDS = ("id", "entity_key", "segment_key", "genre_key", "city_key", "region_key", "currency", "series_date")
JOINED_FIELDS = ("joined", "title_joined", "city_joined", "own_city_joined", "pairs")
COUNTED_FIELDS = ("segment", "genre", "city", "country", "month", "price", "place", "series_id")
"""Terms that filter and that facets count; events without a series have no `series_id`."""
NUMBER_FIELDS = (
    *("earliest", "latest", "ends", "local_day", "last_day", "price_min", "sale_from", "sale_to", "series_order"),
    *("series_price_min", "series_price_max", "series_currency"),
)
ORDER_FIELDS = ("by_date", "by_price", "by_price_down", "by_popularity")
ENTITY_WORD_FIELDS = ("names", "places", "more")
ENTITY_JOINED_FIELDS = ("joined", "far_joined", "pairs")

NOT_SOLD = frozenset({EventStatus.POSTPONED, EventStatus.CANCELLED})
"""Checkout refuses them whatever their dates are, until a new date is set."""
NEVER = 1 << 40
"""A second later than any date: the end of a sale without an end."""
JOINED_LENGTH_MAX = 80

Row = dict[str, Any]
"""Field → text, number, or list of texts; unknown values are omitted."""

_encoder = msgspec.json.Encoder()
document_decoder = msgspec.json.Decoder(EventDocument)
entity_decoder = msgspec.json.Decoder(Entity)


def event_row(document: EventDocument, city_aliases: CityAliases, *, now_seconds: float) -> Row:
    """Return the event's index row, with the event in `document`; `now_seconds` (Unix) decides which are soon."""
    venue, moments = document.venue, event_moments(document)
    performer_names = [name for performer in document.performers for name in (performer.name, *performer.aliases)]
    venue_names = [venue.name, *venue.aliases]
    found = list(entities.document_entities(document, city_aliases))
    other_languages = next((document_entity.aliases for document_entity in found if document_entity.type == "city"), ())
    composers = sorted({composer for composer, _ in document.works})
    names = _phrases([document.name, *performer_names])
    others = [document.subtitle or "", document.series or "", *document.tags, *composers]
    return {
        "document": _encoder.encode(_slim(document)),
        "id": document.id,
        "names": names,
        "pairs": _pairs(names),
        "places": _phrases([*venue_names, venue.city, venue.region or ""]),
        "rest": _bag((*others, document.genre or "", document.segment)),
        "more": " ".join(
            (
                _bag(other_languages),
                _bag(tuple(work for _, work in document.works)),
                *country_words(venue.country_code.upper()),
            )
        ),
        "people": " ".join(dict.fromkeys(word for name in performer_names for word in fold_words(name))),
        "joined": list(_joined_names((*performer_names, *venue_names))),
        "title_joined": list(_joined_names((document.name, *document.tags))),
        "city_joined": list(_joined_names((venue.city, *other_languages))),
        "own_city_joined": list(_joined_names((venue.city,))),
        "entity_key": [document_entity.key for document_entity in found],
        **_series(document, moments.earliest),
        **_choices(document),
        **moments._asdict(),
        **_sale(document),
        "by_date": prior.date_key(document.id, moments),
        "by_price": prior.price_key(document.id, moments, document.price_min, highest_first=False),
        "by_price_down": prior.price_key(document.id, moments, document.price_min, highest_first=True),
        "by_popularity": prior.popularity_key(document.id, moments, document.popularity),
        "prior": prior.event_prior(document, moments, now_seconds=now_seconds),
    }


def entity_row(entity: Entity, shows: Shows) -> Row:
    # The dozens of names of a city in other languages match without typos only.
    near, far = ((), entity.aliases) if entity.type == "city" else (entity.aliases, ())
    names = _phrases([entity.name, *near])
    return {
        "entity": _encoder.encode(msgspec.structs.replace(entity, until=shows.until)),
        "key": entity.key,
        "names": names,
        "pairs": _pairs(names),
        "joined": list(_joined_names((entity.name, *near))),
        "far_joined": list(_joined_names(far)),
        "more": " ".join((_bag(far), *_country_words(entity))),
        "places": _bag((entity.detail,)),
        "prior": prior.entity_prior(shows.number),
    }


def _country_words(entity: Entity) -> tuple[str, ...]:
    """Of a place: its detail ends with the code of its country."""
    return () if entity.type == "performer" else country_words(entity.detail.rpartition(", ")[2])


def place_term(latitude: float, longitude: float) -> str:
    """Return the term that events of one place share, so that distances are computed once per place, not per event."""
    return f"{latitude:.6f},{longitude:.6f}"


def _series(document: EventDocument, earliest: int) -> Row:
    """Return the fields that collapse a series: the date of the smallest `series_order` stands for all."""
    if document.series_id is None:
        return {}
    order = prior.series_key(document.id, earliest)
    row: Row = {
        "series_id": document.series_id,
        "series_order": order,
        "series_date": series_date_term(document.series_id, order),
    }
    priced = document.currency is not None and document.price_min is not None and document.price_max is not None
    if priced and document.status not in NOT_SOLD:
        row |= {
            "series_price_min": document.price_min,
            "series_price_max": document.price_max,
            "series_currency": currency_number(document.currency or ""),
        }
    return row


def currency_number(code: str) -> int:
    """Return an ISO 4217 code as a number: aggregations take the smallest and the largest of a group only of numbers,
    and amounts are compared only where both are the same."""
    return int.from_bytes(code.encode(), "big")


def currency_of(number: int) -> str:
    """Return the code that `currency_number` made a number of."""
    return number.to_bytes(3, "big").decode()


def series_date_term(series_id: str, order: int) -> str:
    """Return the term of one date of a series: a filter by such terms leaves one date of each series."""
    return f"{series_id}/{order}"


def _choices(document: EventDocument) -> Row:
    venue = document.venue
    row: Row = {"country": venue.country_code.upper(), "month": document.local_date[:7]}
    for field, value in (("segment", document.segment), ("genre", document.genre), ("city", venue.city)):
        if value:
            row |= {field: value, f"{field}_key": fold(value)}
    if venue.region:
        row["region_key"] = fold(venue.region)
    if venue.latitude is not None and venue.longitude is not None:
        row["place"] = place_term(venue.latitude, venue.longitude)
    return row


def _sale(document: EventDocument) -> Row:
    row: Row = {}
    if document.currency is not None:
        row["currency"] = document.currency
    if document.price_min is not None and document.currency is not None:
        row |= {
            "price_min": document.price_min,
            "price": buckets.price_bucket(document.price_min, document.currency),
        }
    if document.capacity > 0 and document.status not in NOT_SOLD:
        opens = document.on_sale_at
        closes = sale_end(starts_at=document.starts_at, ends_at=document.ends_at, off_sale_at=document.off_sale_at)
        row |= {
            "sale_from": int(opens.timestamp()) if opens else 0,
            "sale_to": int(closes.timestamp()) if closes else NEVER,
        }
    return row


def _slim(document: EventDocument) -> EventDocument:
    """Omit members that only the event's own page shows: stored rows are read for every hit."""
    composers = tuple(dict.fromkeys((composer, "") for composer, _ in document.works))
    return msgspec.structs.replace(document, description=None, works=composers)


def _phrases(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(spelling for text in texts for spelling in spellings(text)))


def _pairs(texts: Iterable[str]) -> list[str]:
    """Return the `word_pair` of all neighbouring words in each of the texts."""
    split = [text.split() for text in texts]
    return list(dict.fromkeys(word_pair(*pair) for words in split for pair in pairwise(words)))


@lru_cache(maxsize=8_192)  # each of a city's events contains its dozens of names in other languages
def _bag(texts: tuple[str, ...]) -> str:
    return " ".join(dict.fromkeys(word for text in texts for spelling in spellings(text) for word in spelling.split()))


@lru_cache(maxsize=8_192)
def _joined_names(texts: tuple[str, ...]) -> tuple[str, ...]:
    names = dict.fromkeys(joined(spelling) for text in texts for spelling in spellings(text))
    return tuple(name[:JOINED_LENGTH_MAX] for name in names)
