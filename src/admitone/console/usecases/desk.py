"""Act on the seats of an event by the organizer API, and undo the last act by its inverse."""

from typing import Any
from urllib.parse import quote, unquote

from msgspec import Struct

from admitone.console.domain.forms import Form
from admitone.console.domain.seat_choice import Room
from admitone.console.usecases.api import Answer, Api, Problem

SEAT_ACTS = {
    "hold_back": "held back",
    "release": "on sale again",
    "reprice": "at the new price",
    "open_to_all": "sold to everybody",
    "keep": "reserved for who needs them",
}
_INVERSE = {"hold_back": "release", "release": "hold_back", "open_to_all": "keep", "keep": "open_to_all"}
UNDO_CHARACTERS_MAX = 3_000
"""It stands in an address: seats all over a stadium, one by one, have no undo."""
_EMPTY: dict[str, Any] = {"sections": []}


class Done(Struct, frozen=True):
    """`undo`: what `undo_act` takes; "" where nothing changed."""

    words: str
    undo: str


async def read_room(api: Api, event: dict[str, Any]) -> Room:
    """Return the seats of an event; none where it has no seat map. Raises `ApiRefused`."""
    seat_map_id = event["seat_map_id"]
    return Room(await api.get(f"/seat-maps/{seat_map_id}") if seat_map_id else _EMPTY)


async def act_on_seats(
    api: Api, event_id: str, room: Room, *, act: str, seats: list[str], form: Form
) -> Done | Problem:
    """Do it; return what changed in words, and how to undo it. Raises `ApiRefused`."""
    path = f"/organizer/events/{event_id}/seats"
    before = await api.get(path)
    body: dict[str, Any] = {act: seats}
    if act == "hold_back":
        body["reason"] = form.text("reason")
    if act == "reprice":
        level_id = form.value("price_level_id")
        body = {"reprice": [{"price_level_id": None if level_id == "own" else level_id, "seats": seats}]}
    answer = await api.patch(path, body)
    if isinstance(answer, Problem):
        return answer
    after = answer.document
    changed = _changed(act, before["seats"], after)
    words = f"{len(changed)} {'seat is' if len(changed) == 1 else 'seats are'} {SEAT_ACTS[act]}."
    if after["taken"]:
        words += f" {len(after['taken'])} stay with their buyers."
    return Done(words, _undo(act, before, changed, room))


async def undo_act(api: Api, event_id: str, room: Room, undo: str) -> Answer | Problem:
    """Send the inverse of an act, as `_undo` wrote it. An unknown one changes nothing."""
    path = f"/organizer/events/{event_id}/seats"
    act, *parts = undo.split("~")
    groups = [(unquote(name), room.within(ranges)) for name, _, ranges in (part.rpartition(":") for part in parts)]
    bodies: list[dict[str, Any]] = []
    if act == "reprice":
        named = [{"price_level_id": name or None, "seats": seats} for name, seats in groups if seats]
        bodies = [{"reprice": named}]
    elif act == "hold_back":
        bodies = [{"hold_back": seats, "reason": name or None} for name, seats in groups]
    elif act in SEAT_ACTS:
        bodies = [{act: seats} for _, seats in groups]
    answer = await api.patch(path, {})
    for body in bodies:
        answer = await api.patch(path, body)
        if isinstance(answer, Problem):
            break
    return answer


def _changed(act: str, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    if act == "reprice":
        old, new = _level_of(before), _level_of(after)
        return {seat for seat in old.keys() | new.keys() if old.get(seat) != new.get(seat)}
    member = "open_to_all" if act in ("open_to_all", "keep") else "held_back"
    return set(before[member]) ^ set(after[member])


def _undo(act: str, before: dict[str, Any], changed: set[str], room: Room) -> str:
    """Return `release~:0-2.7`: the inverse act, and the seats by name. The name is the reason of seats that are held
    back again (`hold_back~Press:0-2~:7`), or the level of repriced ones (`reprice~lvl_a:0-3~:5`)."""
    if not changed:
        return ""
    names: dict[str, str] = {}
    if act == "reprice":
        names = _level_of(before["seats"])
    elif act == "release":
        names = {seat: group["reason"] for group in before["reasons"] for seat in group["seats"]}
    groups: dict[str, list[str]] = {}
    for seat in changed:
        groups.setdefault(names.get(seat, ""), []).append(seat)
    written = [f"{_quoted(name)}:{room.ranges(seats)}" for name, seats in sorted(groups.items())]
    undo = "~".join([_INVERSE.get(act, act), *written])
    return undo if len(undo) <= UNDO_CHARACTERS_MAX else ""


def _quoted(name: str) -> str:
    return quote(name, safe="").replace("~", "%7E")


def _level_of(seats: dict[str, Any]) -> dict[str, str]:
    """Seat id → level that it was repriced to."""
    return {seat: repriced["price_level_id"] for repriced in seats["repriced"] for seat in repriced["seats"]}
