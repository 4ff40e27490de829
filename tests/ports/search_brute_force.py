"""What a search must find, by looking at every document: slow, and plain enough to be believed."""

from collections import Counter
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.search.contracts import SearchQuery
from admitone.search.domain.buckets import price_bucket
from admitone.search.domain.distance import distance_km

OWN_FILTERS = {"segment": "segment", "genre": "genre", "city": "city", "country": "country_code"}


def found_by_looking(documents: list[EventDocument], query: SearchQuery, now: datetime) -> set[str]:
    return {one.id for one in documents if _fits(one, query, now)}


def counted_by_looking(documents: list[EventDocument], query: SearchQuery, now: datetime, facet: str) -> dict[str, int]:
    own = OWN_FILTERS.get(facet)
    if own is not None:
        query = msgspec.structs.replace(query, **{own: None if own == "country_code" else ()})
    values = (_value(one, facet) for one in documents if _fits(one, query, now))
    return dict(Counter(value for value in values if value))


def _value(one: EventDocument, facet: str) -> str | None:
    if facet == "price":
        return None if one.price_min is None or one.currency is None else price_bucket(one.price_min, one.currency)
    return {
        "segment": one.segment,
        "genre": one.genre,
        "city": one.venue.city,
        "country": one.venue.country_code,
        "month": one.local_date[:7],
    }[facet]


def _fits(one: EventDocument, query: SearchQuery, now: datetime) -> bool:
    return (
        _in_time(one, query, now)
        and (not query.city or one.venue.city in query.city)
        and (not query.segment or one.segment in query.segment)
        and (not query.genre or one.genre in query.genre)
        and (not query.q or query.q in one.name.casefold().split())
        and (not query.region or (one.venue.region or "").casefold() in {name.casefold() for name in query.region})
        and query.country_code in (None, one.venue.country_code)
        and query.venue_id in (None, one.venue.id)
        and (query.performer_id is None or query.performer_id in {p.id for p in one.performers})
        and query.currency in (None, one.currency)
        and (query.price_max is None or (one.price_min is not None and one.price_min <= query.price_max))
        and _near(one, query)
        and _on_sale(one, query, now)
    )


def _in_time(one: EventDocument, query: SearchQuery, now: datetime) -> bool:
    zone, day = ZoneInfo(one.timezone), date.fromisoformat(one.local_date)
    earliest = one.starts_at or datetime.combine(day, time(), zone)
    latest = one.starts_at or datetime.combine(day, time(23, 59, 59), zone)
    if query.starts_from is None:
        after = latest >= now
    elif len(query.starts_from) == 10:
        after = one.local_date >= query.starts_from
    else:
        after = latest >= datetime.fromisoformat(query.starts_from)
    if query.starts_to is None:
        return after
    if len(query.starts_to) == 10:
        return after and one.local_date <= query.starts_to
    return after and earliest.astimezone(UTC) <= datetime.fromisoformat(query.starts_to)


def _near(one: EventDocument, query: SearchQuery) -> bool:
    if query.near is None or query.radius_km is None:
        return True
    if one.venue.latitude is None or one.venue.longitude is None:
        return False
    return distance_km(query.near, (one.venue.latitude, one.venue.longitude)) <= query.radius_km


def _on_sale(one: EventDocument, query: SearchQuery, now: datetime) -> bool:
    if query.on_sale is None:
        return True
    if one.capacity == 0 or one.status in (EventStatus.CANCELLED, EventStatus.POSTPONED):
        return False
    if query.on_sale == "soon":
        return one.on_sale_at is not None and one.on_sale_at > now
    return (one.on_sale_at is None or one.on_sale_at <= now) and (one.off_sale_at is None or one.off_sale_at > now)
