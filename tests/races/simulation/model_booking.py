"""Booking's SQL statements on the model: a Python version of `booking/store/sql/*.sql`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import psycopg

from admitone.kit.sql import load_sql
from tests.races.simulation.model_database import Row, Statement, View
from tests.races.simulation.model_inventory import INVENTORY
from tests.races.simulation.model_time import at, must_wait

OVER = ("expired", "released", "failed")
Inputs = Mapping[str, Any]


def claim_tickets(view: View, p: Inputs) -> list[Row]:
    wanted: dict[str, list[int]] = {}
    for booking_id, index in zip(p["wanted_bookings"], p["wanted_indexes"], strict=True):
        wanted.setdefault(booking_id, []).append(index)
    answer = []
    for i, booking_id in enumerate(p["ids"]):
        event_id, key, quantity = p["events"][i], p["keys"][i], p["quantities"][i]
        sale = view.get("sales", event_id)
        still_open = sale is not None and sale["open"] and sale["revision"] == p["revisions"][i]
        within = p["buyer_keys"][i] is None or quantity + _bought(view, event_id, p["buyer_keys"][i]) <= p["limits"][i]
        known = view.get("keys", key) if key is not None else None
        row = {"id": booking_id, "won": False, "created_at": None, "expires_at": None}
        row |= {"still_open": still_open, "within_limit": within, "existing_id": known["id"] if known else None}
        row |= {"pass_fault": None, "block_wait": 0}  # the model has no waiting room and no public addresses
        answer.append(row)
        if not (still_open and within and known is None):
            continue
        indexes = sorted(wanted[booking_id])
        if not _all_free(view, event_id, indexes):
            continue
        if key is not None:
            view.put("keys", key, row={"id": booking_id})
            if ("keys", key) in view.waited_for and view.get("keys", key) is not None:
                raise psycopg.errors.UniqueViolation("bookings_idempotency_key_key")
        for index in indexes:
            ticket = view.get("tickets", event_id, index)
            assert ticket is not None
            view.put("tickets", event_id, index, row=ticket | {"state": "c", "booking_id": booking_id})
        booking = _new_booking(view, p, i, indexes)
        view.put("bookings", booking_id, row=booking)
        row |= {"won": True, "created_at": booking["created_at"], "expires_at": booking["expires_at"]}
    return answer


def _bought(view: View, event_id: str, buyer_key: str) -> int:
    now = at(view.now)
    return sum(
        len(b["indexes"])
        for _, b in view.scan("bookings")
        if b["event_id"] == event_id
        and b["buyer_key"] == buyer_key
        and (
            b["status"] in ("paying", "confirmed", "partially_refunded")
            or (b["status"] == "in_progress" and b["expires_at"] > now)
        )
    )


def _all_free(view: View, event_id: str, indexes: list[int]) -> bool:
    is_free = True
    for index in indexes:
        ticket = view.get("tickets", event_id, index)
        if ticket is None or ticket["state"] not in ("a", "c") or not ticket["level_id"]:
            is_free = False
            continue
        view.lock("tickets", event_id, index)
        if ticket["state"] == "a":
            continue
        holder = view.get("bookings", ticket["booking_id"])
        assert holder is not None
        if holder["status"] == "in_progress" and holder["expires_at"] <= at(view.now):
            view.lock("bookings", holder["id"])  # waits for a payment that begins at this moment
        elif holder["status"] not in OVER:
            is_free = False
    return is_free


def _new_booking(view: View, p: Inputs, i: int, indexes: list[int]) -> Row:
    return {
        "id": p["ids"][i],
        "event_id": p["events"][i],
        "organization_id": p["organizations"][i],
        "status": "in_progress",
        "indexes": indexes,
        "tickets": msgspec.json.decode(p["tickets"][i]),
        "subtotal": p["subtotals"][i],
        "fees": p["fees"][i],
        "currency": p["currencies"][i],
        "buyer_key": p["buyer_keys"][i],
        "buyer_email": p["emails"][i],
        "buyer_name": p["names"][i],
        "attempt": 0,
        "idempotency_key": p["keys"][i],
        "request_hash": p["hashes"][i],
        "created_at": at(view.now),
        "expires_at": at(view.now + p["holds"][i]),
        "confirmed_at": None,
        "refunded": [],
        **dict.fromkeys(
            (
                "paying_since",
                "extended_at",
                "promo_code",
                "counter_payment",
                "client_key",
                "block_key",
                "is_resale",
                "link_version",
            )
        ),
        "pass_ref": None,
    }


def lock_buyers(view: View, p: Inputs) -> list[Row]:
    for key in sorted(set(p["keys"])):
        view.lock("advisory", key)
    return []


def begin_payments(view: View, p: Inputs) -> list[Row]:
    begun = []
    for i, booking_id in enumerate(p["ids"]):
        b = view.get("bookings", booking_id)
        if b is None or b["status"] != "in_progress" or b["expires_at"] <= at(view.now) or must_wait(view, b):
            continue
        sale, buyer_key = view.get("sales", b["event_id"]), p["buyer_keys"][i]
        if sale is None or not sale["open"]:
            continue
        is_new = buyer_key is not None and buyer_key != b["buyer_key"]
        if is_new and len(b["indexes"]) + _bought(view, b["event_id"], buyer_key) > p["limits"][i]:
            continue
        changed = b | {"status": "paying", "attempt": b["attempt"] + 1, "paying_since": at(view.now)}
        named = {"buyer_email": p["emails"][i], "buyer_name": p["names"][i], "buyer_key": buyer_key}
        changed |= {name: value for name, value in named.items() if value is not None}
        begun.append(view.put("bookings", booking_id, row=changed))
    return begun


def end_payments(view: View, p: Inputs) -> list[Row]:
    for booking_id, attempt in zip(p["ids"], p["attempts"], strict=True):
        b = view.get("bookings", booking_id)
        if b is not None and b["attempt"] == attempt and b["status"] == "paying":
            view.put("bookings", booking_id, row=b | {"status": "in_progress"})
    return []


def extend_hold_for_authentication(view: View, p: Inputs) -> list[Row]:
    b, now = view.get("bookings", p["id"]), at(view.now)
    if b is None or b["attempt"] != p["attempt"]:
        return []
    if b["status"] != "paying" and (b["status"] != "in_progress" or b["expires_at"] <= now):
        return []
    later = max(b["expires_at"], now + min(b["expires_at"] - b["created_at"], timedelta(seconds=p["seconds"])))
    is_extended = b["extended_at"] is None and later > b["expires_at"]
    changed = b | {"status": "in_progress"}
    if is_extended:
        changed |= {"expires_at": later, "extended_at": now}
    view.put("bookings", b["id"], row=changed)
    return [{"expires_at": changed["expires_at"], "is_extended": is_extended}]


def take_over_payment(view: View, p: Inputs) -> list[Row]:
    b = view.get("bookings", p["id"])
    if b is None or b["attempt"] != p["attempt"] or b["status"] != "paying":
        return []
    return [view.put("bookings", b["id"], row=b | {"attempt": b["attempt"] + 1, "paying_since": at(view.now)})]


def sell_tickets(view: View, p: Inputs) -> list[Row]:
    sold = []
    for booking_id, attempt in zip(p["ids"], p["attempts"], strict=True):
        b = view.get("bookings", booking_id)
        if b is None or b["status"] != "paying" or b["attempt"] != attempt:
            continue
        held = _held_by(view, b)
        if len(held) != len(b["indexes"]):
            continue
        for ticket in held:
            view.put("tickets", b["event_id"], ticket["index"], row=ticket | {"state": "s"})
        view.put("bookings", booking_id, row=b | {"status": "confirmed", "confirmed_at": at(view.now)})
        sold.append({"id": booking_id, "confirmed_at": at(view.now)})
    return sold


def free_bookings(view: View, p: Inputs) -> list[Row]:
    ended = []
    for booking_id in p["ids"]:
        b = view.get("bookings", booking_id)
        if b is None or b["status"] != p["from_status"]:
            continue
        held = _held_by(view, b)
        if p["lapsed_only"] and b["expires_at"] > at(view.now):
            continue
        for ticket in held:
            freed = {"state": _freed(ticket), "booking_id": None}
            view.put("tickets", b["event_id"], ticket["index"], row=ticket | freed)
        ended.append(view.put("bookings", booking_id, row=b | {"status": p["status"]}))
    return ended


def _freed(ticket: Row) -> str:
    return "a" if ticket["level_id"] else "b"


def _held_by(view: View, booking: Row) -> list[Row]:
    held = []
    for index in sorted(booking["indexes"]):
        ticket = view.get("tickets", booking["event_id"], index)
        if ticket is not None and ticket["state"] == "c" and ticket["booking_id"] == booking["id"]:
            view.lock("tickets", booking["event_id"], index)
            held.append(ticket)
    return held


def sweep_expired(view: View, p: Inputs) -> list[Row]:
    due = [
        b
        for _, b in view.scan("bookings")
        if b["expires_at"] <= at(view.now)
        and b["status"] in ("in_progress", "paying")
        and not _is_recorded(view.get("overdue", b["id"]))
    ]
    return [
        {"id": b["id"], "event_id": b["event_id"], "status": b["status"]}
        for b in sorted(due, key=lambda b: b["expires_at"])[: p["rows_max"]]
    ]


def forget_sold(_view: View, _p: Inputs) -> list[Row]:
    """Do nothing: the model finds the live bookings among all, and has no table of them."""
    return []


def record_overdue(view: View, p: Inputs) -> list[Row]:
    for booking_id in p["ids"]:
        if not _is_recorded(view.get("overdue", booking_id)):
            view.put("overdue", booking_id, row={"noted_at": view.now, "is_over": False})
    return []


def read_overdue(view: View, _p: Inputs) -> list[Row]:
    noted = sorted((row["noted_at"], key[0]) for key, row in view.scan("overdue") if _is_recorded(row))
    rows = []
    for noted_at, booking_id in noted[:500]:
        b = view.get("bookings", booking_id)
        assert b is not None
        rows.append({name: b[name] for name in ("id", "status", "event_id", "attempt")})
        rows[-1]["seconds"] = view.now - noted_at
        rows[-1]["is_over"] = b["expires_at"] <= at(view.now)
    return rows


def clear_overdue(view: View, p: Inputs) -> list[Row]:
    for booking_id in p["ids"]:
        if _is_recorded(view.get("overdue", booking_id)):
            view.put("overdue", booking_id, row={"noted_at": 0.0, "is_over": True})
    return []


def _is_recorded(row: Row | None) -> bool:
    return row is not None and not row["is_over"]


def read_stalled_payments(view: View, p: Inputs) -> list[Row]:
    now = at(view.now)
    return [
        {"id": b["id"]}
        for _, b in view.scan("bookings")
        if now <= b["expires_at"] <= now + timedelta(hours=1)
        and b["status"] == "paying"
        and b["paying_since"] < now - timedelta(seconds=p["seconds"])
    ]


def read_bookings(view: View, p: Inputs) -> list[Row]:
    return [row for booking_id in p["ids"] if (row := view.get("bookings", booking_id)) is not None]


def read_confirmed_places(view: View, p: Inputs) -> list[Row]:
    return [
        {"id": row["id"], "event_id": row["event_id"], "indexes": row["indexes"]}
        for row in read_bookings(view, p)
        if row["status"] == "confirmed"
    ]


def read_bookings_by_key(view: View, p: Inputs) -> list[Row]:
    known = [row for key in p["keys"] if (row := view.get("keys", key)) is not None]
    return read_bookings(view, {"ids": [row["id"] for row in known]})


def read_ticket_holder(view: View, p: Inputs) -> list[Row]:
    ticket = view.get("tickets", p["event_id"], p["index"])
    return read_bookings(view, {"ids": [ticket["booking_id"]]}) if ticket and ticket["state"] == "s" else []


def project_events(view: View, p: Inputs) -> list[Row]:
    taken_over = []
    for i, event_id in enumerate(p["events"]):
        known = view.get("sales", event_id)
        if known is not None and known["revision"] > p["revisions"][i]:
            continue
        row = {
            "event_id": event_id,
            "organization_id": p["organizations"][i],
            "revision": p["revisions"][i],
            "open": p["opens"][i],
            "terms": msgspec.json.decode(p["terms"][i]),
            "layout": known["layout"] if known else None,
            "epoch": known["epoch"] if known else 0,
            "has_waiting": False,  # the simulated buyers do not wait
        }
        taken_over.append(view.put("sales", event_id, row=row))
    return taken_over


def list_outdated_inventories(view: View, p: Inputs) -> list[Row]:
    outdated = []
    for event_id, layout in zip(p["events"], p["digests"], strict=True):
        sale = view.get("sales", event_id)
        if sale is not None and sale["layout"] not in (None, layout):
            outdated.append({"event_id": event_id})
    return outdated


_STATEMENTS = [
    *(claim_tickets, lock_buyers, begin_payments, end_payments, extend_hold_for_authentication),
    *(take_over_payment, sell_tickets),
    *(
        free_bookings,
        sweep_expired,
        forget_sold,
        record_overdue,
        read_overdue,
        clear_overdue,
        read_stalled_payments,
        read_bookings,
    ),
    *(read_confirmed_places, read_bookings_by_key, read_ticket_holder, project_events, list_outdated_inventories),
    *INVENTORY,
]

BOOKING_STATEMENTS: dict[str, tuple[str, Statement]] = {
    load_sql("admitone.booking.store", statement.__name__): (statement.__name__, statement) for statement in _STATEMENTS
}
