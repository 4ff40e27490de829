"""Convert the event page's form, which works without JavaScript, to the body of `POST /booking/checkout`.

Fields: `seat` (repeated, seat ids) · `area-<section id>` (places of a general-admission section) · `best_quantity` with
`best_price_level_id`, `best_section_id` (may be empty; best available, together), of which `best_wheelchair_places` ·
`promo_code`, `pass`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from admitone.kit.refusal import InvalidBody

_AREA = "area-"
_TEXT_MAX = 2_000
_WHOLE = re.compile(r"[0-9]{1,4}")


def hold_body(event_id: str, fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the body; ignore empty fields. Raises `InvalidBody` for a quantity that is not a number."""
    body: dict[str, Any] = {"event_id": event_id}
    values: dict[str, str] = {}
    seats: list[str] = []
    areas: list[dict[str, Any]] = []
    for name, raw in fields:
        value = raw.strip()[:_TEXT_MAX]
        if name == "seat" and value:
            seats.append(value)
        elif name.startswith(_AREA) and (quantity := _quantity("/general_admission", value)):
            areas.append({"section_id": name.removeprefix(_AREA), "quantity": quantity})
        elif value:
            values[name] = value
    if seats:
        body["seats"] = list(dict.fromkeys(seats))
    if areas:
        body["general_admission"] = areas
    if quantity := _quantity("/best_available/quantity", values.get("best_quantity", "")):
        body["best_available"] = {
            "quantity": quantity,
            "section_id": values.get("best_section_id"),
            "price_level_id": values.get("best_price_level_id"),
            "together": True,
        }
        if places := _quantity("/best_available/wheelchair_places", values.get("best_wheelchair_places", "")):
            body["best_available"]["wheelchair_places"] = places
    return {**body, **{name: values[name] for name in ("promo_code", "pass") if name in values}}


def same_again_body(event_id: str, tickets: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    """(section id, seat id or None) of each ticket of an expired booking → the body that holds the same tickets."""
    fields: list[tuple[str, str]] = [("seat", seat_id) for _, seat_id in tickets if seat_id]
    places: dict[str, int] = {}
    for section_id, seat_id in tickets:
        if seat_id is None:
            places[section_id] = places.get(section_id, 0) + 1
    fields += [(f"{_AREA}{section_id}", str(count)) for section_id, count in places.items()]
    return hold_body(event_id, fields)


def _quantity(pointer: str, text: str) -> int:
    if text and not _WHOLE.fullmatch(text):
        raise InvalidBody([(pointer, "Enter the number of tickets in digits.")])
    return int(text or 0)
