"""Names of rows and numbers of seats by scheme, as tables."""

import pytest

from admitone.catalogue.domain.room import RowNames, SeatNumbers
from admitone.catalogue.domain.room_names import BadNames, row_names, seat_numbers


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (RowNames(), "A B C D E"),
        (RowNames(start="G"), "G H J K L"),
        (RowNames(start="G", omit=""), "G H I J K"),
        (RowNames(start="m"), "M N P Q R"),
        (RowNames(start="X"), "X Y Z AA AB"),
        (RowNames(start="AY"), "AY AZ BA BB BC"),
        (RowNames(first="back"), "E D C B A"),
        (RowNames(scheme="numbers", start="1"), "1 2 3 4 5"),
        (RowNames(scheme="numbers", start="9", first="back"), "13 12 11 10 9"),
    ],
)
def test_rows(scheme: RowNames, expected: str) -> None:
    assert " ".join(row_names(scheme, 5)) == expected


@pytest.mark.parametrize(
    "scheme",
    [
        RowNames(start="I"),
        RowNames(start="1"),
        RowNames(scheme="numbers", start="A"),
        RowNames(start="A", omit="ABCDEFGHIJ"),
        RowNames(scheme="numbers", start="²"),
    ],
)
def test_a_start_that_the_scheme_does_not_have_is_refused(scheme: RowNames) -> None:
    with pytest.raises(BadNames):
        row_names(scheme, 3)


def test_many_rows_have_different_names() -> None:
    assert len(set(row_names(RowNames(), 200))) == 200


@pytest.mark.parametrize(
    ("scheme", "start", "count", "expected"),
    [
        ("left_to_right", 1, 5, [1, 2, 3, 4, 5]),
        ("left_to_right", 101, 3, [101, 102, 103]),
        ("right_to_left", 1, 5, [5, 4, 3, 2, 1]),
        ("right_to_left", 0, 2, [1, 0]),
        ("odd_even", 1, 6, [5, 3, 1, 2, 4, 6]),
        ("odd_even", 1, 5, [5, 3, 1, 2, 4]),
        ("odd_even", 101, 4, [103, 101, 102, 104]),
        ("odd_even", 1, 1, [1]),
    ],
)
def test_seats(scheme: str, start: int, count: int, expected: list[int]) -> None:
    numbers = SeatNumbers(scheme=scheme, start=start)  # type: ignore[arg-type] # a table of words

    assert seat_numbers(numbers, count) == expected
