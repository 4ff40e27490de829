"""Write `seat_rules.json`: for each branch of the seat rules one row, as small and plain as shrinking makes it.

    python -m tests.vectors.make_seat_rules

Rows come from a seeded generator. Each is shrunk as property tests shrink: remove a seat or replace a value by a
plainer one, as long as the row stays on its branch. The same code writes the same file.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import msgspec

from tests.vectors import companion_branches, orphan_branches, other_choice_branches
from tests.vectors.case import Branches, Case
from tests.vectors.seat_rules import FILE, Kind, Seat, State, Vector, judge

BRANCHES: Branches = orphan_branches.BRANCHES | companion_branches.BRANCHES | other_choice_branches.BRANCHES
SEATS_MAX = 8
ROWS_MAX = 200_000

ABOUT = (
    "One set of seat rules for Lua, Python, the simulator and JavaScript. README.md has the schema."
    " Written by make_seat_rules.py; do not edit."
)

KINDS: tuple[Kind, ...] = ("ordinary", "wheelchair_place", "companion_seat")
STATES: tuple[State, ...] = ("free", "held", "sold", "blocked")
LEVELS = ("stalls", "circle", None)


class SeatSketch(NamedTuple):
    """The values drawn for a seat; the row gives them their meaning. The first value of each list is the plainest."""

    kind: Kind = "ordinary"
    state: State = "free"
    level: str | None = "stalls"
    is_chosen: bool = False
    aisle_follows: bool = False
    opened: bool = False
    place: int = 0
    """Which of the wheelchair places a companion seat belongs to."""


def draw_row(random: Random) -> list[SeatSketch]:
    return [
        SeatSketch(
            kind=random.choices(KINDS, (5, 2, 2))[0],
            state=random.choices(STATES, (8, 1, 1, 1))[0],
            level=random.choices(LEVELS, (6, 2, 1))[0],
            is_chosen=random.random() < 0.3,
            aisle_follows=random.random() < 0.15,
            opened=random.random() < 0.2,
            place=random.randrange(3),
        )
        for _ in range(random.randint(1, SEATS_MAX))
    ]


def build_case(sketches: list[SeatSketch]) -> Case | None:
    """Return the row of the sketches, or None where nothing is chosen."""
    places = [index for index, sketch in enumerate(sketches) if sketch.kind == "wheelchair_place"]
    seats = []
    for index, sketch in enumerate(sketches):
        is_companion = sketch.kind == "companion_seat" and bool(places)
        before = (index - 1,) if index > 0 and not sketches[index - 1].aisle_follows else ()
        after = (index + 1,) if index + 1 < len(sketches) and not sketch.aisle_follows else ()
        seats.append(
            Seat(
                state=sketch.state if sketch.level is not None else "blocked",
                kind="ordinary" if sketch.kind == "companion_seat" and not is_companion else sketch.kind,
                level=sketch.level,
                neighbours=before + after,
                place=places[sketch.place % len(places)] if is_companion else None,
                opened=sketch.opened and (is_companion or sketch.kind == "wheelchair_place"),
            )
        )
    row = tuple(seats)
    choice = tuple(index for index, seat in enumerate(row) if seat.state == "free" and sketches[index].is_chosen)
    return Case(row, choice, judge(row, choice)) if choice else None


def plainer(sketches: list[SeatSketch]) -> Iterator[list[SeatSketch]]:
    """Yield the rows that are one step smaller or plainer."""
    for count in (2, 1):
        for index in range(len(sketches) - count + 1):
            yield sketches[:index] + sketches[index + count :]
    for index, sketch in enumerate(sketches):
        for field, plainest in SeatSketch._field_defaults.items():
            if getattr(sketch, field) != plainest:
                yield [*sketches[:index], sketch._replace(**{field: plainest}), *sketches[index + 1 :]]


def shrink(sketches: list[SeatSketch], name: str) -> Case:
    """Return the case of a row on the branch, shrunk until no step keeps it there."""
    _, condition = BRANCHES[name]
    for smaller in plainer(sketches):
        case = build_case(smaller)
        if case is not None and condition(case):
            return shrink(smaller, name)
    case = build_case(sketches)
    assert case is not None, "a row on a branch has a choice"
    return case


def random_cases(random: Random, count: int) -> Iterator[Case]:
    while count:
        case = build_case(draw_row(random))
        if case is not None:
            count -= 1
            yield case


def make_vectors() -> list[Vector]:
    random = Random(1)
    found: dict[str, Case] = {}
    for _ in range(ROWS_MAX):
        sketches = draw_row(random)
        case = build_case(sketches)
        if case is None:
            continue
        for name in [name for name, (_, condition) in BRANCHES.items() if name not in found and condition(case)]:
            found[name] = shrink(sketches, name)
        if len(found) == len(BRANCHES):
            break
    assert len(found) == len(BRANCHES), f"no row was found for {sorted(BRANCHES.keys() - found)}"
    return [
        Vector(name, description, found[name].seats, found[name].choice, found[name].verdict)
        for name, (description, _) in BRANCHES.items()
    ]


def format_file(vectors: list[Vector]) -> str:
    """Return the text of the file: one line per seat."""
    lines = ["{", f'  "about": {json.dumps(ABOUT)},', '  "vectors": [']
    for vector in vectors:
        shown = msgspec.to_builtins(vector)
        lines.append("    {")
        lines += [f'      "{key}": {json.dumps(shown[key])},' for key in ("name", "description")]
        lines.append('      "seats": [')
        lines.append(",\n".join(f"        {json.dumps(seat)}" for seat in shown["seats"]))
        lines.append("      ],")
        lines.append(f'      "choice": {json.dumps(shown["choice"])},')
        lines.append(f'      "expected": {json.dumps(shown["expected"])}')
        lines.append("    }" + ("," if vector is not vectors[-1] else ""))
    return "\n".join([*lines, "  ]", "}", ""])


def main() -> None:
    FILE.write_text(format_file(make_vectors()), "utf-8")


if __name__ == "__main__":
    main()
