"""Lists mark what was hit where they show it, and name what was hit elsewhere."""

from typing import Any

from admitone.pages.domain.marks import marked, reasons


def _parts(text: str) -> list[dict[str, Any]]:
    """`"[Gala] Night"` → Gala hit, the rest not."""
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


def test_every_text_that_was_hit_is_marked_in_the_place() -> None:
    assert marked("Town Hall, Hall", EVENT) == _parts("Town [Hall], [Hall]")


def test_a_text_that_was_not_hit_is_whole() -> None:
    assert marked("Gala Night", EVENT) == _parts("Gala Night")
    assert marked("Gala Night", {"name": "Gala Night"}) == _parts("Gala Night")


def test_what_is_shown_is_no_reason() -> None:
    assert reasons(EVENT) == [_parts("[Halle], Adam de la")]


def test_a_word_that_is_marked_already_is_no_reason() -> None:
    alias = {"field": "venue", "id": "ven_1", "parts": _parts("Old Town [hall]")}

    assert reasons({**EVENT, "highlights": [*EVENT["highlights"], alias]}) == [_parts("[Halle], Adam de la")]
