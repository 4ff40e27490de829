"""Read the Discovery API's parameters with our semantics. Ignore unknown ones, like the original."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from msgspec import Struct

from admitone.search.contracts import SearchQuery
from admitone.search.domain.discovery.geohash import geohash_centre
from admitone.search.domain.discovery.refusals import BadParameter, NotKnownHere, PagedTooDeep
from admitone.search.domain.parameters import DECIMAL, RADIUS_KM_MAX, TEXT_LENGTH_MAX, VALUES_MAX
from admitone.search.domain.when import read_moment

SIZE_DEFAULT = 20
SIZE_MAX = 200
DEPTH_MAX = 1_000
KM_A_MILE = 1.609344
EVENT_SORTS = {
    "relevance,desc": ("relevance", False),
    "relevance,asc": ("relevance", True),
    "date,asc": ("date", False),
    "date,desc": ("date", True),
    "date,name,asc": ("date", False),
    "date,name,desc": ("date", True),
    "distance,asc": ("distance", False),
    "distance,desc": ("distance", True),
    "distance,date,asc": ("distance", False),
}
"""Orders that the engine supports; the others are applied to a sufficiently small result."""
REFINED_SORTS = (
    "name,asc",
    "name,desc",
    "name,date,asc",
    "name,date,desc",
    "venueName,asc",
    "venueName,desc",
    "id,asc",
    "onSaleStartDate,asc",
    "random",
)
_UNKNOWN_HERE = ("postalCode", "marketId", "dmaId", "promoterId", "preSaleDateTime")
_UTC_EXAMPLE = "must be of valid format YYYY-MM-DDTHH:mm:ssZ {example: 2020-08-01T14:00:00Z }"


class Given:
    """The parameters as received: `name=a&name=b` and `name=a,b` are the same list."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, text in pairs:
            if "\0" in text:
                raise BadParameter(name[:100], "must not hold a NUL character")
            if text.strip():
                self._values.setdefault(name, []).append(text.strip())
        self.echo = [
            (name, ",".join(values)) for name, values in self._values.items() if name not in ("apikey", "page", "size")
        ]
        """For links to other pages."""

    def single(self, *names: str) -> str | None:
        """Return the first value of the first parameter in `names` that is present."""
        for name in names:
            if name in self._values:
                text = self._values[name][0]
                if len(text) > TEXT_LENGTH_MAX:
                    raise BadParameter(name, f"must have at most {TEXT_LENGTH_MAX} characters")
                return text
        return None

    def many(self, name: str) -> tuple[str, ...]:
        values = [part.strip() for text in self._values.get(name, ()) for part in text.split(",") if part.strip()]
        if len(values) > VALUES_MAX or any(len(value) > TEXT_LENGTH_MAX for value in values):
            raise BadParameter(name, f"must have at most {VALUES_MAX} values of {TEXT_LENGTH_MAX} characters")
        return tuple(dict.fromkeys(values))

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        text = self.single(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and lowest <= int(text) <= highest):
            raise BadParameter(name, f"must be a whole number from {lowest} to {highest}")
        return int(text)

    def choice(self, name: str, *choices: str) -> str | None:
        text = self.single(name)
        if text is not None and text not in choices:
            raise BadParameter(name, f"must be one of {', '.join(choices)}")
        return text


class PageAsked(Struct, frozen=True):
    number: int
    size: int


class EventsAsked(Struct, frozen=True, kw_only=True):
    """`query` goes to the engine; the other filters apply to its result. `nothing`: the filters exclude every event."""

    query: SearchQuery
    page: PageAsked
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Ids of classifications: segments or genres, which only the catalogue can distinguish."""
    on_sale_from: datetime | None = None
    on_sale_to: datetime | None = None
    sort: str | None = None
    unit: str = "miles"
    nothing: bool = False

    @property
    def refined(self) -> list[str]:
        """Return the parameters that the engine does not apply."""
        asked = {
            "onsaleStartDateTime": self.on_sale_from,
            "onsaleEndDateTime": self.on_sale_to,
            f"sort={self.sort}": self.sort,
        }
        return [name for name, value in asked.items() if value]


def read_page(given: Given) -> PageAsked:
    """Return the page. Raises `BadParameter`, `PagedTooDeep`."""
    size = given.whole("size", SIZE_DEFAULT, 1, SIZE_MAX)
    page = given.whole("page", 0, 0, 999_999_999)
    if page * size >= DEPTH_MAX:
        raise PagedTooDeep(DEPTH_MAX)
    return PageAsked(page, size)


def read_events_asked(given: Given) -> EventsAsked:
    """Return the query. Raises a `DiscoveryRefusal` that names the parameter."""
    for name in _UNKNOWN_HERE:
        if given.single(name) is not None:
            raise NotKnownHere(name)
    page = read_page(given)
    near = read_near(given)
    sort = given.choice("sort", *EVENT_SORTS, *REFINED_SORTS)
    key, reverse = EVENT_SORTS.get(sort or "", (None, False))
    if key == "distance" and near is None:
        key = None  # like the original: without a point, the distance order has no effect
    starts_from, starts_to = _times(given)
    country = given.single("countryCode")
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise BadParameter("countryCode", "must be of two letters, such as US")
    query = SearchQuery(
        q=given.single("keyword") or "",
        city=given.many("city"),
        country_code=country and country.upper(),
        region=given.many("stateCode"),
        segment=(*(name_of(segment_id) for segment_id in given.many("segmentId")), *given.many("segmentName")),
        genre=tuple(name_of(genre_id) for genre_id in given.many("genreId")),
        performer_id=_single(given, "attractionId"),
        venue_id=_single(given, "venueId"),
        starts_from=starts_from,
        starts_to=starts_to,
        near=near,
        radius_km=read_radius_km(given) if near is not None else None,
        sort=key,  # type: ignore[arg-type]  # the values of EVENT_SORTS
        reverse=reverse,
        page=page.number,
        size=page.size,
    )
    only = (given.choice("includeTest", "yes", "no", "only"), given.choice("includeTBA", "yes", "no", "only"))
    return EventsAsked(
        query=query,
        page=page,
        ids=given.many("id"),
        names=(
            *given.many("classificationName"),
            *(name_of(identifier) for identifier in given.many("classificationId")),
        ),
        on_sale_from=_instant(given, "onsaleStartDateTime"),
        on_sale_to=_instant(given, "onsaleEndDateTime"),
        sort=sort if sort in REFINED_SORTS else None,
        unit=given.choice("unit", "miles", "km") or "miles",
        # This catalogue has no test events, and no event without a date.
        nothing="only" in only or given.choice("includeTBD", "yes", "no", "only") == "only",
    )


def read_near(given: Given) -> tuple[float, float] | None:
    """Read `geoPoint` (a geohash, or `lat,long`) or the older `latlong`."""
    text = given.single("geoPoint", "latlong")
    if text is None:
        return None
    try:
        if "," not in text:
            return geohash_centre(text)
    except ValueError as error:
        raise BadParameter("geoPoint", "must be a geohash, or latitude and longitude") from error
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(DECIMAL.fullmatch(part) for part in parts):
        raise BadParameter("geoPoint", "must be a geohash, or latitude and longitude")
    latitude, longitude = (float(part) for part in parts)
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise BadParameter("geoPoint", "must be on the globe")
    return latitude, longitude


def read_radius_km(given: Given) -> float | None:
    text = given.single("radius")
    if text is None:
        return None
    radius = float(text) if DECIMAL.fullmatch(text) else 0.0
    if not 0 < radius <= RADIUS_KM_MAX:
        raise BadParameter("radius", f"must be a number above 0, at most {RADIUS_KM_MAX:.0f}")
    kilometres = radius if given.choice("unit", "miles", "km") == "km" else radius * KM_A_MILE
    return min(kilometres, RADIUS_KM_MAX)


def classification_id(prefix: str, name: str, fold: Callable[[str], str]) -> str:
    """`("seg", "Arts & Theatre")` → `seg_arts-theatre`: `name_of` returns a text that folds to the same."""
    return f"{prefix}_{fold(name).replace(' ', '-')}"


def name_of(identity: str) -> str:
    return identity.removeprefix("seg_").removeprefix("gen_").replace("-", " ")


def _single(given: Given, name: str) -> str | None:
    values = given.many(name)
    if len(values) > 1:
        raise BadParameter(name, "can be given once")
    return values[0] if values else None


def _times(given: Given) -> tuple[str | None, str | None]:
    """Read UTC bounds, else those of the venue's calendar, with the precision of a day."""
    start, end = given.single("startDateTime"), given.single("endDateTime")
    for local in ("localStartDateTime", "localStartEndDateTime"):
        parts = [part.strip() for part in (given.single(local) or "").split(",")]
        start = start or _day(local, parts[0])
        end = end or (_day(local, parts[1]) if len(parts) > 1 else None)
    _instant(given, "startDateTime")
    _instant(given, "endDateTime")
    return start, end


def _day(name: str, text: str) -> str | None:
    if text in ("", "*"):
        return None
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError as error:
        raise BadParameter(name, "must be of valid format YYYY-MM-DDTHH:mm:ss") from error


def _instant(given: Given, name: str) -> datetime | None:
    text = given.single(name)
    if text is None:
        return None
    try:
        moment = read_moment(text)
    except ValueError as error:
        raise BadParameter(name, _UTC_EXAMPLE) from error
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment
