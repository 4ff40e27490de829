"""Names of rows and numbers of seats, by the schemes that halls use."""

from string import ascii_uppercase

from admitone.catalogue.domain.room import RowNames, SeatNumbers

WRONG_START = "The first row is a letter that is not left out, such as A, or with numbers a number such as 1."


class BadNames(ValueError):
    """The scheme gives no names; the message says why."""


def row_names(scheme: RowNames, count: int) -> list[str]:
    """Return the names of `count` rows from the front to the back. Raises `BadNames`."""
    names = _numbers(scheme, count) if scheme.scheme == "numbers" else _letters(scheme, count)
    return names if scheme.first == "front" else names[::-1]


def seat_numbers(scheme: SeatNumbers, count: int) -> list[int]:
    """Return the numbers of `count` seats from left to right, as the audience sees them that faces the stage."""
    if scheme.scheme == "left_to_right":
        return [scheme.start + place for place in range(count)]
    if scheme.scheme == "right_to_left":
        return [scheme.start + place for place in reversed(range(count))]
    left = (count + 1) // 2  # a seat in the middle belongs to the left
    return [
        *(scheme.start + 2 * place for place in reversed(range(left))),
        *(scheme.start + 1 + 2 * place for place in range(count - left)),
    ]


def _numbers(scheme: RowNames, count: int) -> list[str]:
    if not (scheme.start.isascii() and scheme.start.isdigit()):
        raise BadNames(WRONG_START)
    first = int(scheme.start)
    return [str(first + place) for place in range(count)]


def _letters(scheme: RowNames, count: int) -> list[str]:
    """After the last letter follow two: A … Z, AA, AB … (bijective numeration in the letters that are used)."""
    letters = [letter for letter in ascii_uppercase if letter not in scheme.omit]
    start = scheme.start.upper()
    if not letters or any(letter not in letters for letter in start):
        raise BadNames(WRONG_START)
    first = 0
    for letter in start:
        first = first * len(letters) + letters.index(letter) + 1
    return [_in_letters(first + place, letters) for place in range(count)]


def _in_letters(number: int, letters: list[str]) -> str:
    name = ""
    while number > 0:
        number, place = divmod(number - 1, len(letters))
        name = letters[place] + name
    return name
