"""Decide what a visitor of an event's page can do now. Input is the API's JSON."""

from datetime import datetime
from enum import Enum
from typing import Any


class SaleState(Enum):
    OPEN = "open"
    SOON = "soon"  # opens at `on_sale_at`
    OVER = "over"
    SOLD_OUT = "sold_out"  # unpaid holds may expire: the map stays live
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    NOT_SOLD = "not_sold"  # no prices, no tickets


def sale_state(event: dict[str, Any], now: datetime) -> SaleState:
    """Return the most important fact: a cancelled show is not "sold out"."""
    if event["status"] == "cancelled":
        return SaleState.CANCELLED
    if event["status"] == "postponed":
        return SaleState.POSTPONED
    if not event["price_levels"] or not event["sections"]:
        return SaleState.NOT_SOLD
    opens, closes = event.get("on_sale_at"), event.get("off_sale_at") or event.get("starts_at")
    if opens and datetime.fromisoformat(opens) > now:
        return SaleState.SOON
    if closes and datetime.fromisoformat(closes) <= now:
        return SaleState.OVER
    return SaleState.SOLD_OUT if event["availability"] == "sold_out" else SaleState.OPEN
