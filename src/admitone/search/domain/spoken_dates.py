"""Dates in a question ("pittsburgh this weekend", "24 dec", "im März") as filters; the clock is passed in.

A bare name of a month or a weekday is no date: "May", "Mars" and "Weekend" are names of acts, too.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import chain

from babel import Locale
from msgspec import Struct

from admitone.kit.fold import fold, fold_words
from admitone.search.contracts import SpokenDate

Span = tuple[date, date]
"""First and last day, both included."""


class Reading(Struct, frozen=True):
    """A question without its date: `q` is what is left of the words."""

    q: str
    date: SpokenDate


LANGUAGES = ("en", "de", "fr", "es", "it")


@lru_cache(maxsize=2_048)
def read_dates(text: str, today: date) -> Reading | None:
    """Return the first, longest date among the words of a question, or None if there is none.

    `today` is the day of the clock in UTC.
    """
    chunks = text.split()
    folded = [fold_words(chunk) for chunk in chunks]
    for start in range(len(chunks)):
        for end in range(min(len(chunks), start + _CHUNKS_MAX), start, -1):
            words = list(chain.from_iterable(folded[start:end]))
            if folded[start] and folded[end - 1] and (span := _span(words, today)) is not None:
                spoken = SpokenDate(" ".join(chunks[start:end]), span[0].isoformat(), span[1].isoformat())
                return Reading(" ".join((*chunks[:start], *chunks[end:])), spoken)
    return None


_CHUNKS_MAX = 5


def _span(words: Sequence[str], today: date) -> Span | None:
    try:
        phrase = _phrases().get(" ".join(words))
        return phrase(today) if phrase is not None else _calendar(words, today)
    except (ValueError, OverflowError):  # 31 February, or beyond the calendar
        return None


def _calendar(words: Sequence[str], today: date) -> Span | None:
    """`24 dec`, `december 24th 2026`, `24 de diciembre`, `2026-12-24`, `im märz`, `march 2027`."""
    if len(words) == 3 and all(word.isdecimal() for word in words) and len(words[0]) == 4:
        day = date(*map(int, words))
        return day, day
    kept = [word for word in words if word not in _OF]
    year = int(kept.pop()) if len(kept) > 1 and _is_year(kept[-1]) else None
    match kept:
        case [first, second]:
            for number, name in ((first, second), (second, first)):
                if (month := _months().get(name)) and (day_of_month := _day_of_month(number)):
                    return _day(day_of_month, month, year, today)
            if first in _IN and (month := _full_months().get(second)):
                return _month(month, year, today)
        case [name] if year is not None and (month := _full_months().get(name)):
            return _month(month, year, today)
    return None


def _day(day_of_month: int, month: int, year: int | None, today: date) -> Span:
    """Without a year the next one: of 24 December on 26 December, next year's."""
    day = date(year or today.year, month, day_of_month)
    if year is None and day < today:
        day = date(today.year + 1, month, day_of_month)
    return day, day


def _month(month: int, year: int | None, today: date) -> Span:
    chosen = year or (today.year if month >= today.month else today.year + 1)
    first = date(chosen, month, 1)
    last = _month_after(first) - timedelta(days=1)
    return (max(first, today) if first <= today <= last else first), last


def _month_after(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _day_of_month(word: str) -> int | None:
    digits = word.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th").removesuffix("er")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 2 else None


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdecimal() and word.startswith("20")


@cache
def _full_months() -> dict[str, int]:
    return dict(_named("wide"))


@cache
def _months() -> dict[str, int]:
    return {**dict(_named("abbreviated")), **_full_months(), "sept": 9}


def _named(width: str) -> Iterator[tuple[str, int]]:
    for language in LANGUAGES:
        for number, name in Locale.parse(language).months["format"][width].items():
            yield fold(name), number


def _today(today: date) -> Span:
    return today, today


def _days_on(days: int) -> Callable[[date], Span]:
    return lambda today: (today + timedelta(days=days), today + timedelta(days=days))


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def _weekend(today: date) -> Span:
    """Friday to Sunday, or what is left of it."""
    return max(today, _sunday(today) - timedelta(days=2)), _sunday(today)


def _next_weekend(today: date) -> Span:
    return _sunday(today) + timedelta(days=5), _sunday(today) + timedelta(days=7)


def _week(today: date) -> Span:
    return today, _sunday(today)


def _next_week(today: date) -> Span:
    return _sunday(today) + timedelta(days=1), _sunday(today) + timedelta(days=7)


def _this_month(today: date) -> Span:
    return today, _month_after(today.replace(day=1)) - timedelta(days=1)


def _next_month(today: date) -> Span:
    first = _month_after(today.replace(day=1))
    return first, _month_after(first) - timedelta(days=1)


_IN = frozenset(("in", "im", "en", "a", "au"))
_OF = frozenset(("of", "the", "de", "del", "le", "el", "il", "am", "den", "on"))
_PHRASES: tuple[tuple[Callable[[date], Span], str], ...] = (
    (_today, ("tonight, today, this evening, heute, heute abend, heute nacht, ce soir, aujourd'hui, cette nuit, hoy, "
             "esta noche, oggi, stasera, questa sera")),
    (_days_on(1), ("tomorrow, tomorrow night, tomorrow evening, morgen, morgen abend, demain, demain soir, mañana, "
                  "mañana por la noche, domani, domani sera")),
    (_days_on(2), "day after tomorrow, the day after tomorrow, übermorgen, après-demain, pasado mañana, dopodomani"),
    (_weekend, ("this weekend, the weekend, on the weekend, at the weekend, dieses wochenende, am wochenende, "
               "ce week-end, ce weekend, le week-end, este fin de semana, el fin de semana, questo fine settimana, "
               "questo weekend, nel fine settimana")),
    (_next_weekend, ("next weekend, nächstes wochenende, kommendes wochenende, le week-end prochain, "
                    "week-end prochain, weekend prochain, próximo fin de semana, el próximo fin de semana, "
                    "prossimo fine settimana, il prossimo fine settimana, prossimo weekend")),
    (_week, "this week, diese woche, cette semaine, esta semana, questa settimana"),
    (_next_week, ("next week, nächste woche, kommende woche, la semaine prochaine, semaine prochaine, próxima semana, "
                 "la próxima semana, la semana que viene, semana que viene, prossima settimana, "
                 "la prossima settimana, la settimana prossima, settimana prossima")),
    (_this_month, "this month, diesen monat, ce mois-ci, ce mois, este mes, questo mese"),
    (_next_month, ("next month, nächsten monat, le mois prochain, mois prochain, próximo mes, el próximo mes, "
                  "el mes que viene, prossimo mese, il prossimo mese, il mese prossimo")),
)  # fmt: skip


@cache
def _phrases() -> dict[str, Callable[[date], Span]]:
    return {fold(phrase): meant for meant, phrases in _PHRASES for phrase in phrases.split(", ")}
