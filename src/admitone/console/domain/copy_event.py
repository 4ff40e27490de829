"""Copy an event to another start: everything that its organizer wrote, without the times of the old sale."""

from datetime import datetime
from typing import Any

from admitone.kit.moments import utc_text

Document = dict[str, Any]
_SAME = (
    *("subtitle", "description", "segment", "genre", "series", "tags", "works", "venue_id", "city", "region"),
    *("country_code", "performer_ids", "age_restriction", "image_url", "image_alt", "seat_map_id", "booking_fee"),
    *("ticket_limit", "hold_seconds", "allow_orphans"),
)


def copy_document(event: Document, *, name: str, starts_at: str) -> Document:
    """Return the body that creates the copy. Doors and end keep their distance to the start."""
    document: Document = {member: event[member] for member in _SAME}
    document |= {"name": name, "starts_at": starts_at, "timezone": None if event["venue_id"] else event["timezone"]}
    if event["starts_at"]:
        shift = datetime.fromisoformat(starts_at) - datetime.fromisoformat(event["starts_at"])
        for member in ("doors_at", "ends_at"):
            if event[member]:
                document[member] = utc_text(datetime.fromisoformat(event[member]) + shift)
    levels = ("name", "price", "fees", "categories", "color")
    document["price_levels"] = [{member: level[member] for member in levels} for level in event["price_levels"]]
    areas = ("name", "capacity", "price_level")
    document["general_admission"] = [{member: area[member] for member in areas} for area in event["general_admission"]]
    document["waiting_room"] = {**event["waiting_room"], "pre_queue_opens_at": None}
    return document
