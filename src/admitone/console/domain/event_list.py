"""The list of events: what an address narrows it to. An address that a person keeps is a saved view."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

LISTINGS = {
    "upcoming": "Upcoming",
    "on_sale": "On sale",
    "paused": "Not selling",
    "drafts": "Drafts",
    "past": "Past",
    "cancelled": "Cancelled",
    "all": "All",
}
PATH = "/console/events"
_TEXT_MAX = 200


class EventListing(Struct, frozen=True, kw_only=True):
    """`first_day`, `last_day`: days at the venue, included."""

    listing: str = "upcoming"
    q: str | None = None
    venue_id: str | None = None
    series_id: str | None = None
    first_day: str | None = None
    last_day: str | None = None

    @property
    def is_narrowed(self) -> bool:
        return any(msgspec.structs.replace(self, listing="").members().values())

    def members(self) -> dict[str, str]:
        """Return what the address says, without what it leaves out."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value}

    def query(self) -> dict[str, Any]:
        """Return the parameters of `GET /organizer/events`."""
        return {**self.members(), "listing": None if self.listing == "all" else self.listing}

    def address(self, **changes: str | None) -> str:
        return f"{PATH}?{urlencode(msgspec.structs.replace(self, **changes).members())}"


def read_listing(query: Mapping[str, str]) -> EventListing:
    """Read an address; what it gets wrong is left out."""
    texts = {name: text.strip()[:_TEXT_MAX] or None for name, text in query.items() if "\0" not in text}
    listing = texts.get("listing")
    return EventListing(
        listing=listing if listing in LISTINGS and listing else "upcoming",
        q=texts.get("q"),
        venue_id=texts.get("venue_id"),
        series_id=texts.get("series_id"),
        first_day=_day(texts.get("first_day")),
        last_day=_day(texts.get("last_day")),
    )


def _day(text: str | None) -> str | None:
    try:
        return date.fromisoformat(text or "").isoformat()
    except ValueError:
        return None
