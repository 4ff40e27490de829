"""When, where and how much, in words: the day in the venue's zone, in the order that people of its country write.

The words are English, and so are the numbers: `€1,234.50`, also of a show in Vienna.
"""

from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.localedata import exists

from admitone.booking.contracts import BookedTicket
from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.kit.viewer import Viewer
from admitone.mail.domain.content import TicketLine

_WORLD = "en_001"


def day_of(event: EventDocument) -> str:
    """Return `Saturday, 3 October 2026`."""
    return str(format_date(date.fromisoformat(event.local_date), "full", locale=_locale(event.venue.country_code)))


def short_day_of(event: EventDocument) -> str:
    """Return `3 Oct 2026`, for subjects."""
    return str(format_date(date.fromisoformat(event.local_date), "medium", locale=_locale(event.venue.country_code)))


def clock_of(event: EventDocument) -> str | None:
    """Return `19:30` or `7:30 PM`; None while the time is to be announced."""
    return None if event.local_time is None else _clock(time.fromisoformat(event.local_time), event)


def when(event: EventDocument) -> str:
    clock = clock_of(event)
    return f"{day_of(event)}, {clock}" if clock else f"{day_of(event)}, time to be announced"


def new_when(event: EventDocument) -> str:
    """Return when the show is; without the old date of a postponed one."""
    return "New date to be announced" if event.status is EventStatus.POSTPONED else when(event)


def doors(event: EventDocument) -> str | None:
    return None if event.doors_at is None else _local_clock(event.doors_at, event)


def place(event: EventDocument) -> str:
    """Return `Carnegie Hall, 881 7th Ave, New York, NY`."""
    venue = event.venue
    parts = (venue.name, venue.address, venue.city, venue.region)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def map_url(event: EventDocument) -> str | None:
    """Return the venue on OpenStreetMap; None if its place is not known."""
    venue = event.venue
    if venue.latitude is None or venue.longitude is None or not venue.address:
        return None
    at = f"{venue.latitude}/{venue.longitude}"
    return f"https://www.openstreetmap.org/?mlat={venue.latitude}&mlon={venue.longitude}#map=16/{at}"


def money(amount: int, currency: str, event: EventDocument | None = None) -> str:
    """Minor units → `€85.00`; `$85.00` of a show in the United States, `US$85.00` elsewhere."""
    locale = _WORLD if event is None else _number_locale(event.venue.country_code)
    return Viewer(locale).money(amount, currency, exact=True)


def ticket_line(ticket: BookedTicket) -> TicketLine:
    place = [ticket.section]
    if ticket.row:
        place.append(f"row {ticket.row}")
    if ticket.seat:
        place.append(f"seat {ticket.seat}")
    kind = ticket.seat_kind.replace("_", " ").capitalize() if ticket.seat_kind else None
    return TicketLine(", ".join(place), " · ".join(part for part in (kind, ticket.price_level) if part))


def plural(number: int, singular: str) -> str:
    """`plural(2, "ticket")` → `2 tickets`."""
    return f"{number} {singular if number == 1 else singular + 's'}"


def local_moment(moment: datetime, event: EventDocument) -> str:
    """Return `3 Oct 2026, 19:30` by the clocks at the venue."""
    local = moment.astimezone(ZoneInfo(event.timezone))
    day = format_date(local.date(), "medium", locale=_locale(event.venue.country_code))
    return f"{day}, {_clock(local.time(), event)}"


def _local_clock(moment: datetime, event: EventDocument) -> str:
    return _clock(moment.astimezone(ZoneInfo(event.timezone)).time(), event)


def _clock(at: time, event: EventDocument) -> str:
    return str(format_time(at, "short", locale=_locale(event.venue.country_code)))


@cache
def _locale(country_code: str) -> str:
    locale = f"en_{country_code.upper()}"
    return locale if country_code.isalpha() and exists(locale) else _WORLD


@cache
def _number_locale(country_code: str) -> str:
    """Return the English of a country that separates numbers as English does; that of Austria does not."""
    locale = _locale(country_code)
    symbols = Locale.parse(locale).number_symbols["latn"]
    return locale if (symbols["group"], symbols["decimal"]) == (",", ".") else _WORLD
