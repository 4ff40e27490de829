"""What a form of promo codes asks the API for: one code, or a batch of codes that are hard to guess."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from admitone.console.domain.forms import Form

FIELDS = {"/amount/amount": "amount", "/amount": "amount", "/amount/currency": "currency", "/prefix": "code"}


def is_batch(form: Form) -> bool:
    return form.text("count") not in (None, "1")


def draft_of(form: Form, *, zone: str) -> dict[str, Any]:
    """Return the body of one code, or of a batch; faults are recorded in the form."""
    code = (form.text("code") or "").upper()
    if not code:
        form.faults["code"] = "Enter how the codes begin." if is_batch(form) else "Enter the code."
    draft = _draft(form, zone)
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
