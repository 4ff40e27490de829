"""What a list of an organization's events is narrowed by."""

from typing import Literal

from msgspec import Struct

EventListing = Literal["upcoming", "on_sale", "paused", "drafts", "past", "cancelled"]


class EventFilter(Struct, frozen=True, kw_only=True):
    """All that is given must hold. `q`: words of the name; `first_day`, `last_day`: days at the venue, included."""

    q: str = ""
    listing: EventListing | None = None
    seat_map_id: str | None = None
    venue_id: str | None = None
    series_id: str | None = None
    first_day: str | None = None
    last_day: str | None = None
