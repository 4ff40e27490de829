"""An event as schema.org describes it (JSON-LD), for search engines and calendars. Input is the API's JSON."""

from typing import Any

from admitone.kit.money import Money, decimal_text
from admitone.pages.domain.addresses import canonical_path

_STATUS = {
    "scheduled": "EventScheduled",
    "postponed": "EventPostponed",
    "rescheduled": "EventRescheduled",
    "cancelled": "EventCancelled",
}
_AVAILABILITY = {"available": "InStock", "limited": "LimitedAvailability", "sold_out": "SoldOut"}
_KINDS = (
    ("sport", "SportsEvent"),
    ("football", "SportsEvent"),
    ("music", "MusicEvent"),
    ("conference", "BusinessEvent"),
    ("comedy", "ComedyEvent"),
)


def event_markup(event: dict[str, Any], *, origin: str) -> dict[str, Any]:
    """Details of an event → JSON-LD; `origin` (`https://tickets.example`) makes addresses absolute."""
    url = origin + canonical_path("event", event["id"], event["name"])
    said = f"{event['segment']} {event.get('genre') or ''}".lower()
    markup: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": next((kind for word, kind in _KINDS if word in said), "Event"),
        "name": event["name"],
        "url": url,
        "startDate": event["starts_at"] or event["local_date"],
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
        "offers": [_offer(event, level, url) for level in event["price_levels"]],
    }
    optional = {
        "description": event.get("description"),
        "image": origin + event["image_url"] if event.get("image_url") else None,
        "doorTime": event.get("doors_at"),
        "endDate": event.get("ends_at"),
        "maximumAttendeeCapacity": sum(section["capacity"] for section in event["sections"]) or None,
    }
    return markup | {name: value for name, value in optional.items() if value}


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


def _offer(event: dict[str, Any], level: dict[str, Any], url: str) -> dict[str, Any]:
    """`price` is what one ticket bought alone costs, all fees included."""
    left = _AVAILABILITY.get(event["availability"])
    if left is None:
        left = "Discontinued" if event["status"] == "cancelled" else "PreOrder"
    total = level["total"]
    offer = {
        "@type": "Offer",
        "name": level["name"],
        "url": url,
        "price": decimal_text(Money(total["amount"], total["currency"])),
        "priceCurrency": total["currency"],
        "availability": f"https://schema.org/{left}",
        "validFrom": event.get("on_sale_at"),
        "validThrough": event.get("off_sale_at") or event["starts_at"],
    }
    return {name: value for name, value in offer.items() if value}
