"""Find places that tickets would print alike: section, row and seat must identify one place."""

from collections.abc import Iterator, Sequence

from admitone.catalogue.domain.drafts import AreaDraft
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.seating_plan import SeatingPlan
from admitone.catalogue.domain.sections import Row, Section, readable_name
from admitone.kit.refusal import Fault


def name_key(name: str) -> str:
    """Names of one key look alike on a ticket: letter case, spaces and underscores make no difference."""
    return readable_name(name).casefold()


def find_equal_zones(plan: SeatingPlan) -> Iterator[Fault]:
    """Yield a fault for both of two zones with seats and the same name; pointers are within the plan."""
    first: dict[str, int] = {}
    for z, zone in enumerate(plan.zones):
        key = name_key(zone.name)
        if not key or not any(row.seats for row in zone.rows):
            continue
        if key in first:
            detail = f"Two zones are called {zone.name}, and tickets show the name: give each a name of its own."
            yield f"/zones/{first[key]}/name", detail
            yield f"/zones/{z}/name", detail
        first.setdefault(key, z)


def check_area_names(areas: Sequence[AreaDraft], sections: Sequence[str], previous: Event | None) -> list[Fault]:
    """Return the faults of general-admission areas that share a name with another area or a section of the map.

    An existing area of the event keeps its name.
    """
    existing = {area.name for area in previous.areas} if previous else set()
    section_of = {name_key(name): name for name in sections}
    first: dict[str, int] = {}
    faults: list[Fault] = []
    for i, area in enumerate(areas):
        key, pointer = name_key(area.name), f"/general_admission/{i}/name"
        if key in first:
            detail = f"Two areas are called {area.name}, and tickets show the name: give each a name of its own."
            faults += [(f"/general_admission/{first[key]}/name", detail), (pointer, detail)]
        elif key in section_of and area.name not in existing:
            detail = (
                f"The seat map has a section {section_of[key]}, and tickets show the name: call the area otherwise."
            )
            faults += [(pointer, detail), ("/seat_map_id", detail)]
        first.setdefault(key, i)
    return faults


def find_equal_places(sections: Sequence[Section]) -> Iterator[Fault]:
    """Yield a fault for both of two rows of a section with a seat that tickets would print alike, once for two rows."""
    for section in sections:
        first: dict[tuple[str, str], Row] = {}
        reported: set[tuple[tuple[int, int], tuple[int, int]]] = set()
        for row in section.rows:
            for placed in row.seats:
                other = first.setdefault((name_key(row.name), name_key(placed.number)), row)
                if (other.at, row.at) in reported:
                    continue
                if other is not row:
                    reported.add((other.at, row.at))
                    yield from _equal_rows(section, row, other, placed.number)
        yield from _equal_seats(section)


def _equal_rows(section: Section, row: Row, other: Row, number: str) -> Iterator[Fault]:
    detail = (
        f"Two rows of {section.name} are called {row.name} and have a seat {number}, so that two tickets would say "
        "the same: give one of them another row_number (or row_label), or number its seats on."
    )
    yield f"{_pointer(other)}/row_number", detail
    yield f"{_pointer(row)}/row_number", detail


def _equal_seats(section: Section) -> Iterator[Fault]:
    """Yield faults of seats in one row: their numbers differ, but a label can still make them alike."""
    for row in section.rows:
        if len({name_key(placed.number) for placed in row.seats}) < len(row.seats):
            detail = f"Seats of row {row.name} would be printed alike: put %s for the number into seat_label."
            yield f"{_pointer(row)}/seat_label", detail


def _pointer(row: Row) -> str:
    return f"/zones/{row.at[0]}/rows/{row.at[1]}"
