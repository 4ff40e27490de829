"""Find events by words and filters, with what is left of each; suggest what a beginning of a word may mean."""

from collections.abc import Sequence
from datetime import UTC
from time import perf_counter
from typing import Any, NamedTuple

import msgspec

from admitone.catalogue.contracts import Availability, event_summary
from admitone.kit.fold import fold_words
from admitone.kit.paging import page_members
from admitone.kit.refusal import InvalidParameter
from admitone.search.contracts import SearchAnswer, SearchQuery, SpokenDate, Suggestion
from admitone.search.domain.highlight import Highlighter
from admitone.search.domain.match_modes import needed_words
from admitone.search.domain.parameters import check_query
from admitone.search.domain.spoken_dates import read_dates
from admitone.search.ports import Found, Hit, IndexAbsent
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.finding.ask_index import ask_index, report_absence
from admitone.search.usecases.finding.overlay_availability import overlay_availability

_CURRENCIES_NAMED_MAX = 5
"""Currencies that the refusal lists."""
_NO_EVENTS = b'{"events":[]'


async def search_events(deps: Deps, query: SearchQuery) -> SearchAnswer:
    """Return one page of hits. Raises `InvalidParameter`, `TooDeep`, `Busy` while there is no index.

    Availability is read now, not found in the index: it changes faster than any index could follow. Where it
    cannot be read, the summaries have no member `availability`.
    """
    check_query(query)
    hits, left, highlighter, answer = await _find(deps, query)
    return msgspec.structs.replace(answer, events=[_summary(hit, left, highlighter) for hit in hits])


async def encode_events(deps: Deps, query: SearchQuery) -> tuple[bytes, bool]:
    """Return the JSON of `search_events` for a checked query, and whether every event has its availability.

    What is the same in each answer that an event appears in is encoded once (`EncodedSummaries`).
    """
    hits, left, highlighter, answer = await _find(deps, query)
    encoded = msgspec.json.encode(answer)
    assert encoded.startswith(_NO_EVENTS)
    events = [
        deps.summaries.encode(hit.document, left.get(hit.document.id))
        if left is not None and highlighter is None and hit.distance_km is None and hit.dates == 1
        else msgspec.json.encode(_summary(hit, left, highlighter))
        for hit in hits
    ]
    body = b"".join((_NO_EVENTS[:-1], b",".join(events), encoded[len(_NO_EVENTS) - 1 :]))
    return body, left is not None or not hits


class _Found(NamedTuple):
    """What was found; `answer` is without events."""

    hits: Sequence[Hit]
    left: dict[str, Availability] | None
    highlighter: Highlighter | None
    answer: SearchAnswer


async def _find(deps: Deps, query: SearchQuery) -> _Found:
    started = perf_counter()
    query, found, understood = await _find_understood(deps, query)
    found, left_out = await _leave_out_prefixes(deps, query, found)
    highlighter = Highlighter(query.q) if query.highlight and query.q else None
    left = await overlay_availability(deps, tuple(hit.document.id for hit in found.hits))
    answer = SearchAnswer(
        events=[],
        page=page_members(query.page, query.size, found.total),
        facets=found.facets,
        took_ms=round((perf_counter() - started) * 1000, 2),
        did_you_mean=found.did_you_mean,
        understood=understood if query.understand else None,
        left_out=left_out,
    )
    return _Found(found.hits, left, highlighter, answer)


async def _find_understood(deps: Deps, query: SearchQuery) -> tuple[SearchQuery, Found, SpokenDate | None]:
    """Find with the date among the words as a filter; where that finds nothing, the words may be a name.

    They are one only if an event has them all: "mahler this weekend" does not find Mahler on other days.
    """
    dated = query.starts_from is not None or query.starts_to is not None
    reading = None if dated or query.understand is False else read_dates(query.q, deps.now().astimezone(UTC).date())
    if reading is None:
        return query, await _ask_checked(deps, query), None
    date = reading.date
    filtered = msgspec.structs.replace(
        query, q=reading.q, starts_from=date.starts_from, starts_to=date.starts_to, under_way=True
    )
    found = await _ask_checked(deps, filtered)
    if found.total == 0 and _may_be_a_name(date.text, query.q):
        literal = await _ask_checked(deps, msgspec.structs.replace(query, whole_words=True))
        if literal.total:
            return query, literal, None
    return filtered, found, date


def _may_be_a_name(date_text: str, q: str) -> bool:
    """Return whether a search for the literal words would need any of the date: "tonight" is needed only alone."""
    words = fold_words(q)
    needed = {words[i] for i in needed_words(words)}
    return not needed.isdisjoint(fold_words(date_text))


async def _leave_out_prefixes(deps: Deps, query: SearchQuery, found: Found) -> tuple[Found, int]:
    """In an order other than relevance, leave out events in which the last word is a prefix if others have the word.

    By date, "queen" would list each concert of the Queens of the Stone Age between those of Queen. Only for callers
    that read how many were left out (`understand`). Return the answer and that number.
    """
    if not (query.understand and query.q and query.sort not in (None, "relevance") and found.total):
        return found, 0
    whole = await ask_index(deps, msgspec.structs.replace(query, whole_words=True))
    return (whole, found.total - whole.total) if whole.total else (found, 0)


async def _ask_checked(deps: Deps, query: SearchQuery) -> Found:
    await _check_currency(deps, query)
    return await ask_index(deps, query)


async def suggest(deps: Deps, typed: str, size: int, city: str | None = None) -> list[Suggestion]:
    """Return performers, venues, cities and events, the likeliest first: those with coming events, in `city` first.

    Raises `Busy` while there is no index.
    """
    try:
        return await deps.index.suggest(typed, size, now=deps.now(), city=city)
    except IndexAbsent as absence:
        raise await report_absence(deps) from absence


async def _check_currency(deps: Deps, query: SearchQuery) -> None:
    """A price filter or sort without `currency` needs results priced in one currency.

    2,500 minor units are 25 euros, 2,500 yen, or 2.5 dinars. Raises `InvalidParameter` that names `currency`, and
    `Busy` while there is no index.
    """
    if query.currency is not None or not (query.price_max is not None or query.sort == "price"):
        return
    found = await _priced_in(deps, query)
    if len(found) > 1:
        named = ", ".join(found[:_CURRENCIES_NAMED_MAX]) + (", …" if len(found) > _CURRENCIES_NAMED_MAX else "")
        wanted = "`sort=price`" if query.price_max is None else "`price_max`"
        raise InvalidParameter("currency", f"{wanted} compares amounts of one currency; these events have {named}.")


async def _priced_in(deps: Deps, query: SearchQuery) -> list[str]:
    """Return the currencies of what the query finds at any price, in alphabetical order."""
    any_price = msgspec.structs.replace(
        query,
        price_max=None,
        sort="date",
        reverse=False,
        page=0,
        size=1,
        facets=("price",),
        highlight=False,
        collapse=False,
    )
    found = await ask_index(deps, any_price)
    return sorted({entry["currency"] for entry in found.facets["price"]})


def _summary(hit: Hit, left: dict[str, Availability] | None, highlighter: Highlighter | None) -> dict[str, Any]:
    summary = event_summary(hit.document, (left or {}).get(hit.document.id), hit.distance_km)
    if hit.dates > 1:
        summary["date_count"] = hit.dates
    if left is None:
        del summary["availability"]  # nothing is known: "not on sale" would be a guess
    if highlighter is not None and (found_in := highlighter.highlights(hit.document)):
        summary["highlights"] = found_in
    return summary
