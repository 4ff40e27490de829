"""The form that repeats an event, and the pattern of dates that it becomes."""

from datetime import date
from typing import Any

from admitone.console.domain.forms import Form

Document = dict[str, Any]

SLOTS = 4
"""Rows for times: evenings, matinees, and two more."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = tuple(zip(WEEKDAYS, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
EVERY = (("1", "Every week"), ("2", "Every second week"), ("3", "Every third week"), ("4", "Every fourth week"))
_PREVIEWED = ("starts_on", "until", "count", "every_weeks", "exceptions")


def repeat_form(event: Document) -> Form:
    """Return the form filled in: the event's own time, on the weekday of its date."""
    day = date.fromisoformat(event["local_date"])
    return Form.of(
        {
            "name": event["name"],
            "slots.0.time": event["local_time"] or "",
            "slots.0.weekdays": [WEEKDAYS[day.weekday()]],
            "every_weeks": "1",
            "starts_on": event["local_date"],
        }
    )


def has_more_times(form: Form) -> bool:
    """Return whether a row after the first is filled in, or has a fault."""
    rows = [f"slots.{row}" for row in range(1, SLOTS)]
    names = [*(f"{row}.time" for row in rows), *(f"{row}.weekdays" for row in rows)]
    return any(form.flag(name) or name in form.faults for name in names)


def pattern_document(form: Form) -> tuple[Document, dict[str, str]]:
    """Return the pattern, and the map from JSON pointers to fields. Faults are recorded in the form."""
    slots: list[Document] = []
    fields = {"/pattern": "", "/pattern/slots": "slots.0.time", "/pattern/until": "until", "/pattern/count": "count"}
    fields |= {"/pattern/starts_on": "starts_on"}
    for row in range(SLOTS):
        time, weekdays = form.text(f"slots.{row}.time"), form.values(f"slots.{row}.weekdays")
        if time is None and not weekdays:
            continue
        if time is None:
            form.faults[f"slots.{row}.time"] = "Enter the time."
        elif not weekdays:
            form.faults[f"slots.{row}.time"] = "Choose the weekdays of this time."
        fields |= {f"/pattern/slots/{len(slots)}/time": f"slots.{row}.time"}
        slots.append({"time": time, "weekdays": weekdays})
    if not slots:
        form.faults["slots.0.time"] = "Enter a time and its weekdays."
    exceptions = [line.strip().replace(" ", "T", 1) for line in form.value("exceptions").splitlines() if line.strip()]
    fields |= {f"/pattern/exceptions/{i}": "exceptions" for i in range(len(exceptions))}
    document: Document = {
        "slots": slots,
        "starts_on": form.text("starts_on"),
        "until": form.text("until"),
        "count": form.whole("count"),
        "every_weeks": form.whole("every_weeks") or 1,
        "exceptions": exceptions,
    }
    if document["until"] is None and document["count"] is None and "count" not in form.faults:
        form.faults["until"] = "Enter the last day, or the number of dates."
    return document, fields


def previewed(form: Form) -> str:
    """Return the pattern as one text: the form carries the one whose dates it shows."""
    slots = [(form.value(f"slots.{row}.time"), *form.values(f"slots.{row}.weekdays")) for row in range(SLOTS)]
    return repr([*slots, *(form.value(name).strip() for name in _PREVIEWED)])
