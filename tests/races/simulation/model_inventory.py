"""Statements of an event's inventory on the model: a Python version of `booking/store/sql/inventory.sql` and others."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.races.simulation.model_database import Row, Statement, View
from tests.races.simulation.model_time import at

Inputs = Mapping[str, Any]


def read_inventory(view: View, p: Inputs) -> list[Row]:
    sale = view.get("sales", p["event_id"])
    return [sale] if sale is not None else []


def lock_inventory(view: View, p: Inputs) -> list[Row]:
    view.lock("sales", p["event_id"])
    return read_inventory(view, p)


def raise_epoch(view: View, p: Inputs) -> list[Row]:
    sale = view.get("sales", p["event_id"])
    assert sale is not None
    return [view.put("sales", p["event_id"], row=sale | {"epoch": sale["epoch"] + 1})]


def set_inventory_digest(view: View, p: Inputs) -> list[Row]:
    sale = view.get("sales", p["event_id"])
    assert sale is not None
    return [view.put("sales", p["event_id"], row=sale | {"layout": p["layout"]})]


def issue_tickets(view: View, p: Inputs) -> list[Row]:
    event_id = p["event_id"]
    for index, level, area, state in zip(p["indexes"], p["levels"], p["areas"], p["states"], strict=True):
        known = view.get("tickets", event_id, index)
        if known is None or known["state"] in ("a", "b") or (known["state"] == "k" and state == "b"):
            row = {"index": index, "level_id": level, "area_id": area, "state": state, "booking_id": None}
            view.put("tickets", event_id, index, row=row)
        elif (known["level_id"], known["area_id"]) != (level, area):
            view.put("tickets", event_id, index, row=known | {"level_id": level, "area_id": area})
    return []


def withdraw_tickets(view: View, p: Inputs) -> list[Row]:
    kept = set(p["indexes"])
    for (event_id, index), row in list(view.scan("tickets")):
        if event_id == p["event_id"] and index not in kept and (row["level_id"] or row["state"] in ("a", "k")):
            state = "b" if row["state"] in ("a", "k") else row["state"]
            view.put("tickets", event_id, index, row=row | {"level_id": "", "state": state})
    return []


def delete_withdrawn_holds(view: View, p: Inputs) -> list[Row]:
    """No organizer holds a seat back here, so there is nothing to forget."""
    assert view.get("sales", p["event_id"]) is not None
    return []


def delete_withdrawn_reasons(view: View, p: Inputs) -> list[Row]:
    return delete_withdrawn_holds(view, p)


def read_places(view: View, p: Inputs) -> list[Row]:
    return [row for (event_id, _), row in sorted(view.scan("tickets")) if event_id == p["event_id"]]


def list_sold_indexes(view: View, p: Inputs) -> list[Row]:
    return [row for row in read_places(view, p) if row["state"] == "s"]


def read_live_claims(view: View, p: Inputs) -> list[Row]:
    now = at(view.now)
    holders = dict.fromkeys(
        row["booking_id"]
        for (event_id, _), row in sorted(view.scan("tickets"))
        if event_id == p["event_id"] and row["state"] == "c"
    )
    claims = []
    for holder in holders:
        b = view.get("bookings", holder)
        assert b is not None
        if b["status"] == "paying" or (b["status"] == "in_progress" and b["expires_at"] > now):
            left = 60_000 if b["status"] == "paying" else (b["expires_at"] - now) / timedelta(milliseconds=1)
            claims.append({"id": b["id"], "status": b["status"], "indexes": b["indexes"]})
            claims[-1]["remaining_ms"] = int(left) + (left > int(left))
    return claims


INVENTORY: tuple[Statement, ...] = (
    *(read_inventory, lock_inventory, raise_epoch, set_inventory_digest),
    *(issue_tickets, withdraw_tickets, delete_withdrawn_holds, delete_withdrawn_reasons),
    *(read_places, list_sold_indexes, read_live_claims),
)
