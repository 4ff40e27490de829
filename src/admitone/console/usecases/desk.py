"""Act on the seats of an event by the organizer API, and undo the last act by its inverse."""

from typing import Any

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
    before = (await api.get(path))["seats"]
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
    changed = _changed(act, before, after)
    words = f"{len(changed)} {'seat is' if len(changed) == 1 else 'seats are'} {SEAT_ACTS[act]}."
    if after["taken"]:
        words += f" {len(after['taken'])} stay with their buyers."
    return Done(words, _undo(act, before, changed, room))


async def undo_act(api: Api, event_id: str, room: Room, undo: str) -> Answer | Problem:
    """`undo`: `release~0-2.7`; of a reprice `reprice~lvl_a:0-3~:5`: each level with its seats, "" their own level."""
    act, *parts = undo.split("~")
    if act == "reprice":
        groups = [(level_id, room.within(ranges)) for level_id, _, ranges in (part.partition(":") for part in parts)]
        body: dict[str, Any] = {
            "reprice": [{"price_level_id": level_id or None, "seats": seats} for level_id, seats in groups if seats]
        }
    else:
        body = {act: room.within(parts[0])} if act in SEAT_ACTS and parts else {}
    return await api.patch(f"/organizer/events/{event_id}/seats", body)


def _changed(act: str, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    if act == "reprice":
        old, new = _level_of(before), _level_of(after)
        return {seat for seat in old.keys() | new.keys() if old.get(seat) != new.get(seat)}
    member = "open_to_all" if act in ("open_to_all", "keep") else "held_back"
    return set(before[member]) ^ set(after[member])


def _undo(act: str, before: dict[str, Any], changed: set[str], room: Room) -> str:
    if not changed:
        return ""
    if act != "reprice":
        return f"{_INVERSE[act]}~{room.ranges(changed)}"
    old = _level_of(before)
    by_level: dict[str, list[str]] = {}
    for seat in changed:
        by_level.setdefault(old.get(seat, ""), []).append(seat)
    return "~".join(["reprice", *(f"{level_id}:{room.ranges(seats)}" for level_id, seats in sorted(by_level.items()))])


def _level_of(seats: dict[str, Any]) -> dict[str, str]:
    """Seat id → level that it was repriced to."""
    return {seat: repriced["price_level_id"] for repriced in seats["repriced"] for seat in repriced["seats"]}
