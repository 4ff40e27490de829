"""Decide what a visitor of an event's page can do now. Input is the API's JSON."""

from datetime import datetime
from enum import Enum
from typing import Any

from admitone.catalogue.contracts import sale_end

TICKET_LIMIT = 8
"""Of an event that says nothing else."""


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
    opens, closes = event.get("on_sale_at"), event_sale_end(event)
    if opens and datetime.fromisoformat(opens) > now:
        return SaleState.SOON
    if closes is not None and closes <= now:
        return SaleState.OVER
    return SaleState.SOLD_OUT if event["availability"] == "sold_out" else SaleState.OPEN


def event_sale_end(event: dict[str, Any]) -> datetime | None:
    """Return when the online sale of an event closes; None while no date is known."""
    moments = {
        name: datetime.fromisoformat(event[name]) if event.get(name) else None
        for name in ("starts_at", "ends_at", "off_sale_at")
    }
    return sale_end(**moments)


def tickets_max(event: dict[str, Any]) -> int:
    """Return how many tickets one buyer can ask for: the event's limit, or all places of a smaller show."""
    limit = int(event.get("ticket_limit") or TICKET_LIMIT)
    return min(limit, sum(section["capacity"] for section in event["sections"]) or limit)
