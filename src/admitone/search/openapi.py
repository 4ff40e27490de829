"""The parameters of search as OpenAPI describes them.

They are read from the raw query string (see `routes`), because an unknown parameter must be refused, which a
handler's signature cannot say; so they are described here and not there.
"""

from dataclasses import dataclass
from typing import Any, get_args

from litestar.openapi.spec import OpenAPIType, Operation, Parameter, Schema

from admitone.search.contracts import FacetName, SortKey
from admitone.search.domain.parameters import (
    AMOUNT_MAX,
    DEPTH_MAX,
    RADIUS_KM_MAX,
    SIZE_MAX,
    SUGGEST_SIZE_DEFAULT,
    SUGGEST_SIZE_MAX,
    TEXT_LENGTH_MAX,
    VALUES_MAX,
)

_MOMENT = "An RFC 3339 instant, or a day (`2026-12-31`), which is then meant in the venue's time zone."
_MOMENT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9:.]{8,15}([Zz]|[-+][0-9]{2}:[0-9]{2}))?$"


def _query(name: str, description: str, schema: Schema, **more: Any) -> Parameter:
    return Parameter(name=name, param_in="query", description=description, schema=schema, **more)


def _text(**more: Any) -> Schema:
    return Schema(type=OpenAPIType.STRING, max_length=TEXT_LENGTH_MAX, **more)


def _many(item: Schema) -> Schema:
    return Schema(type=OpenAPIType.ARRAY, items=item, max_items=VALUES_MAX)


def _words(values: list[str]) -> Schema:
    return Schema(type=OpenAPIType.STRING, enum=values)


_SORTS = [sign + key for key in get_args(SortKey) for sign in ("", "-")]

SEARCH_PARAMETERS = [
    _query(
        "q",
        "Words in any order over titles, performers, venues and cities. Typing errors, beginnings of words and "
        "missing accents are forgiven.",
        _text(),
    ),
    _query("city", "In this city; may be repeated (any of them).", _many(_text(min_length=1))),
    _query(
        "country_code", "In this country: ISO 3166-1 alpha-2.", Schema(type=OpenAPIType.STRING, pattern="^[A-Za-z]{2}$")
    ),
    _query("segment", "Of this segment; may be repeated (any of them).", _many(_text(min_length=1))),
    _query("genre", "Of this genre; may be repeated (any of them).", _many(_text(min_length=1))),
    _query("performer_id", "With this performer.", _text(min_length=1)),
    _query("venue_id", "At this venue.", _text(min_length=1)),
    _query(
        "starts_from",
        f"Starting then or later; without it only what is still to come is listed. {_MOMENT}",
        Schema(type=OpenAPIType.STRING, pattern=_MOMENT_PATTERN),
    ),
    _query(
        "starts_to",
        f"Starting then or earlier (a day counts whole). {_MOMENT}",
        Schema(type=OpenAPIType.STRING, pattern=_MOMENT_PATTERN),
    ),
    _query(
        "near",
        "`lat,lon` in degrees. Adds `distance_km` to every hit whose place is known.",
        Schema(type=OpenAPIType.STRING, pattern=r"^-?[0-9]{1,2}(\.[0-9]{1,9})?,-?[0-9]{1,3}(\.[0-9]{1,9})?$"),
    ),
    _query(
        "radius_km",
        "At most so far from `near`, which it needs.",
        Schema(type=OpenAPIType.NUMBER, exclusive_minimum=0, maximum=RADIUS_KM_MAX),
    ),
    _query(
        "price_max",
        "One ticket of the cheapest offer costs at most this, all fees included, in minor units. Amounts of different "
        "currencies are not compared: give `currency` too, unless all priced events found have the same.",
        Schema(type=OpenAPIType.INTEGER, minimum=0, maximum=AMOUNT_MAX),
    ),
    _query("currency", "Priced in this currency: ISO 4217.", Schema(type=OpenAPIType.STRING, pattern="^[A-Za-z]{3}$")),
    _query("on_sale", "On sale now, or soon.", _words(["now", "soon"])),
    _query(
        "sort",
        "`relevance` is the default with `q`, `date` without; `distance` needs `near`; `price` is the lowest first and "
        "needs one currency as `price_max` does, `popularity` the highest first. `-` in front reverses.",
        _words(_SORTS),
    ),
    _query(
        "page",
        f"From 0; `page * size` stays below {DEPTH_MAX:,}.",
        Schema(type=OpenAPIType.INTEGER, minimum=0, maximum=DEPTH_MAX * SIZE_MAX, default=0),
    ),
    _query("size", "Hits a page.", Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=SIZE_MAX, default=20)),
    _query(
        "facets",
        "A list with commas (or repeated) of what to count over the whole result. Segment, genre, city and country "
        "leave out their own filter, so that other choices stay in sight.",
        Schema(type=OpenAPIType.ARRAY, items=_words(list(get_args(FacetName)))),
        style="form",
        explode=False,
    ),
    _query(
        "highlight",
        "An extension: without it answers are as the contract has them. Adds `highlights` to each hit that `q` found: "
        '`[{"field", "id"?, "parts": [{"text", "hit"}]}]`, the texts in which its words stand, cut into parts, those '
        "that are hit marked. A text may be one that the summary does not show (another name, a composer).",
        Schema(type=OpenAPIType.BOOLEAN, default=False),
    ),
    _query(
        "collapse",
        "An extension. `true` lists each series once, by its first date that matches; `date_count` says how many of "
        "its dates match, and `price_range` spans those of them that are not cancelled or postponed. Totals and facets "
        "then count series, not their dates.",
        Schema(type=OpenAPIType.BOOLEAN, default=False),
    ),
    _query(
        "understand",
        'An extension. A date in the words of `q` ("tonight", "this weekend", "24 dec", "im März") filters by the '
        "day at the venue, unless `starts_from` or `starts_to` is given. `true` adds `understood` to the answer: "
        '`{"text", "starts_from", "starts_to"}`. In an order other than relevance, it also leaves out events in which '
        "the last word of `q` is only the beginning of a word, if others have the whole word, and adds their number as "
        "`left_out`. `false` searches for the literal words.",
        Schema(type=OpenAPIType.BOOLEAN),
    ),
]

SUGGEST_PARAMETERS = [
    _query("q", "What has been typed so far.", _text()),
    _query(
        "size",
        "Suggestions at most.",
        Schema(type=OpenAPIType.INTEGER, minimum=1, maximum=SUGGEST_SIZE_MAX, default=SUGGEST_SIZE_DEFAULT),
    ),
    _query("city", "An extension: names with coming events in this city come first.", _text(min_length=1)),
]


@dataclass
class SearchOperation(Operation):
    def __post_init__(self) -> None:
        self.parameters = list(SEARCH_PARAMETERS)


@dataclass
class SuggestOperation(Operation):
    def __post_init__(self) -> None:
        self.parameters = list(SUGGEST_PARAMETERS)
