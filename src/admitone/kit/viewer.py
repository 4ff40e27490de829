"""Format numbers and times for one reader: English words, forms of the reader's region.

A browser that requests `de-AT` gets English words with Austrian order, separators and 24 hours (CLDR `en_AT`); a region
without English in CLDR gets world English (`en_001`: day before month).
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.localedata import locale_identifiers
from babel.numbers import format_currency, format_decimal, get_currency_symbol
from msgspec import Struct

from admitone.kit.money import currency_exponent

WORLD = "en_001"
_HEADER_CHARACTERS_MAX = 200


class Viewer(Struct, frozen=True):
    """A reader: `locale` is a CLDR identifier that begins with `en`."""

    locale: str = WORLD

    def money(self, amount: int, currency: str, *, exact: bool = False) -> str:
        """Minor units → `€12.50`; whole amounts omit their zeros (`€12`), as on a poster.

        `exact`: keep them, because other amounts of the same list have a fraction (`has_fractions`).
        """
        exponent = currency_exponent(currency)
        whole = not exact and amount % 10**exponent == 0
        return str(
            format_currency(
                Decimal(amount).scaleb(-exponent),
                currency,
                locale=self.locale,
                currency_digits=not whole,
                format=_money_pattern(self.locale, currency, whole),
            )
        )

    def count(self, number: int) -> str:
        return str(format_decimal(number, locale=self.locale))

    def day(self, day: date) -> str:
        """Return `Sat 3 Oct 2026`, the day as lists show it."""
        return str(format_skeleton("yMMMEd", day, locale=self.locale))

    def days(self, first: date, last: date) -> str:
        """Return `4–6 Dec 2026`, with the weekday if it is one day."""
        return self.day(first) if first == last else str(format_interval(first, last, "yMMMd", locale=self.locale))

    def short_day(self, day: date) -> str:
        return str(format_skeleton("MMMEd", day, locale=self.locale))

    def long_day(self, day: date) -> str:
        return str(format_date(day, "full", locale=self.locale))

    def month(self, day: date) -> str:
        return str(format_skeleton("yMMM", day, locale=self.locale))

    def clock(self, at: time) -> str:
        """Return `19:30` or `7:30 PM`."""
        return str(format_time(at, "short", locale=self.locale))

    def moment(self, at: datetime, zone: str) -> tuple[str, str]:
        """A moment in a zone → (day, clock)."""
        local = at.astimezone(ZoneInfo(zone))
        return self.short_day(local.date()), self.clock(local.time())


def has_fractions(amounts: Iterable[int], currency: str) -> bool:
    """Return whether an amount of a list needs its minor units: then all of them show them."""
    return any(amount % 10 ** currency_exponent(currency) for amount in amounts)


def viewer_for(accept_language: str | None) -> Viewer:
    """Return the reader of an `Accept-Language` header; world English if it is unreadable."""
    for tag in (accept_language or "")[:_HEADER_CHARACTERS_MAX].split(","):
        locale = _english_of(tag.split(";")[0].strip().replace("-", "_"))
        if locale is not None:
            return Viewer(locale)
    return Viewer()


@cache
def _known_english() -> frozenset[str]:
    return frozenset(name for name in locale_identifiers() if name.startswith("en_") and name.count("_") == 1)


def _english_of(tag: str) -> str | None:
    parts = tag.split("_")
    if not parts[0].isalpha() or not parts[0].isascii():
        return None
    region = next((p.upper() for p in parts[1:] if len(p) == 2), None) or _likely_region(parts[0].lower())
    if region is None:
        return None
    return f"en_{region}" if f"en_{region}" in _known_english() else WORLD


def _likely_region(language: str) -> str | None:
    likely = get_global("likely_subtags").get(language)
    return str(likely).split("_")[-1] if likely else None


@cache
def _money_pattern(locale: str, currency: str, whole: bool) -> str:
    """Return the locale's pattern, without decimals if there are none to show.

    A space follows a symbol that ends in a letter (`KWD 12.345`), as CLDR's currency spacing requires: Babel omits it.
    """
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern)
    if get_currency_symbol(currency, locale)[-1].isalpha():
        pattern = pattern.replace("¤#", "¤\xa0#").replace("0¤", "0\xa0¤")
    return pattern.replace("0.00", "0") if whole else pattern
