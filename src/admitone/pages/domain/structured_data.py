"""An event as schema.org describes it (JSON-LD), for search engines and calendars. Input is the API's JSON.

Properties and values are those that Google documents for events
(https://developers.google.com/search/docs/appearance/structured-data/event).
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from admitone.kit.moments import utc_text
from admitone.kit.money import Money, decimal_text
from admitone.pages.domain.addresses import canonical_path
from admitone.pages.domain.sale_state import event_sale_end
from admitone.pages.domain.words import place

_STATUS = {
    "scheduled": "EventScheduled",
    "postponed": "EventPostponed",
    "rescheduled": "EventRescheduled",
    "cancelled": "EventCancelled",
}
_KINDS = (
    ("sport", "SportsEvent"),
    ("football", "SportsEvent"),
    ("music", "MusicEvent"),
    ("conference", "BusinessEvent"),
    ("comedy", "ComedyEvent"),
)


def event_markup(event: dict[str, Any], *, origin: str, now: datetime) -> dict[str, Any]:
    """Details of an event → JSON-LD; `origin` (`https://tickets.example`) makes addresses absolute."""
    url = origin + canonical_path("event", event["id"], event["name"])
    said = f"{event['segment']} {event.get('genre') or ''}".lower()
    markup: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": next((kind for word, kind in _KINDS if word in said), "Event"),
        "name": event["name"],
        "url": url,
        "startDate": _local(event["starts_at"], event) or event["local_date"],
        "description": event.get("description") or f"{event['name']}, {event['local_date']}, {place(event['venue'])}",
        "eventStatus": f"https://schema.org/{_STATUS.get(event['status'], 'EventScheduled')}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": _place(event["venue"]),
        "performer": [
            {
                "@type": "PerformingGroup",
                "name": performer["name"],
                "url": origin + canonical_path("performer", performer["id"], performer["name"]),
            }
            for performer in event["performers"]
        ],
        "offers": [_offer(event, level, url, now) for level in event["price_levels"]],
    }
    organizer = event.get("organizer")
    optional = {
        "organizer": {"@type": "Organization", "name": organizer["name"], "url": f"{origin}/"} if organizer else None,
        "image": f"{origin}/cards/{event['id']}.png?v={event['revision']}",
        "previousStartDate": _previous_start(event),
        "doorTime": _local(event.get("doors_at"), event),
        "endDate": _local(event.get("ends_at"), event),
        "maximumAttendeeCapacity": sum(section["capacity"] for section in event["sections"]) or None,
    }
    return markup | {name: value for name, value in optional.items() if value}


def _previous_start(event: dict[str, Any]) -> str | None:
    """Return when a moved event was to begin; a day where the hour was not known."""
    previous: str | None = event.get("previous_start")
    if event["status"] != "rescheduled" or previous is None:
        return None
    return _local(previous, event) if "T" in previous else previous


def _place(venue: dict[str, Any]) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": venue.get("address"),
        "addressLocality": venue["city"],
        "addressRegion": venue.get("region"),
        "addressCountry": venue["country_code"],
    }
    place: dict[str, Any] = {
        "@type": "Place",
        "name": venue["name"],
        "address": {name: value for name, value in address.items() if value},
    }
    if location := venue.get("location"):
        place["geo"] = {"@type": "GeoCoordinates", "latitude": location["lat"], "longitude": location["lon"]}
    return place


def _local(moment: str | None, event: dict[str, Any]) -> str | None:
    """Return a moment with the offset of the venue: search engines show it as it is written."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(event["timezone"])).isoformat() if moment else None


def _availability(event: dict[str, Any], now: datetime) -> str:
    """Return one of the three values that Google knows. A show that is not sold now, for any reason, is sold out."""
    if event["status"] not in ("cancelled", "postponed"):
        if event["availability"] in ("available", "limited"):
            return "InStock"
        if event.get("on_sale_at") and datetime.fromisoformat(event["on_sale_at"]) > now:
            return "PreOrder"
    return "SoldOut"


def _offer(event: dict[str, Any], level: dict[str, Any], url: str, now: datetime) -> dict[str, Any]:
    """`price` is what one ticket bought alone costs, all fees included."""
    total = level["total"]
    offer = {
        "@type": "Offer",
        "name": level["name"],
        "url": url,
        "price": decimal_text(Money(total["amount"], total["currency"])),
        "priceCurrency": total["currency"],
        "availability": f"https://schema.org/{_availability(event, now)}",
        "validFrom": event.get("on_sale_at"),
        "validThrough": utc_text(event_sale_end(event)),
    }
    return {name: value for name, value in offer.items() if value}
