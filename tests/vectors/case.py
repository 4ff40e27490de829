"""A row of seats, a choice and its verdict, with the properties that conditions of branches use."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.vectors.seat_rules import Seat, Verdict, is_general, is_reserved


@dataclass(frozen=True)
class Case:
    """A row, a choice, and the specification's verdict on it."""

    seats: tuple[Seat, ...]
    choice: tuple[int, ...]
    verdict: Verdict

    @property
    def is_plain(self) -> bool:
        return all(seat.kind == "ordinary" for seat in self.seats)

    def beside(self, index: int) -> list[Seat]:
        return [self.seats[neighbour] for neighbour in self.seats[index].neighbours]

    def chosen_neighbours(self, index: int) -> list[int]:
        return [neighbour for neighbour in self.seats[index].neighbours if neighbour in self.choice]

    def left(self) -> list[int]:
        """Return the general seats that are not chosen and are beside a chosen seat."""
        return [
            index
            for index in range(len(self.seats))
            if is_general(self.seats, index) and index not in self.choice and self.chosen_neighbours(index)
        ]

    def places(self) -> list[Seat]:
        """Return the wheelchair places of the chosen companion seats."""
        return [self.seats[place] for index in self.choice if (place := self.seats[index].place) is not None]

    def is_unreserved_companion(self, index: int) -> bool:
        return self.seats[index].kind == "companion_seat" and not is_reserved(self.seats, index)

    def run(self, index: int) -> int:
        """Return the number of aisles before a seat."""
        return sum(other + 1 not in self.seats[other].neighbours for other in range(index))


Branches = dict[str, tuple[str, Callable[[Case], bool]]]
"""Name → a description, and the condition that puts a row on the branch."""
