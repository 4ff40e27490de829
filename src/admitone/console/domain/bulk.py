"""Change many events: what each act sends to the API, and what is left to do.

An act runs in pieces, one request each. The form carries what is left and what failed, so that a page that is sent
again, or by a browser without scripts, goes on where the last one ended.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from admitone.console.domain.forms import Form

Document = dict[str, Any]

ACTS = {
    "publication": "Publish",
    "pause": "Pause sales",
    "resumption": "Resume sales",
    "prices": "Change prices",
    "cancellation": "Cancel",
}
UNCHANGED = {
    "pause": "they are not on sale",
    "resumption": "their sales have not ended",
    "prices": "they have no price of these names, or have these prices already",
}
"""Why an act leaves an event as it is."""
EVENTS_MAX = 400
PIECE = 25
"""Events of one request: some seconds on a busy server."""
CONFIRMATION = "CANCEL"
_EVENT_ID = re.compile(r"evt_[A-Za-z0-9_-]{1,124}")


class Concerned(Struct, frozen=True):
    """Whom an act concerns. `totals`: what buyers paid, one for each currency."""

    events: int
    bookings: int
    tickets: int
    totals: tuple[Document, ...]


class Failed(Struct, frozen=True):
    event_id: str
    words: str


def concerned_by(event_ids: Sequence[str], sales: Mapping[str, Document]) -> Concerned:
    totals: dict[str, int] = {}
    for sums in sales.values():
        if sums["total"]["amount"]:
            currency = sums["total"]["currency"]
            totals[currency] = totals.get(currency, 0) + sums["total"]["amount"]
    return Concerned(
        events=len(event_ids),
        bookings=sum(sums["bookings"] for sums in sales.values()),
        tickets=sum(sums["tickets"] for sums in sales.values()),
        totals=tuple({"amount": amount, "currency": currency} for currency, amount in sorted(totals.items())),
    )


def chosen_ids(form: Form) -> list[str]:
    """Return the chosen ids. They become parts of API paths: a text that is no event's id is left out."""
    return list(dict.fromkeys(filter(_EVENT_ID.fullmatch, form.values("event"))))[:EVENTS_MAX]


def failures_of(form: Form) -> list[Failed]:
    """Return what failed in the pieces before: fields `failed` with `id words`."""
    pairs = (text.partition(" ") for text in form.values("failed")[:EVENTS_MAX])
    return [Failed(event_id, words) for event_id, _, words in pairs if _EVENT_ID.fullmatch(event_id)]


def level_names(events: Sequence[Document]) -> list[tuple[str, str]]:
    """Return (name, currency) of the price levels, each once: prices change by name."""
    levels = ((level["name"], level["price"]["currency"]) for event in events for level in event["price_levels"])
    return list(dict.fromkeys(levels))


def repriced(event: Document, amounts: Mapping[tuple[str, str], int]) -> Document | None:
    """Return the body that changes the event's prices; None where it has no level of these names, or nothing
    changes."""
    levels = [
        {name: level[name] for name in ("id", "name", "price", "fees", "categories", "color")}
        for level in event["price_levels"]
    ]
    for level in levels:
        price = level["price"]
        level["price"] = {**price, "amount": amounts.get((level["name"], price["currency"]), price["amount"])}
    changed = any(new["price"] != old["price"] for new, old in zip(levels, event["price_levels"], strict=True))
    return {"price_levels": levels} if changed else None
