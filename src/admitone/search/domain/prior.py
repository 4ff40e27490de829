"""Rank events independently of the query: soon before late, popular before obscure, active before cancelled."""

from math import log2
from zlib import crc32

from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.search.domain.when import Moments

_DAY_SECONDS = 86_400
_POPULARITY_SHARE = 0.35
_NEARNESS_SHARE = 0.05
_HOURS_ORIGIN = 2_400_000
"""Hours from the year 1696 to 1970: all times become positive."""
_HOURS_MAX = (1 << 22) - 1


def event_prior(document: EventDocument, moments: Moments, *, now_seconds: float) -> float:
    """Return 0 (cancelled) to about 0.6; an engine multiplies a text score by log2(2 + prior), 1.0 to 1.4.

    This is small compared to the steps between exact, prefix and fuzzy matches: it orders equal matches only.
    """
    if document.status is EventStatus.CANCELLED:
        return 0.0
    days_away = abs(moments.earliest - now_seconds) / _DAY_SECONDS
    nearness = 1 / (1 + days_away / 60)
    popularity = min(1.0, log2(1 + max(0.0, document.popularity)) / 12)
    return 0.2 + _POPULARITY_SHARE * popularity + _NEARNESS_SHARE * nearness


def entity_prior(event_count: int) -> float:
    """Return 0 to 1 by the number of published events of a performer, a venue, a city."""
    return min(1.0, log2(1 + event_count) / 12)


def date_key(event_id: str, moments: Moments) -> int:
    """Return a key whose ascending order is by start; ids give events of one second a fixed order."""
    return (moments.earliest << 24) | (crc32(event_id.encode()) & 0xFFFFFF)


def series_key(event_id: str, earliest: int) -> int:
    """Return a key whose ascending order is by start. It is below 2⁵³: aggregations of the engines compute in
    doubles."""
    return (earliest << 19) | (crc32(event_id.encode()) & 0x7FFFF)


def price_key(event_id: str, moments: Moments, price: int | None, *, highest_first: bool) -> int:
    """Return a key that sorts by price, then by hour of start; events without a price come last in either direction."""
    limit = (1 << 30) - 1
    if price is None:
        return _compose(limit, event_id, moments)
    amount = min(max(price, 0), limit - 1)
    return _compose(limit - 1 - amount if highest_first else amount, event_id, moments)


def popularity_key(event_id: str, moments: Moments, popularity: float) -> int:
    """Return a key whose ascending order is the most popular first, then by hour of start."""
    limit = (1 << 30) - 1
    return _compose(limit - min(int(max(0.0, popularity) * 1_000), limit), event_id, moments)


def _compose(leading: int, event_id: str, moments: Moments) -> int:
    hours = min(max(moments.earliest // 3600 + _HOURS_ORIGIN, 0), _HOURS_MAX)
    return (leading << 33) | (hours << 11) | (crc32(event_id.encode()) & 0x7FF)
