"""Map all spellings of one query to one canonical query and one cache key.

The value cached under a key is the response to the canonical query, never to the client's own spelling: no client can
poison another query's key.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

import msgspec

from admitone.kit.fold import fold
from admitone.search.contracts import SearchQuery
from admitone.search.domain.when import read_moment

NEAR_DIGITS = 3
"""Degrees: a grid of at most 111 m, so that many clients at one place send the same query."""
NEAR_DIGITS_CLOSE = 5
"""About 1 m, for radii below `CLOSE_KM`, which a coarse grid would distort."""
CLOSE_KM = 1.0
ONLY_SIGNS = "?"
"""Replaces every text that folds to nothing: it is not empty, and matches nothing."""


def canonical_query(query: SearchQuery) -> SearchQuery:
    """Return a query with the same result and one spelling for all clients (near rounded to ~100 m)."""
    text = canonical_text(query.q)
    default = "relevance" if text else "date"
    sort = "date" if query.sort == "relevance" and not text else query.sort or default
    return msgspec.structs.replace(
        query,
        q=text,
        city=tuple(sorted(set(query.city))),
        country_code=query.country_code and query.country_code.upper(),
        region=tuple(sorted({fold(region_name) for region_name in query.region})),
        segment=tuple(sorted(set(query.segment))),
        genre=tuple(sorted(set(query.genre))),
        currency=query.currency and query.currency.upper(),
        starts_from=_moment(query.starts_from, up=True),
        starts_to=_moment(query.starts_to, up=False),
        near=_near(query),
        radius_km=None if query.radius_km is None else max(0.001, round(query.radius_km, 3)),
        sort=None if sort == default and not query.reverse else sort,
        facets=tuple(sorted(set(query.facets))),
        highlight=False,  # it changes how the hits are shown, not which there are
        understand=None,
    )


@lru_cache(maxsize=2_048)
def canonical_text(text: str) -> str:
    """Return the folded words with one space between: engines use nothing else."""
    return fold(text) or (ONLY_SIGNS if text.strip() else "")


def query_key(query: SearchQuery) -> str:
    """Return the key of a canonical query: 32 hexadecimal digits, whatever its length."""
    return sha256(msgspec.msgpack.encode(query)).hexdigest()[:32]


def text_key(text: str, size: int, city: str | None = None) -> str:
    """Return the key of a suggestion request: its canonical text, and the folded city."""
    return sha256(f"{size} {text}{'' if city is None else chr(0) + city}".encode()).hexdigest()[:32]


def _near(query: SearchQuery) -> tuple[float, float] | None:
    if query.near is None:
        return None
    close = query.radius_km is not None and query.radius_km < CLOSE_KM
    digits = NEAR_DIGITS_CLOSE if close else NEAR_DIGITS
    latitude, longitude = (round(degrees, digits) + 0.0 for degrees in query.near)  # + 0.0: avoid minus zero
    return latitude, 180.0 if longitude == -180.0 else longitude


def _moment(text: str | None, *, up: bool) -> str | None:
    """Return a day unchanged; an instant in UTC and whole seconds, rounded as the comparison rounds it."""
    if text is None:
        return None
    moment = read_moment(text)
    if not isinstance(moment, datetime):
        return moment.isoformat()
    second = moment.astimezone(UTC).replace(microsecond=0)
    if up and second != moment:
        second += timedelta(seconds=1)
    return second.isoformat().replace("+00:00", "Z")
