"""Which seats a form means: chosen on the map, or named by section, row and numbers; and short lists of indexes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_RANGE = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")
SEATS_MAX = 20_000
SHOWN = 8


class Room:
    """A seat map's geometry (body of `GET /seat-maps/{id}`): ids, sections and rows by index."""

    def __init__(self, geometry: Mapping[str, Any]) -> None:
        seats = sorted(
            (
                (seat["index"], seat["id"], seat["number"], section, row["name"])
                for section in geometry["sections"]
                for row in section["rows"]
                for seat in row["seats"]
            ),
            key=lambda seat: seat[0],
        )
        self.sections = [(section["id"], section["name"]) for section in geometry["sections"]]
        self.ids = [seat_id for _, seat_id, _, _, _ in seats]
        self.index_of = {seat_id: index for index, seat_id in enumerate(self.ids)}
        self.places = [(section["id"], row, number) for _, _, number, section, row in seats]
        self.has_accessible = any(
            "accessible" in (seat.get("attributes") or ())
            for section in geometry["sections"]
            for row in section["rows"]
            for seat in row["seats"]
        )
        self.labels = [f"{section['name']} {row}-{number}" for _, _, number, section, row in seats]

    def named(self, section_id: str, row: str, numbers: str) -> tuple[list[str], dict[str, str]]:
        """Return ids of the seats of a section, a row of it, or numbers in the row; and faults by field."""
        of_section = [index for index, place in enumerate(self.places) if place[0] == section_id]
        if not row:
            return ([], {"row": "Name the row of these seats."}) if numbers else (self._ids(of_section), {})
        of_row = [index for index in of_section if self.places[index][1].casefold() == row.casefold()]
        if not of_row:
            return [], {"row": "This section has no such row."}
        if not numbers:
            return self._ids(of_row), {}
        by_number = {self.places[index][2].casefold(): index for index in of_row}
        asked = [text for part in numbers.split(",") for text in _numbers(part.strip().casefold(), by_number)]
        unknown = [text for text in asked if text not in by_number]
        if unknown or not asked:
            return [], {"numbers": f"This row has no seat {', '.join(unknown)}." if unknown else "Name the seats."}
        return self._ids([by_number[text] for text in asked]), {}

    def within(self, text: str) -> list[str]:
        """Return the ids of indexes written by `write_ranges`; unknown ones are left out."""
        return [self.ids[index] for index in read_ranges(text) if index < len(self.ids)]

    def ranges(self, seat_ids: Iterable[str]) -> str:
        return write_ranges(self.index_of[seat_id] for seat_id in seat_ids if seat_id in self.index_of)

    def words(self, seat_ids: Iterable[str]) -> str:
        """Return the first few places in words."""
        known = sorted(self.index_of[seat_id] for seat_id in seat_ids if seat_id in self.index_of)
        shown = ", ".join(self.labels[index] for index in known[:SHOWN])
        return shown + (" …" if len(known) > SHOWN else "")

    def _ids(self, indexes: Iterable[int]) -> list[str]:
        return [self.ids[index] for index in indexes]


def write_ranges(indexes: Iterable[int]) -> str:
    """`[0, 1, 2, 7]` → `0-2.7`: short enough for an address."""
    parts: list[list[int]] = []
    for index in sorted(set(indexes)):
        if parts and index == parts[-1][1] + 1:
            parts[-1][1] = index
        else:
            parts.append([index, index])
    return ".".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def read_ranges(text: str) -> list[int]:
    """Return the indexes, at most `SEATS_MAX`; what is malformed is left out."""
    indexes: list[int] = []
    for part in text.split("."):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        first, last = int(found[1]), int(found[2] or found[1])
        indexes += range(first, min(last, first + SEATS_MAX - len(indexes)) + 1)
    return indexes[:SEATS_MAX]


def _numbers(text: str, known: Mapping[str, int]) -> list[str]:
    """`4-7` → 4, 5, 6, 7, unless a seat has this name."""
    found = _RANGE.fullmatch(text)
    if text in known or found is None or found[2] is None:
        return [text] if text else []
    first, last = int(found[1]), int(found[2])
    return [str(number) for number in range(first, min(last, first + len(known)) + 1)] or [text]
