"""The SQL statements of payments, and the queue of jobs, on the model."""

from collections.abc import Mapping
from typing import Any

import msgspec

from admitone.kit.sql import load_sql
from tests.races.simulation.model_database import ModelConnection, Row, Statement, View

Inputs = Mapping[str, Any]
ADD_JOB, FINISH_JOB = "add job", "finish job"


def insert_payments(view: View, p: Inputs) -> list[Row]:
    new = []
    for i, (booking_id, attempt) in enumerate(zip(p["booking_ids"], p["attempts"], strict=True)):
        if view.get("payments", booking_id, attempt) is not None:
            continue
        row = {
            "booking_id": booking_id,
            "attempt": attempt,
            "provider_ref": p["provider_refs"][i],
            "payment_method": p["payment_methods"][i],
            "amount": p["amounts"][i],
            "currency": p["currencies"][i],
            "status": "created",
            "decline_code": None,
            "message": None,
            "next_action": None,
            "refund_reserved": 0,
            "event_id": p["events"][i],
            "buyer_email": p["emails"][i],
        }
        new.append(view.put("payments", booking_id, attempt, row=row))
    return new


def read_payments(view: View, p: Inputs) -> list[Row]:
    wanted = set(p["booking_ids"])
    return [row for key, row in sorted(view.scan("payments"), key=lambda item: item[0]) if key[0] in wanted]


def apply_updates(view: View, p: Inputs) -> list[Row]:
    moved = []
    for i, (booking_id, attempt) in enumerate(zip(p["booking_ids"], p["attempts"], strict=True)):
        row = view.get("payments", booking_id, attempt)
        if row is None or row["status"] not in p["sources"][i].split(","):
            continue
        action = p["next_actions"][i]
        changed = row | {
            "status": p["statuses"][i],
            "provider_ref": p["provider_refs"][i] or row["provider_ref"],
            "decline_code": p["decline_codes"][i],
            "message": p["messages"][i],
            "next_action": msgspec.json.decode(action) if action else None,
        }
        moved.append(view.put("payments", booking_id, attempt, row=changed))
    return moved


def record_authorizations(view: View, p: Inputs) -> list[Row]:
    noted = []
    for booking_id, attempt in zip(p["booking_ids"], p["attempts"], strict=True):
        row = view.get("payments", booking_id, attempt)
        if row is not None and row["status"] in p["sources"]:
            changed = row | {"status": "authorized", "decline_code": None, "message": None, "next_action": None}
            noted.append(view.put("payments", booking_id, attempt, row=changed))
    return noted


def store_provider_refs(view: View, p: Inputs) -> list[Row]:
    stored = []
    for booking_id, attempt, provider_ref in zip(p["booking_ids"], p["attempts"], p["provider_refs"], strict=True):
        row = view.get("payments", booking_id, attempt)
        if row is not None and row["status"] == "created" and row["provider_ref"] in (None, provider_ref):
            stored.append(view.put("payments", booking_id, attempt, row=row | {"provider_ref": provider_ref}))
    return stored


def lock_payments(view: View, p: Inputs) -> list[Row]:
    for row in read_payments(view, p):
        view.lock("payments", row["booking_id"], row["attempt"])
    return []


def read_sold(view: View, p: Inputs) -> list[Row]:
    return [
        {"booking_id": booking_id, "organization_id": "org_house"}
        for booking_id in p["booking_ids"]
        if view.get("ledger", f"{booking_id}:sale") is not None and view.get("ledger", f"{booking_id}:unpaid") is None
    ]


def reverse_transactions(view: View, p: Inputs) -> list[Row]:
    reversed_now = []
    for earlier_id, new_id, kind in zip(p["ids"], p["new_ids"], p["kinds"], strict=True):
        earlier = view.get("ledger", earlier_id)
        if earlier is not None and view.get("ledger", new_id) is None:
            entries = [(account, -amount, currency) for account, amount, currency in earlier["entries"]]
            row = {"kind": kind, "booking_id": earlier["booking_id"], "entries": entries}
            reversed_now.append(view.put("ledger", new_id, row=row))
    return reversed_now


def append_ledger(view: View, p: Inputs) -> list[Row]:
    entries: dict[str, list[tuple[str, int, str]]] = {}
    for i, transaction_id in enumerate(p["entry_ids"]):
        entries.setdefault(transaction_id, []).append((p["accounts"][i], p["amounts"][i], p["currencies"][i]))
    for i, transaction_id in enumerate(p["ids"]):
        if view.get("ledger", transaction_id) is None:
            row = {"kind": p["kinds"][i], "booking_id": p["booking_ids"][i], "entries": entries[transaction_id]}
            view.put("ledger", transaction_id, row=row)
    return []


def keep_cards(view: View, p: Inputs) -> list[Row]:
    for booking_id, last4 in zip(p["booking_ids"], p["last4"], strict=True):
        if view.get("cards", booking_id) is None:
            view.put("cards", booking_id, row={"last4": last4})
    return []


def add_job(view: View, p: Inputs) -> list[Row]:
    view.put("jobs", p["number"], row={"name": p["name"], "arguments": p["arguments"], "is_done": False})
    return []


def finish_job(view: View, p: Inputs) -> list[Row]:
    job = view.get("jobs", p["number"])
    assert job is not None
    view.put("jobs", p["number"], row=job | {"is_done": True})
    return []


class Queue:
    """`kit.jobs.Defer` for the model: the transaction that needs a job writes it."""

    def __init__(self) -> None:
        self._number = 0  # a sequence as in PostgreSQL: it neither waits nor rolls back

    async def __call__(self, conn: Any, name: str, /, *, wait_seconds: float = 0.0, **arguments: Any) -> None:
        assert isinstance(conn, ModelConnection)
        self._number += 1
        await conn.execute(ADD_JOB, {"number": self._number, "name": name, "arguments": arguments})


JOB_STATEMENTS: dict[str, tuple[str, Statement]] = {
    ADD_JOB: ("add_job", add_job),
    FINISH_JOB: ("finish_job", finish_job),
}

PAYMENT_STATEMENTS: dict[str, tuple[str, Statement]] = {
    load_sql("admitone.payments.store", statement.__name__): (statement.__name__, statement)
    for statement in [
        *(insert_payments, read_payments, apply_updates, store_provider_refs, record_authorizations, append_ledger),
        *(lock_payments, read_sold, reverse_transactions, keep_cards),
    ]
}
