"""Countries and time zones to choose from, and the form of a venue."""

import zoneinfo
from functools import cache
from typing import Any

from babel import Locale

from admitone.console.domain.forms import Form

Document = dict[str, Any]
MEMBERS = ("name", "address", "city", "region", "country_code", "timezone")


@cache
def countries() -> list[tuple[str, str]]:
    """Return (ISO 3166-1 code, English name), by name."""
    names = Locale("en").territories
    found = [
        (code, str(name)) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NOT
    ]
    return sorted(found, key=lambda pair: pair[1])


_NOT = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
"""Codes of CLDR that ISO 3166-1 does not have."""


@cache
def timezones() -> list[tuple[str, str]]:
    """Return (IANA name, what is shown) of the zones that are named for a place, by name."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [(name, name.replace("_", " ")) for name in [*names, "UTC"]]


def venue_form(venue: Document) -> Form:
    place = venue["location"] or {}
    fields: dict[str, Any] = {name: venue[name] or "" for name in MEMBERS}
    fields |= {f"location.{axis}": str(place.get(axis, "")) for axis in ("lat", "lon")}
    fields["capacity"] = "" if venue["capacity"] is None else str(venue["capacity"])
    return Form.of(fields)


def venue_document(form: Form, prefix: str = "") -> Document:
    """Return the venue of the fields that begin with `prefix`; faults are recorded."""
    document: Document = {name: form.text(prefix + name) for name in MEMBERS}
    for name, words in (
        ("name", "Enter the name of the venue."),
        ("city", "Enter the city."),
        ("country_code", "Choose the country."),
        ("timezone", "Choose the time zone: all times of events follow its clocks."),
    ):
        if document[name] is None:
            form.faults[prefix + name] = words
    if not prefix:
        document["capacity"] = form.whole("capacity")
        document["location"] = _location(form)
    return document


def _location(form: Form) -> Document | None:
    texts = {axis: form.value(f"location.{axis}").strip().replace(",", ".") for axis in ("lat", "lon")}
    if not any(texts.values()):
        return None
    location: Document = {}
    for axis, text in texts.items():
        try:
            location[axis] = float(text)
        except ValueError:
            form.faults[f"location.{axis}"] = "Enter degrees as a number, for example 50.938."
    return location
