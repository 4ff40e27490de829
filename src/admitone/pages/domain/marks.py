"""Mark the parts of a list's texts that match the typed words, and find matches that the list does not show."""

from typing import Any

from admitone.pages.domain.words import place

Parts = list[dict[str, Any]]
"""`[{"text", "hit"}]`: together they are the whole text."""
_REASONS_MAX = 2


def marked(text: str, event: dict[str, Any]) -> Parts:
    """Split `text` if it contains a highlighted text; else return it whole."""
    for found in sorted(event.get("highlights", ()), key=lambda highlight: -len(_whole(highlight["parts"]))):
        before, whole, after = text.partition(_whole(found["parts"]))
        if whole:
            return [*_if_any(before, event), *found["parts"], *_if_any(after, event)]
    return [{"text": text, "hit": False}]


def reasons(event: dict[str, Any]) -> list[Parts]:
    """Return texts with a word marked neither in the event's name nor in its place: of a performer, a composer."""
    shown = f"{event['name']}\n{place(event['venue'])}"
    found = {_whole(highlight["parts"]): highlight["parts"] for highlight in event.get("highlights", ())}
    marked_already = {word for whole, parts in found.items() if whole in shown for word in _hits(parts)}
    return [parts for parts in found.values() if not _hits(parts) <= marked_already][:_REASONS_MAX]


def _if_any(text: str, event: dict[str, Any]) -> Parts:
    return marked(text, event) if text else []


def _hits(parts: Parts) -> set[str]:
    return {part["text"].casefold() for part in parts if part["hit"]}


def _whole(parts: Parts) -> str:
    return "".join(part["text"] for part in parts)
