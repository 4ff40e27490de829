"""Random numbers that never change between releases: splitmix64 (Steele, Lea, Flood 2014), written out.

The standard library's `random` guarantees a stable stream only for `random()`; a poster must never change.
"""

from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
_MASK = (1 << 64) - 1


class Dice:
    """Random numbers that depend only on the seed."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def unit(self) -> float:
        """Return a number in [0, 1)."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number, `low` and `high` included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, things: Sequence[Thing]) -> Thing:
        return things[int(self.unit() * len(things))]

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        rest = list(things)
        return [rest.pop(int(self.unit() * len(rest))) for _ in range(len(rest))]
