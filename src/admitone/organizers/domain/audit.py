"""Entries of the audit trail: who changed what, from where, and what they sent."""

import re
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from admitone.organizers.contracts import ActorKind

SENT_BYTES_MAX = 8 * 1024
REMOVED = "removed"
# Secrets, and personal data of buyers: an entry is never erased. Seating plans are large.
_REMOVED = frozenset(
    {
        "password",
        "secret",
        "token",
        "code",
        "csrf_token",
        "payment",
        "buyer",
        "email",
        "phone",
        "plan",
        "recipient",
        "recipients",
        "credential",
        "held_for",
    }
)
_OF_PEOPLE = re.compile(r"^buyer_|^friend|_email$")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")


class AuditEntry(Struct, frozen=True):
    """`action`: the operation's id (`updateVenue`). `subject`: what it changed, as a path (`events/evt_…`)."""

    id: str
    at: datetime
    actor_kind: ActorKind
    actor_id: str
    actor_name: str
    address: str | None
    agent: str
    action: str
    subject: str
    sent: Any = None
    before: Any = None


class Difference(Struct, frozen=True):
    """A member of what was changed. None: it was not set, or is not set any more."""

    name: str
    before: Any
    after: Any


class AuditFilter(Struct, frozen=True):
    words: str = ""
    actor_kind: ActorKind | None = None
    starts: datetime | None = None
    ends: datetime | None = None


def summarize_body(body: bytes) -> Any:
    """Return what an entry keeps of a body: no secrets, no buyers, nothing large. None for no body."""
    if not body:
        return None
    # The database stores no NUL in JSON: an entry that cannot be written would let a change go without one.
    if len(body) > SENT_BYTES_MAX or b"\\u0000" in body:
        return {"bytes": len(body)}
    try:
        return _without_secrets(msgspec.json.decode(body))
    except (msgspec.DecodeError, RecursionError):
        return {"bytes": len(body)}


def summarize(document: Any) -> Any:
    """Return the same of a document that is not encoded."""
    return None if document is None else summarize_body(msgspec.json.encode(document))


def differences(entry: AuditEntry) -> list[Difference]:
    """Return the members that a change replaced, where what was sent says what they became."""
    if not isinstance(entry.before, dict) or not isinstance(entry.sent, dict):
        return []
    if entry.sent.keys() == {"bytes"} or entry.before.keys() == {"bytes"}:
        return []  # too large to keep: what the members became is not known
    names = (name for name in entry.before if entry.before[name] != entry.sent.get(name))
    return [Difference(name, entry.before[name], entry.sent.get(name)) for name in names]


def words_of(action: str) -> str:
    """`createPromoCode` → `Create promo code`."""
    return " ".join(word.lower() for word in _WORD.findall(action)).capitalize()


def _without_secrets(document: Any) -> Any:
    if isinstance(document, dict):
        return {
            name: REMOVED if _is_removed(name) and value is not None else _without_secrets(value)
            for name, value in document.items()
        }
    if isinstance(document, list):
        return [_without_secrets(item) for item in document]
    return document


def _is_removed(name: Any) -> bool:
    return name in _REMOVED or _OF_PEOPLE.search(str(name)) is not None
