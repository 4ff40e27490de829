"""Read a number from the text of a setting."""


def read_number(text: str, *, default: float, at_least: float, at_most: float) -> float | None:
    """Return the number, or the default where nothing is written; None: it is no number, or out of bounds."""
    try:
        value = float(text) if text else default
    except ValueError:
        return None
    return value if at_least <= value <= at_most else None
