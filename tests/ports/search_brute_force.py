"""The expected results of a search, by a check of every document: slow, and simple enough to trust."""

from collections import Counter
from datetime import UTC, date, datetime, time
from zlib import crc32
from zoneinfo import ZoneInfo

import msgspec

from admitone.catalogue.contracts import EventDocument, EventStatus, event_end, sale_end
from admitone.search.contracts import SearchQuery
from admitone.search.domain.buckets import price_bucket
from admitone.search.domain.distance import distance_km

OWN_FILTERS = {"segment": "segment", "genre": "genre", "city": "city", "country": "country_code"}


def found_by_looking(documents: list[EventDocument], query: SearchQuery, now: datetime) -> set[str]:
    fitting = [document for document in documents if _fits(document, query, now)]
    if not query.collapse:
        return {document.id for document in fitting}
    first: dict[str, EventDocument] = {}
    for document in sorted(fitting, key=_start):
        first.setdefault(document.series_id or document.id, document)
    return {document.id for document in first.values()}


def counted_by_looking(documents: list[EventDocument], query: SearchQuery, now: datetime, facet: str) -> dict[str, int]:
    own = OWN_FILTERS.get(facet)
    if own is not None:
        query = msgspec.structs.replace(query, **{own: None if own == "country_code" else ()})
    fitting = [document for document in documents if _fits(document, query, now)]
    if query.collapse:  # a series counts once for each value
        pairs = {(_value(document, facet), document.series_id or document.id) for document in fitting}
        return dict(Counter(value for value, _ in pairs if value))
    values = (_value(document, facet) for document in fitting)
    return dict(Counter(value for value in values if value))


def _start(document: EventDocument) -> tuple[int, int]:
    """Return the earliest second, and what orders dates of one second."""
    moment = document.starts_at
    if moment is None:
        day = date.fromisoformat(document.local_date)
        moment = datetime.combine(day, time(), ZoneInfo(document.timezone))
    return int(moment.timestamp()), crc32(document.id.encode()) & 0x7FFFF


def _value(document: EventDocument, facet: str) -> str | None:
    if facet == "price":
        return (
            None
            if document.price_min is None or document.currency is None
            else price_bucket(document.price_min, document.currency)
        )
    return {
        "segment": document.segment,
        "genre": document.genre,
        "city": document.venue.city,
        "country": document.venue.country_code,
        "month": document.local_date[:7],
    }[facet]


def _fits(document: EventDocument, query: SearchQuery, now: datetime) -> bool:
    return (
        _in_time(document, query, now)
        and (not query.city or document.venue.city in query.city)
        and (not query.segment or document.segment in query.segment)
        and (not query.genre or document.genre in query.genre)
        and (not query.q or query.q in document.name.casefold().split())
        and (not query.region or (document.venue.region or "").casefold() in {name.casefold() for name in query.region})
        and query.country_code in (None, document.venue.country_code)
        and query.venue_id in (None, document.venue.id)
        and (query.performer_id is None or query.performer_id in {p.id for p in document.performers})
        and query.currency in (None, document.currency)
        and (query.price_max is None or (document.price_min is not None and document.price_min <= query.price_max))
        and _near(document, query)
        and _on_sale(document, query, now)
    )


def _in_time(document: EventDocument, query: SearchQuery, now: datetime) -> bool:
    zone, day = ZoneInfo(document.timezone), date.fromisoformat(document.local_date)
    earliest = document.starts_at or datetime.combine(day, time(), zone)
    latest = document.starts_at or datetime.combine(day, time(23, 59, 59), zone)
    if query.starts_from is None:
        after = max(latest, event_end(document.starts_at, document.ends_at) or latest) >= now
    elif len(query.starts_from) == 10:
        after = document.local_date >= query.starts_from
    else:
        after = latest >= datetime.fromisoformat(query.starts_from)
    if query.starts_to is None:
        return after
    if len(query.starts_to) == 10:
        return after and document.local_date <= query.starts_to
    return after and earliest.astimezone(UTC) <= datetime.fromisoformat(query.starts_to)


def _near(document: EventDocument, query: SearchQuery) -> bool:
    if query.near is None or query.radius_km is None:
        return True
    if document.venue.latitude is None or document.venue.longitude is None:
        return False
    return distance_km(query.near, (document.venue.latitude, document.venue.longitude)) <= query.radius_km


def _on_sale(document: EventDocument, query: SearchQuery, now: datetime) -> bool:
    if query.on_sale is None:
        return True
    if document.capacity == 0 or document.status in (EventStatus.CANCELLED, EventStatus.POSTPONED):
        return False
    if query.on_sale == "soon":
        return document.on_sale_at is not None and document.on_sale_at > now
    closes = sale_end(starts_at=document.starts_at, ends_at=document.ends_at, off_sale_at=document.off_sale_at)
    return (document.on_sale_at is None or document.on_sale_at <= now) and (closes is None or closes > now)
