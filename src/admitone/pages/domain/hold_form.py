"""Convert the event page's form, which works without JavaScript, to an order of tickets.

Fields: `seat` (repeated, seat ids) · `area-<section id>` (places of a general-admission section) · `best_quantity` with
`best_price_level_id`, `best_section_id` (may be empty; best available, together), of which `best_wheelchair_places` ·
`promo_code`, `pass`, and `form_key`, which the server writes into each form that it renders.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from admitone.booking.contracts import BestChoice, HoldOrder
from admitone.kit.refusal import InvalidBody

FORM_KEY = "form_key"

_AREA = "area-"
_TEXT_MAX = 2_000
_WHOLE = re.compile(r"[0-9]{1,4}")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def read_form_key(fields: Iterable[tuple[str, str]]) -> str | None:
    """Return the idempotency key of the rendered form; None if a program sent none. Raises `InvalidBody`."""
    key = dict(fields).get(FORM_KEY)
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidBody([(f"/{FORM_KEY}", "The form was changed. Load its page again.")])
    return key


def hold_order(event_id: str, fields: Iterable[tuple[str, str]]) -> HoldOrder:
    """Return the body; ignore empty fields. Raises `InvalidBody` for a quantity that is not a number."""
    single: dict[str, str] = {}
    seats: list[str] = []
    areas: list[tuple[str, int]] = []
    for name, raw in fields:
        value = raw.strip()[:_TEXT_MAX]
        if name == "seat" and value:
            seats.append(value)
        elif name.startswith(_AREA) and (quantity := _quantity("/general_admission", value)):
            areas.append((name.removeprefix(_AREA), quantity))
        elif value:
            single[name] = value
    return HoldOrder(
        event_id=event_id,
        seats=tuple(dict.fromkeys(seats)),
        best=_best_choice(single),
        areas=tuple(areas),
        promo_code=single.get("promo_code"),
        given_pass=single.get("pass"),
    )


def same_order(event_id: str, tickets: Sequence[tuple[str, str | None]]) -> HoldOrder:
    """(section id, seat id or None) of each ticket of an expired booking → the order of the same tickets."""
    areas = Counter(section_id for section_id, seat_id in tickets if seat_id is None)
    seats = tuple(seat_id for _, seat_id in tickets if seat_id is not None)
    return HoldOrder(event_id, seats=seats, areas=tuple(areas.items()))


def _best_choice(fields: Mapping[str, str]) -> BestChoice | None:
    quantity = _quantity("/best_available/quantity", fields.get("best_quantity", ""))
    if not quantity:
        return None
    return BestChoice(
        quantity,
        section_id=fields.get("best_section_id"),
        price_level_id=fields.get("best_price_level_id"),
        wheelchair_places=_quantity("/best_available/wheelchair_places", fields.get("best_wheelchair_places", "")),
    )


def _quantity(pointer: str, text: str) -> int:
    if text and not _WHOLE.fullmatch(text):
        raise InvalidBody([(pointer, "Enter the number of tickets in digits.")])
    return int(text or 0)
