"""What a form of promo codes asks the API for: one code, or a batch of codes that are hard to guess, for everybody or
for one person each."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from admitone.console.domain.forms import Form

FIELDS = {"/amount/amount": "amount", "/amount": "amount", "/amount/currency": "currency", "/prefix": "code"}

_CELLS = re.compile(r"[,;\t]")
_IN_BRACKETS = re.compile(r"<([^<>]*@[^<>]*)>")


def is_batch(form: Form) -> bool:
    return form.text("count") not in (None, "1") or form.text("recipients") is not None


def recipients_of(form: Form) -> list[str]:
    """Return the addresses, from one a line or from CSV: the cell of a line that has an @. It may be as mail programs
    copy it: `Grace Hopper <grace@example.org>`. A first line without an @ is the header. A line with two addresses is a
    fault: neither is dropped in silence."""
    addresses: list[str] = []
    for number, line in enumerate(form.value("recipients").lstrip("\ufeff").splitlines(), 1):
        cells = [cell.strip().strip("\"' ") for cell in _CELLS.split(line)]
        found = [cell for cell in cells if "@" in cell]
        if len(found) > 1 or any(cell.count("@") > 1 and not _IN_BRACKETS.search(cell) for cell in found):
            form.faults.setdefault("recipients", f"Line {number} has more than one email address: {line.strip()[:80]}")
        if found:
            bracketed = _IN_BRACKETS.search(found[0])
            addresses.append(bracketed[1].strip() if bracketed else found[0])
        elif any(cells) and number > 1:
            form.faults.setdefault("recipients", f"Line {number} has no email address: {line.strip()[:80]}")
    if not addresses:
        form.faults.setdefault("recipients", "Enter at least one email address.")
    return addresses


def recipient_faults(faults: Iterable[tuple[str, str]], addresses: Sequence[str]) -> list[tuple[str, str]]:
    """Return the faults of the API; those of an address name it, because all addresses are typed in one field."""
    named: list[tuple[str, str]] = []
    for pointer, words in faults:
        place = pointer.removeprefix("/recipients/")
        is_address = place != pointer and place.isdecimal() and int(place) < len(addresses)
        named.append(("/recipients", f"{addresses[int(place)]}: {words}") if is_address else (pointer, words))
    return named


def draft_of(form: Form, *, zone: str) -> dict[str, Any]:
    """Return the body of one code, or of a batch; faults are recorded in the form."""
    code = (form.text("code") or "").upper()
    if not code:
        form.faults["code"] = "Enter how the codes begin." if is_batch(form) else "Enter the code."
    draft = _draft(form, zone)
    if form.text("recipients") is not None:
        return {"prefix": code, "recipients": recipients_of(form), **draft}
    if is_batch(form):
        return {"prefix": code, "count": form.whole("count"), **draft}
    return {"code": code, **draft}


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
