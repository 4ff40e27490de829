"""The geometry of a bar chart that is drawn on the server."""

from collections.abc import Sequence

from msgspec import Struct

HEIGHT, STEP, GAP = 80, 24, 4
LEAST = 2
"""Height of a bar of a small number, so that it is seen."""


class Bar(Struct, frozen=True):
    x: int
    y: int
    width: int
    height: int


def bars(numbers: Sequence[int]) -> tuple[list[Bar], int]:
    """Return the bars in a drawing `HEIGHT` high, and its width."""
    most = max(numbers, default=0) or 1
    heights = [0 if number <= 0 else max(LEAST, round(number * HEIGHT / most)) for number in numbers]
    drawn = [Bar(place * STEP + GAP // 2, HEIGHT - height, STEP - GAP, height) for place, height in enumerate(heights)]
    return drawn, STEP * len(numbers)
