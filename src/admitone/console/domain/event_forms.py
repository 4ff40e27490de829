"""The forms of an event and the documents of the API that they become, part by part: details, prices, sale."""

from typing import Any

from admitone.console.domain.forms import Form
from admitone.console.domain.local_moments import read_moment, show_moment
from admitone.kit.money import currency_exponent

Document = dict[str, Any]

DETAIL_MOMENTS = ("start", "doors_at", "ends_at")
SALE_MOMENTS = ("on_sale_at", "off_sale_at", "waiting_room.pre_queue_opens_at")
SEGMENTS = tuple((name, name.capitalize()) for name in ("music", "arts", "sports", "film", "family", "other"))
NEW_CURRENCY = "EUR"
_TEXTS = ("name", "subtitle", "description", "segment", "genre", "age_restriction", "image_alt")
_SPARE_ROWS = 1
ROWS_MAX = 100


def details_form(event: Document, performers: list[str]) -> Form:
    zone = event["timezone"]
    fields: dict[str, Any] = {name: event[name] or "" for name in _TEXTS}
    fields |= {"venue_id": event["venue_id"] or "", "seat_map_id": event["seat_map_id"] or ""}
    fields["image_url" if is_own_picture(event["image_url"]) else "image_address"] = event["image_url"] or ""
    fields["performers"] = "\n".join(performers)
    fields |= show_moment("start", event["starts_at"], zone)
    for name in ("doors_at", "ends_at"):
        fields |= show_moment(name, event[name], zone)
    return Form.of(fields)


def details_document(form: Form, timezone: str, *, is_new: bool) -> Document:
    """Return the members of the details; faults are recorded. A start that is left blank stays as it is."""
    document: Document = {name: form.text(name) for name in _TEXTS}
    document["segment"] = document["segment"] or "other"
    document["seat_map_id"] = form.text("seat_map_id")
    document["image_url"] = form.text("image_address") or form.text("image_url")
    if document["name"] is None:
        form.faults["name"] = "Enter the name of the event."
    start = read_moment(form, "start", timezone)
    if start is not None:
        document["starts_at"] = start
    elif is_new and "start" not in form.faults:
        form.faults["start"] = "Enter the date and the time when the event starts."
    for name in ("doors_at", "ends_at"):
        document[name] = read_moment(form, name, timezone)
    return document


def is_own_picture(image_url: str | None) -> bool:
    """Return whether an address is on this installation, not on another site."""
    return image_url is not None and image_url.startswith("/")


def performer_names(form: Form) -> list[str]:
    """Return the names of the field, one a line, each once."""
    return list(dict.fromkeys(name for line in form.value("performers").splitlines() if (name := line.strip())))


def sale_form(event: Document) -> Form:
    zone, room = event["timezone"], event["waiting_room"]
    fields: dict[str, Any] = {
        "ticket_limit": str(event["ticket_limit"]),
        "hold_minutes": f"{event['hold_seconds'] / 60:g}",
        "allow_orphans": "on" if event["allow_orphans"] else None,
        "waiting_room.mode": room["mode"],
        "waiting_room.max_active": _text(room["max_active"]),
        "waiting_room.rate_per_minute": _text(room["rate_per_minute"]),
    }
    for name in ("on_sale_at", "off_sale_at"):
        fields |= show_moment(name, event[name], zone)
    fields |= show_moment("waiting_room.pre_queue_opens_at", room["pre_queue_opens_at"], zone)
    return Form.of(fields)


def sale_document(form: Form, timezone: str) -> Document:
    minutes = form.value("hold_minutes").strip().replace(",", ".")
    document: Document = {
        "on_sale_at": read_moment(form, "on_sale_at", timezone),
        "off_sale_at": read_moment(form, "off_sale_at", timezone),
        "ticket_limit": form.whole("ticket_limit"),
        "hold_seconds": None,
        "allow_orphans": form.flag("allow_orphans"),
        "waiting_room": {
            "mode": form.text("waiting_room.mode") or "off",
            "pre_queue_opens_at": read_moment(form, "waiting_room.pre_queue_opens_at", timezone),
            "max_active": form.whole("waiting_room.max_active"),
            "rate_per_minute": form.whole("waiting_room.rate_per_minute"),
        },
    }
    if minutes:
        try:
            document["hold_seconds"] = round(float(minutes) * 60)
        except (ValueError, OverflowError):
            form.faults["hold_minutes"] = "Enter a number of minutes, for example 10."
    return document


def prices_form(event: Document, categories: list[Document], room_areas: list[Document]) -> Form:
    """Return the price levels; of an event without any, a level for each category and each area of its room."""
    currency = event["currency"] or NEW_CURRENCY
    fields: dict[str, Any] = {"currency": currency, "booking_fee": _amount(event["booking_fee"])}
    levels = event["price_levels"] or [_blank(known["name"], known) for known in categories]
    areas = event["general_admission"]
    if not event["price_levels"]:
        levels = [*levels, *(_blank(area["name"], None) for area in room_areas)]
        areas = [{"id": "", **area, "price_level": area["name"]} for area in room_areas]
    for i, level in enumerate(levels):
        at = f"price_levels.{i}"
        fields |= {f"{at}.id": level["id"], f"{at}.name": level["name"], f"{at}.categories": level["categories"]}
        fields |= {f"{at}.price.amount": _amount(level["price"]), f"{at}.fees.amount": _amount(level["fees"])}
        fields[f"{at}.color"] = level["color"]
    for i, area in enumerate(areas):
        at = f"general_admission.{i}"
        fields |= {f"{at}.id": area["id"], f"{at}.name": area["name"]}
        fields |= {f"{at}.capacity": str(area["capacity"]), f"{at}.price_level": area["price_level"]}
    return Form.of(fields)


def _blank(name: str, category: Document | None) -> Document:
    """Return a level without a price; the level of a category has its color, as on the plan."""
    color, categories = (category["color"], [category["name"]]) if category else ("", [])
    return {"id": "", "name": name, "price": None, "fees": None, "categories": categories, "color": color}


def rows_of(form: Form, kind: str, *, spare: int = _SPARE_ROWS) -> list[int]:
    """Return the numbers of the rows to show of a list: those with anything in them, and `spare` empty ones."""
    used = [row for row in range(ROWS_MAX) if is_used(form, kind, row)]
    last = max(used, default=-1)
    return list(range(min(last + 1 + spare, ROWS_MAX)))


def is_used(form: Form, kind: str, row: int) -> bool:
    return form.text(f"{kind}.{row}.name") is not None


def prices_document(form: Form) -> tuple[Document, dict[str, str]]:
    """Return the members and the map from JSON pointers to fields: rows that were left empty are not sent."""
    currency = (form.text("currency") or NEW_CURRENCY).upper()
    fields: dict[str, str] = {"/booking_fee/amount": "booking_fee", "/booking_fee": "booking_fee"}
    levels: list[Document] = []
    for row in (row for row in range(ROWS_MAX) if is_used(form, "price_levels", row)):
        at = f"price_levels.{row}"
        price = form.amount(f"{at}.price.amount", currency)
        if price is None and f"{at}.price.amount" not in form.faults:
            form.faults[f"{at}.price.amount"] = "Enter the price; 0 is free."
        fields |= _moved(
            "price_levels", len(levels), row, ("", "/name", "/price/amount", "/fees/amount", "/categories")
        )
        fields[f"/price_levels/{len(levels)}/price/currency"] = "currency"
        levels.append(
            {
                "id": form.text(f"{at}.id"),
                "name": form.text(f"{at}.name"),
                "price": {"amount": price or 0, "currency": currency},
                "fees": {"amount": form.amount(f"{at}.fees.amount", currency) or 0, "currency": currency},
                "categories": form.values(f"{at}.categories"),
                "color": form.text(f"{at}.color"),
            }
        )
    areas: list[Document] = []
    for row in (row for row in range(ROWS_MAX) if is_used(form, "general_admission", row)):
        at = f"general_admission.{row}"
        capacity = form.whole(f"{at}.capacity")
        if capacity is None and f"{at}.capacity" not in form.faults:
            form.faults[f"{at}.capacity"] = "Enter how many people the area takes."
        fields |= _moved("general_admission", len(areas), row, ("", "/name", "/capacity", "/price_level"))
        level = form.text(f"{at}.price_level") or form.text(f"{at}.name")
        areas.append(
            {
                "id": form.text(f"{at}.id"),
                "name": form.text(f"{at}.name"),
                "capacity": capacity or 1,
                "price_level": level,
            }
        )
    fee = form.amount("booking_fee", currency)
    document = {
        "price_levels": levels,
        "general_admission": areas,
        "booking_fee": {"amount": fee, "currency": currency} if fee and levels else None,
    }
    return document, fields


def _moved(kind: str, sent: int, row: int, members: tuple[str, ...]) -> dict[str, str]:
    """Pointers into the list that is sent → fields of the row that it was typed in."""
    named = {"": ".name"}
    return {
        f"/{kind}/{sent}{member}": f"{kind}.{row}{named.get(member, member.replace('/', '.'))}" for member in members
    }


def _amount(money: Document | None) -> str:
    """Minor units → `12.50`."""
    if money is None:
        return ""
    exponent = currency_exponent(money["currency"])
    if exponent == 0:
        return str(money["amount"])
    whole, part = divmod(money["amount"], 10**exponent)
    return f"{whole}.{part:0{exponent}d}"


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
