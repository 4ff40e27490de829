"""What a form of promo codes asks the API for: one code, or a batch of codes that each work once."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from admitone.console.domain.forms import Form

BATCH_MAX = 200
_CHARACTERS = 8
# No 0, 1, I, L, O: codes are read aloud and typed.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
FIELDS = {"/amount/amount": "amount", "/amount": "amount", "/amount/currency": "currency"}


def drafts_of(form: Form, *, zone: str) -> list[dict[str, Any]]:
    """Return the bodies to send; faults are recorded in the form.

    The codes of a batch follow from the form's key: the same form sent twice asks for the same codes.
    """
    count = form.whole("count") or 1
    if not 1 <= count <= BATCH_MAX:
        form.faults["count"] = f"Enter a number from 1 to {BATCH_MAX}."
    code = (form.text("code") or "").upper()
    if not code:
        form.faults["code"] = "Enter the code." if count == 1 else "Enter how the codes begin."
    draft = _draft(form, zone)
    if form.faults:
        return []
    if count == 1:
        return [{"code": code, **draft}]
    return [{"code": f"{code}-{_suffix(form.value('form_key'), number)}", **draft} for number in range(count)]


def _draft(form: Form, zone: str) -> dict[str, Any]:
    currency = (form.text("currency") or "EUR").upper()
    draft: dict[str, Any] = {
        "event_id": form.text("event_id"),
        "uses_max": form.whole("uses_max"),
        "starts_at": _moment(form, "starts_at", zone),
        "ends_at": _moment(form, "ends_at", zone),
    }
    if form.value("kind") == "amount":
        amount = form.amount("amount", currency)
        if amount is None:
            form.faults.setdefault("amount", "Enter an amount.")
        return {**draft, "amount": {"amount": amount, "currency": currency}}
    percent = form.whole("percent")
    if percent is None:
        form.faults.setdefault("percent", "Enter a whole number.")
    return {**draft, "percent": percent}


def _moment(form: Form, name: str, zone: str) -> str | None:
    """Return a time that was typed in `zone`, in UTC."""
    text = form.text(name)
    if text is None:
        return None
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        form.faults[name] = "Enter a date and a time."
        return None
    return local.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _suffix(key: str, number: int) -> str:
    digest = hashlib.blake2b(f"{key} {number}".encode(), digest_size=16).digest()
    value = int.from_bytes(digest, "big")
    characters = []
    for _ in range(_CHARACTERS):
        value, place = divmod(value, len(_ALPHABET))
        characters.append(_ALPHABET[place])
    return "".join(characters)
