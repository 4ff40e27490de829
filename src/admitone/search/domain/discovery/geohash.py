"""Decode geohashes (G. Niemeyer, 2008): cells of the globe, five bits a letter, longitude and latitude in turn."""

_LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz"
LENGTH_MAX = 12


def geohash_centre(text: str) -> tuple[float, float]:
    """`"dr5ru"` → (latitude, longitude) of the cell's centre. Raises ValueError."""
    if not 0 < len(text) <= LENGTH_MAX:
        raise ValueError(f"from 1 to {LENGTH_MAX} letters")
    bounds = [[-180.0, 180.0], [-90.0, 90.0]]  # longitude first
    turn = 0
    for letter in text.lower():
        number = _LETTERS.index(letter)  # ValueError for a letter outside the alphabet
        for bit in (16, 8, 4, 2, 1):
            axis = bounds[turn]
            axis[0 if number & bit else 1] = sum(axis) / 2
            turn ^= 1
    (west, east), (south, north) = bounds
    return (south + north) / 2, (west + east) / 2
