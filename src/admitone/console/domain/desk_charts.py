"""Charts of the show desk: money by price level, and how far visitors come. Lengths are percent of the longest bar."""

from typing import Any

from msgspec import Struct

Document = dict[str, Any]
WIDTH = 100


class LevelBar(Struct, frozen=True):
    """Money of one price level, complimentary tickets included. `length`: percent of the level with the most."""

    name: str
    tickets: int
    total: Document
    length: int


class FunnelStep(Struct, frozen=True):
    """How many came so far. `length` and `percent`: of the first step."""

    name: str
    count: int
    length: int
    percent: int


def level_bars(sales: Document, event: Document) -> list[LevelBar]:
    """Return what each price level of the event brought, without fees, in the event's order."""
    sold = {level["price_level_id"]: level for level in sales["price_levels"]}
    totals: list[tuple[str, int, Document]] = []
    for level in event["price_levels"]:
        found = sold.get(level["id"])
        amount = found["subtotal"]["amount"] - found["discount"]["amount"] if found else 0
        money = {"amount": amount, "currency": event["currency"]}
        totals.append((level["name"], found["tickets"] if found else 0, money))
    most = max((money["amount"] for _, _, money in totals), default=0)
    return [LevelBar(name, tickets, money, _share(money["amount"], most)) for name, tickets, money in totals]


def funnel_of(overview: Document, queue: Document | None) -> list[FunnelStep]:
    """Return the steps from the waiting room, if people came to one, to bought bookings."""
    steps: list[tuple[str, int]] = []
    if queue is not None and (waited := queue["waiting"] + queue["called"] + queue["missed"] + queue["admitted"]):
        steps = [("Came to the waiting room", waited), ("Were admitted", queue["admitted"])]
    counts = overview["funnel"]
    steps += [
        ("Held tickets", counts["held"]),
        ("Began to pay", counts["paid_for"]),
        ("Bought", counts["bought"]),
    ]
    most, first = max(count for _, count in steps), steps[0][1]
    return [FunnelStep(name, count, _share(count, most), _share(count, first)) for name, count in steps]


def _share(part: int, whole: int) -> int:
    """Return a whole percentage; the smallest part that is not nothing is 1."""
    return max(1, round(part * WIDTH / whole)) if part > 0 and whole > 0 else 0
