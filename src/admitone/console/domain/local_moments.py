"""Moments in a form: what the clocks at the venue show, and the moment (UTC) that it means.

A field `NAME` holds `YYYY-MM-DDTHH:MM`. Where the clocks show that twice, the field `NAME.which` says which one is
meant: the form shows it once it is needed.
"""

from collections.abc import Iterable
from datetime import datetime

from admitone.console.domain.forms import Form
from admitone.kit.local_time import BadMoment, occurrences, parse_local_start, to_local
from admitone.kit.moments import utc_text

FIRST, SECOND = "1", "2"


def read_moment(form: Form, name: str, timezone: str) -> str | None:
    """Return the moment in RFC 3339; None where the field is blank or has a fault, which is recorded."""
    text = form.text(name)
    if text is None:
        return None
    try:
        day, minute = parse_local_start(text)
    except BadMoment as error:
        form.faults[name] = str(error)
        return None
    moments = occurrences(day, minute, timezone)
    if not moments:
        form.faults[name] = (
            f"The clocks go forward on this day: {minute:%H:%M} does not exist in {timezone}. Choose another time."
        )
        return None
    which = form.value(f"{name}.which")
    if len(moments) == 2 and which not in (FIRST, SECOND):
        form.faults[name] = (
            f"The clocks go back on this day: {minute:%H:%M} comes twice in {timezone}. Say which one you mean."
        )
        return None
    return utc_text(moments[1] if len(moments) == 2 and which == SECOND else moments[0])


def show_moment(name: str, at: str | None, timezone: str) -> dict[str, str]:
    """Return the fields of a stored moment."""
    if at is None:
        return {name: ""}
    moment = datetime.fromisoformat(at)
    day, clock = to_local(moment, timezone)
    fields = {name: f"{day}T{clock}"}
    twice = occurrences(*parse_local_start(fields[name]), timezone)
    if len(twice) == 2:
        fields[f"{name}.which"] = SECOND if moment == twice[1] else FIRST
    return fields


def repeated_moments(form: Form, names: Iterable[str], timezone: str | None) -> set[str]:
    """Return the fields whose clock comes twice: the form asks which one is meant."""
    repeated = set()
    for name in names:
        try:
            day, minute = parse_local_start(form.value(name).strip())
        except BadMoment:
            continue
        if timezone and len(occurrences(day, minute, timezone)) == 2:
            repeated.add(name)
    return repeated
