"""Convert the API's codes to texts: when, where, how much, how many are left. Input is the API's JSON."""

from datetime import date, datetime, time
from typing import Any

from babel import Locale
from msgspec import Struct

from admitone.kit.viewer import Viewer

_ENGLISH = Locale("en")


class When(Struct, frozen=True):
    """The start of a show in the zone of its venue. `clock` is None while the time is to be announced."""

    iso: str
    """For `<time datetime>`."""
    day: str
    short_day: str
    long_day: str
    clock: str | None


def when(viewer: Viewer, event: dict[str, Any]) -> When:
    """Return the `local_date` (and `local_time`) of a Summary in the reader's format."""
    day = date.fromisoformat(event["local_date"])
    at = time.fromisoformat(event["local_time"]) if event.get("local_time") else None
    return When(
        iso=f"{day}T{at:%H:%M}" if at else str(day),
        day=viewer.day(day),
        short_day=viewer.short_day(day),
        long_day=viewer.long_day(day),
        clock=viewer.clock(at) if at else None,
    )


def moment(viewer: Viewer, at: str, zone: str) -> str:
    """An RFC 3339 time → `Sat 3 Oct, 10:00` in `zone`."""
    day, clock = viewer.moment(datetime.fromisoformat(at), zone)
    return f"{day}, {clock}"


def clock_at(viewer: Viewer, at: datetime, zone: str) -> str:
    """A moment → `19:42, Vienna time`."""
    return f"{viewer.moment(at, zone)[1]}, {zone_name(zone)}"


def zone_name(zone: str) -> str:
    """`America/New_York` → `New York time`; UTC has no city."""
    city = zone.split("/")[-1].replace("_", " ")
    return city if city == "UTC" else f"{city} time"


def prices(event: dict[str, Any]) -> list[int]:
    """Return every amount that the page of an event shows, in minor units."""
    fee = event.get("booking_fee")
    return [level["total"]["amount"] for level in event["price_levels"]] + ([fee["amount"]] if fee else [])


def from_price(viewer: Viewer, event: dict[str, Any], *, exact: bool = False) -> str | None:
    """`from €24`, or `€24` where there is one price: what one ticket bought alone costs, all fees included."""
    prices = event.get("price_range")
    if not prices:
        return None
    low, high = prices["min"], prices["max"]
    text = viewer.money(low["amount"], low["currency"], exact=exact)
    return text if low == high else f"from {text}"


_AVAILABILITY = {
    "available": "Tickets available",
    "limited": "Few tickets left",
    "sold_out": "Sold out",
    "off_sale": "Not on sale",
}
_STATUS = {"cancelled": "Cancelled", "postponed": "Postponed", "rescheduled": "New date"}


def availability(event: dict[str, Any], now: datetime | None = None) -> str:
    """Return how much is left; a more important status takes precedence."""
    if event.get("status") in ("cancelled", "postponed"):
        return _STATUS[event["status"]]
    opens = event.get("on_sale_at")
    left = event.get("availability")
    if left is None:
        return "See what is left"  # unknown when the list was made
    if left == "off_sale" and opens and now and datetime.fromisoformat(opens) > now:
        return "On sale soon"
    return _AVAILABILITY.get(left, "Not on sale")


def place(venue: dict[str, Any]) -> str:
    """Return `Carnegie Hall, New York, NY`; the city alone while the venue is to be announced."""
    parts = [venue.get("name"), venue.get("city"), venue.get("region")]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def country_name(code: str) -> str:
    return str(_ENGLISH.territories.get(code.upper(), code))


def plural(number: int, singular: str, many: str | None = None) -> str:
    """`plural(1, "ticket")` → `1 ticket`."""
    return f"{number} {singular if number == 1 else many or singular + 's'}"
