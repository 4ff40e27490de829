"""Lists mark matches in the visible text, and name the field of other matches."""

from typing import Any

from admitone.pages.domain.marks import marked, reasons


def _parts(text: str) -> list[dict[str, Any]]:
    """Parse `"[Gala] Night"` → "Gala" is a match, the rest is not."""
    cut = [piece for part in text.split("[") for piece in part.partition("]") if piece]
    return [{"text": piece, "hit": f"[{piece}]" in text} for piece in cut if piece != "]"]


EVENT: dict[str, Any] = {
    "name": "Gala Night",
    "venue": {"name": "Town Hall", "city": "Hall", "region": None},
    "highlights": [
        {"field": "venue", "id": "ven_1", "parts": _parts("Town [Hall]")},
        {"field": "city", "parts": _parts("[Hall]")},
        {"field": "works", "parts": _parts("[Halle], Adam de la")},
    ],
}


def test_every_matching_text_is_marked() -> None:
    assert marked("Town Hall, Hall", EVENT) == _parts("Town [Hall], [Hall]")


def test_a_text_without_a_match_has_no_mark() -> None:
    assert marked("Gala Night", EVENT) == _parts("Gala Night")
    assert marked("Gala Night", {"name": "Gala Night"}) == _parts("Gala Night")


def test_a_visible_match_needs_no_reason() -> None:
    assert reasons(EVENT) == [_parts("[Halle], Adam de la")]


def test_a_marked_word_needs_no_reason() -> None:
    alias = {"field": "venue", "id": "ven_1", "parts": _parts("Old Town [hall]")}

    assert reasons({**EVENT, "highlights": [*EVENT["highlights"], alias]}) == [_parts("[Halle], Adam de la")]
