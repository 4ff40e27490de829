"""The form of a room and the document of the API that it becomes. Sections and areas without a name are not sent."""

import re
from typing import Any

from admitone.console.domain.forms import Form

Document = dict[str, Any]
Fields = dict[str, str]

SECTIONS_MAX, AREAS_MAX, GROUPS_MAX, COLORS_MAX = 40, 20, 20, 100
LISTED_MAX = 20
"""Categories and aisles of a section, at most."""
ROW_SCHEMES = (("letters", "Letters"), ("numbers", "Numbers"))
ROW_ENDS = (("front", "At the front"), ("back", "At the back"))
SEAT_SCHEMES = (
    ("left_to_right", "Left to right"),
    ("right_to_left", "Right to left"),
    ("odd_even", "Odd left, even right of the middle"),
)
SIDES = (("left", "Left"), ("right", "Right"))
_BAND = re.compile(r"(.*?)(?:[\s:,×x]+([0-9]{1,3})(?:\s*rows?)?)?", re.IGNORECASE)
_SECTION_MEMBERS = (
    *("name", "rows", "seats", "seats_more", "curve", "offset", "bands", "aisles", "beside"),
    *("row_names/scheme", "row_names/start", "row_names/omit", "row_names/first"),
    *("seat_numbers/scheme", "seat_numbers/start"),
)
_NEW_SECTION = {
    "rows": "10",
    "seats": "20",
    "seats_more": "0",
    "curve": "0",
    "offset": "0",
    "bands": "Seats",
    "row_names.scheme": "letters",
    "row_names.start": "A",
    "row_names.omit": "IO",
    "row_names.first": "front",
    "seat_numbers.scheme": "left_to_right",
    "seat_numbers.start": "1",
}


def new_room_form() -> Form:
    """Return a room to begin with: one section of ten rows."""
    fields: Fields = {"name": "", "room.stage": "Stage"}
    return with_empty_section(Form.of({**fields, "room.sections.0.name": "Stalls"}))


def with_empty_section(form: Form) -> Form:
    """Fill in what a section begins with where a section has nothing but a name, or nothing at all."""
    for row in range(SECTIONS_MAX):
        at = f"room.sections.{row}"
        if not any(name.startswith(f"{at}.") and name != f"{at}.name" for name, _ in form.fields):
            added = [(f"{at}.{name}", text) for name, text in _NEW_SECTION.items()]
            form.fields = (*form.fields, *added)
            break
    return form


def room_form(name: str, room: Document) -> Form:
    """Return the form of a stored room."""
    fields: dict[str, Any] = {"name": name, "room.stage": room["stage"]}
    for i, section in enumerate(room["sections"]):
        at = f"room.sections.{i}"
        for member in ("name", "rows", "seats", "seats_more", "curve", "offset"):
            fields[f"{at}.{member}"] = str(section[member])
        fields[f"{at}.aisles"] = ", ".join(map(str, section["aisles"]))
        fields[f"{at}.beside"] = "on" if section["beside"] else None
        fields[f"{at}.bands"] = "\n".join(
            f"{band['category']} {band['rows'] or ''}".strip() for band in section["bands"]
        )
        for part in ("row_names", "seat_numbers"):
            fields |= {f"{at}.{part}.{member}": str(value) for member, value in section[part].items()}
        for j, group in enumerate(section["wheelchair"]):
            fields |= {f"{at}.wheelchair.{j}.{member}": str(value) for member, value in group.items()}
    for i, area in enumerate(room["areas"]):
        fields |= {f"room.areas.{i}.{member}": str(value) for member, value in area.items()}
    for i, category in enumerate(room["categories"]):
        fields |= {f"room.categories.{i}.{member}": value or "" for member, value in category.items()}
    return Form.of(fields)


def section_rows(form: Form) -> list[int]:
    """Return the numbers of the sections to show: those with a name, and one with a fault."""
    return _rows(form, "room.sections", SECTIONS_MAX)


def area_rows(form: Form, *, spare: int = 1) -> list[int]:
    used = _rows(form, "room.areas", AREAS_MAX)
    return list(range(min(max(used, default=-1) + 1 + spare, AREAS_MAX)))


def wheelchair_rows(form: Form, section: int, *, spare: int = 1) -> list[int]:
    at = f"room.sections.{section}.wheelchair"
    used = [row for row in range(GROUPS_MAX) if form.text(f"{at}.{row}.row") or form.text(f"{at}.{row}.places")]
    return list(range(min(max(used, default=-1) + 1 + spare, GROUPS_MAX)))


def _rows(form: Form, kind: str, most: int) -> list[int]:
    return [row for row in range(most) if form.text(f"{kind}.{row}.name") is not None]


def room_document(form: Form) -> tuple[Document, Fields]:
    """Return the body `{name, room}` and the map from JSON pointers to fields; faults are recorded."""
    fields: Fields = {}
    sections: list[Document] = []
    for row in section_rows(form):
        sections.append(_section(form, f"room.sections.{row}", f"/room/sections/{len(sections)}", fields))
    areas: list[Document] = []
    for row in _rows(form, "room.areas", AREAS_MAX):
        at = f"room.areas.{row}"
        fields |= {f"/room/areas/{len(areas)}/{member}": f"{at}.{member}" for member in ("name", "capacity", "at")}
        capacity = _whole(form, f"{at}.capacity", "Enter how many people the area takes.")
        areas.append({"name": form.text(f"{at}.name"), "capacity": capacity, "at": form.text(f"{at}.at") or "front"})
    if not sections:
        form.faults["room.sections.0.name"] = "Name at least one section."
    room = {
        "sections": sections,
        "areas": areas,
        "categories": _categories(form),
        "stage": form.text("room.stage") or "",
    }
    fields["/room/sections"] = "room.sections.0.name"
    if form.text("name") is None:
        form.faults["name"] = "Enter the name of the room."
    return {"name": form.text("name"), "room": room}, fields


def _section(form: Form, at: str, pointer: str, fields: Fields) -> Document:
    fields |= {f"{pointer}/{member}": f"{at}.{member.replace('/', '.')}" for member in _SECTION_MEMBERS}
    for i in range(LISTED_MAX):
        fields |= {f"{pointer}/bands/{i}/{member}": f"{at}.bands" for member in ("category", "rows")}
        fields[f"{pointer}/aisles/{i}"] = f"{at}.aisles"
    return {
        "name": form.text(f"{at}.name"),
        "rows": _whole(form, f"{at}.rows", "Enter the number of rows."),
        "seats": _whole(form, f"{at}.seats", "Enter the number of seats in the first row."),
        "seats_more": form.whole(f"{at}.seats_more") or 0,
        "aisles": _aisles(form, f"{at}.aisles"),
        "curve": form.whole(f"{at}.curve") or 0,
        "beside": form.flag(f"{at}.beside"),
        "offset": form.whole(f"{at}.offset") or 0,
        "bands": _bands(form, f"{at}.bands"),
        "row_names": {
            "scheme": form.text(f"{at}.row_names.scheme") or "letters",
            "start": form.text(f"{at}.row_names.start") or "A",
            "omit": (form.text(f"{at}.row_names.omit") or "").upper().replace(",", "").replace(" ", ""),
            "first": form.text(f"{at}.row_names.first") or "front",
        },
        "seat_numbers": {
            "scheme": form.text(f"{at}.seat_numbers.scheme") or "left_to_right",
            "start": form.whole(f"{at}.seat_numbers.start") or 0,
        },
        "wheelchair": _wheelchair(form, at, pointer, fields),
    }


def _wheelchair(form: Form, at: str, pointer: str, fields: Fields) -> list[Document]:
    groups: list[Document] = []
    for row in wheelchair_rows(form, int(at.rpartition(".")[2]), spare=0):
        group = f"{at}.wheelchair.{row}"
        if not (form.text(f"{group}.row") or form.text(f"{group}.places")):
            continue
        for member in ("row", "places", "companions", "side"):
            fields[f"{pointer}/wheelchair/{len(groups)}/{member}"] = f"{group}.{member}"
        groups.append(
            {
                "row": _whole(form, f"{group}.row", "Enter the row, counted from the front."),
                "places": _whole(form, f"{group}.places", "Enter how many wheelchair places it has."),
                "companions": 1 if (count := form.whole(f"{group}.companions")) is None else count,
                "side": form.text(f"{group}.side") or "left",
            }
        )
    return groups


def _whole(form: Form, name: str, words: str) -> int | None:
    """Return a number that is required."""
    number = form.whole(name)
    if number is None:
        form.faults.setdefault(name, words)
    return number


def _aisles(form: Form, name: str) -> list[int]:
    texts = [text for text in re.split(r"[\s,;]+", form.value(name).strip()) if text]
    if not all(text.isascii() and text.isdigit() and len(text) < 5 for text in texts):
        form.faults[name] = "Enter numbers of seats with commas, for example 5, 15."
        return []
    return sorted({int(text) for text in texts})


def _bands(form: Form, name: str) -> list[Document]:
    """Return the categories from the front to the back: a line each, its name and how many rows it has."""
    bands: list[Document] = []
    for line in form.value(name).splitlines():
        match = _BAND.fullmatch(line.strip())
        if line.strip() and match is not None:
            bands.append(
                {"category": match[1] or line.strip(), "rows": int(match[2]) if match[1] and match[2] else None}
            )
    if not bands:
        form.faults[name] = "Enter at least one category of seats, for example Seats."
    return bands


def _categories(form: Form) -> list[Document]:
    return [
        {member: form.text(f"room.categories.{row}.{member}") for member in ("name", "color")}
        for row in _rows(form, "room.categories", COLORS_MAX)
    ]


def with_colors(form: Form, categories: list[Document]) -> Form:
    """Show a color for each category that the room has, as drawn; others are forgotten."""
    kept = [(name, text) for name, text in form.fields if not name.startswith("room.categories.")]
    for i, category in enumerate(categories):
        at = f"room.categories.{i}"
        kept += [(f"{at}.name", category["name"]), (f"{at}.color", category["color"].lower())]
    form.fields = tuple(kept)
    return form
