"""What screens say of an event: its state in words, and what is missing before it is published."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from admitone.catalogue.contracts import ASSUMED_LENGTH

Document = dict[str, Any]


class State(Struct, frozen=True):
    """`code`: for the tag's color and for tests."""

    code: str
    words: str


class Check(Struct, frozen=True):
    """One line of the checklist. `page`: the page of the event where it is done. `advice`: for what may be left out."""

    words: str
    is_done: bool
    page: str
    is_required: bool = True


_OF_STATUS = {
    "draft": State("draft", "Draft"),
    "cancelled": State("cancelled", "Cancelled"),
    "postponed": State("postponed", "Postponed"),
}


def state_of(event: Document, now: datetime, sold: int | None = None) -> State:
    """`event` as the API shows it; `sold`: its tickets, where they are known."""
    if event["status"] in _OF_STATUS:
        return _OF_STATUS[event["status"]]
    if is_over(event, now):
        return State("over", "Over")
    if not event["price_levels"]:
        return State("announced", "Announced, not for sale")
    if _is_after(event["on_sale_at"], now):
        return State("scheduled", "On sale later")
    if event["paused_at"] or has_ended(event, now):
        return State("paused", "Not selling")
    if sold is not None and event["capacity"] and sold >= event["capacity"]:
        return State("sold_out", "Sold out")
    return State("on_sale", "On sale")


def has_ended(event: Document, now: datetime) -> bool:
    """Return whether the planned end of the sale has passed."""
    return bool(event["off_sale_at"]) and not _is_after(event["off_sale_at"], now)


def resumed_words(event: Document, now: datetime) -> str:
    """`event`: after its sales were resumed."""
    if has_ended(event, now):
        return "Sales are no longer paused, but their planned end has passed. Set a later end to sell again."
    until = "their planned end" if event["off_sale_at"] else "the event is over"
    return f"Sales are open again, until {until}."


def is_over(event: Document, now: datetime) -> bool:
    if event["ends_at"]:
        return datetime.fromisoformat(event["ends_at"]) <= now
    return bool(event["starts_at"]) and datetime.fromisoformat(event["starts_at"]) + ASSUMED_LENGTH <= now


def _is_after(moment: str | None, now: datetime) -> bool:
    return moment is not None and datetime.fromisoformat(moment) > now


def checklist(event: Document, categories: list[str]) -> list[Check]:
    """`categories`: of the event's seat map. The API decides what can be published; this is advice."""
    priced = {category for level in event["price_levels"] for category in level["categories"]}
    unpriced = [category for category in categories if category not in priced]
    sells = bool(event["price_levels"]) and event["capacity"] > 0
    checks = [
        Check("Date and time", event["starts_at"] is not None, "details"),
        Check("Venue", event["venue_id"] is not None, "details"),
        Check("Places to sell, with prices", sells, "prices"),
    ]
    if unpriced and event["price_levels"]:
        checks.append(Check(f"A price for {', '.join(unpriced)}", False, "prices", is_required=False))
    return [
        *checks,
        Check("Time when the sale opens", event["on_sale_at"] is not None, "sale", is_required=False),
        Check("Description", event["description"] is not None, "details", is_required=False),
        Check("Performers", bool(event["performer_ids"]), "details", is_required=False),
        Check("Picture (a drawn poster is shown otherwise)", event["image_url"] is not None, "details", False),
    ]
