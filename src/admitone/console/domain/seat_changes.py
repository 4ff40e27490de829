"""Changes of seats and prices in words: what was done, what is scheduled, what was left as it is and why."""

from typing import Any

from admitone.console.domain.seat_choice import Room

Document = dict[str, Any]

SEAT_ACTS = {
    "hold_back": "held back",
    "release": "on sale again",
    "reprice": "at the new price",
    "open_to_all": "sold to everybody",
    "keep": "reserved for who needs them",
}
SCHEDULED_ACTS = ("release", "reprice", "open_to_all")
ACT_NAMES = {
    "hold_back": "Hold back",
    "release": "Release",
    "reprice": "Change the price",
    "open_to_all": "Sell to everybody",
    "keep": "Reserve again",
    "set_price": "Set the price",
}
LEFT_WORDS = {
    "sold": "sold",
    "in_checkout": "held by a buyer",
    "waiting_list": "kept for the waiting list",
    "changed": "changed since",
}


def done_words(act: str, changed: int, taken: int) -> str:
    words = f"{_seats(changed)} {SEAT_ACTS[act]}."
    return words + (f" {taken} stay with their buyers." if taken else "")


def undone_words(undone: Document, room: Room) -> str:
    """Return what was undone, and which seats were left and why."""
    if undone["act"] == "set_price":
        return "Undone: the price is as before. Holds keep the price that they were held at."
    seats, left = undone["seats"], left_words(undone["left_alone"], room)
    if not seats:
        return f"Nothing could be undone. {left}".strip()
    return f"Undone: {_seats(len(seats))} as before. {left}".strip()


def left_words(left_alone: list[Document], room: Room) -> str:
    """Return `Left as they are: 2 sold (Stalls 2-1, Stalls 2-3), 1 changed since (…).`; "" for none."""
    parts = [
        f"{group['seat_count']} {LEFT_WORDS[group['reason']]} ({room.words(group['seats'])})"
        for group in left_alone
        if group["seats"]
    ]
    return f"Left as they are: {', '.join(parts)}." if parts else ""


def _seats(count: int) -> str:
    return f"{count} {'seat is' if count == 1 else 'seats are'}"
