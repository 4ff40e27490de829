"""The description of a room: sections of rows and seats, from which its seating plan is generated.

A room is kept beside the seat map that was drawn from it, so that it can be changed and drawn as another one.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from admitone.catalogue.domain.drafts import Color, Name, Word

SECTIONS_MAX = 40
ROWS_MAX = 200
ROW_SEATS_MAX = 300

Start = Annotated[str, Meta(min_length=1, max_length=6)]
Position = Annotated[int, Meta(ge=1, le=ROWS_MAX)]


class RowNames(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How rows are named. `start`: the first name, a letter (`A`, `AA`) or a number. `omit`: letters that are not used.
    `first`: the row that has it, at the front (nearest to the stage) or at the back."""

    scheme: Literal["letters", "numbers"] = "letters"
    start: Start = "A"
    omit: Annotated[str, Meta(max_length=10, pattern=r"^[A-Z]*$")] = "IO"
    first: Literal["front", "back"] = "front"


class SeatNumbers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the seats of a row are numbered, for somebody in the audience who faces the stage.

    `odd_even`: from the middle outwards, `start`, `start` + 2, … to the left, `start` + 1, `start` + 3, … to the right.
    """

    scheme: Literal["left_to_right", "right_to_left", "odd_even"] = "left_to_right"
    start: Annotated[int, Meta(ge=0, le=100_000)] = 1


class Band(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category and how many rows it has, counted from the front; the last band of a section takes the rest."""

    category: Word
    rows: Annotated[int, Meta(ge=1, le=ROWS_MAX)] | None = None


class WheelchairPlaces(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The outermost seats of a row become wheelchair places, each with companion seats beside it.

    `row`: from the front, the first is 1.
    """

    row: Position
    places: Annotated[int, Meta(ge=1, le=50)]
    companions: Annotated[int, Meta(ge=0, le=3)] = 1
    side: Literal["left", "right"] = "left"


class RoomSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seats`: in the first row; each row behind has `seats_more` more. `aisles`: an aisle after these seats of the
    first row, counted from the left. `curve`: 0 is straight, 10 bends the ends far towards the stage. `beside`: stands
    to the right of the section before instead of behind it. `offset`: to the right, in seats."""

    name: Word
    rows: Position
    seats: Annotated[int, Meta(ge=1, le=ROW_SEATS_MAX)]
    bands: Annotated[tuple[Band, ...], Meta(min_length=1, max_length=20)]
    seats_more: Annotated[int, Meta(ge=0, le=20)] = 0
    aisles: Annotated[tuple[Annotated[int, Meta(ge=1, le=ROW_SEATS_MAX)], ...], Meta(max_length=20)] = ()
    curve: Annotated[int, Meta(ge=0, le=10)] = 0
    beside: bool = False
    offset: Annotated[int, Meta(ge=-ROW_SEATS_MAX, le=ROW_SEATS_MAX)] = 0
    row_names: RowNames = RowNames()
    seat_numbers: SeatNumbers = SeatNumbers()
    wheelchair: Annotated[tuple[WheelchairPlaces, ...], Meta(max_length=20)] = ()


class RoomArea(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An area without seats. Its capacity is what events are offered to sell; they may sell fewer places."""

    name: Word
    capacity: Annotated[int, Meta(ge=1, le=500_000)]
    at: Literal["front", "back"] = "front"


class RoomCategory(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Word
    color: Color | None = None


class Room(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sections stand behind each other in this order, seen from the stage. `categories` gives the colors; a category
    that only a section names gets one of the palette."""

    sections: Annotated[tuple[RoomSection, ...], Meta(min_length=1, max_length=SECTIONS_MAX)]
    areas: Annotated[tuple[RoomArea, ...], Meta(max_length=20)] = ()
    categories: Annotated[tuple[RoomCategory, ...], Meta(max_length=100)] = ()
    stage: Annotated[str, Meta(max_length=60)] = "Stage"


class RoomDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    room: Room
