"""Act on the seats and prices of an event by the organizer API: now or at a moment; and undo an act."""

from typing import Any

from admitone.console.domain.forms import Form
from admitone.console.domain.seat_changes import SCHEDULED_ACTS, done_words, undone_words
from admitone.console.domain.seat_choice import Room
from admitone.console.usecases.api import Api, Problem

Document = dict[str, Any]

_EMPTY: dict[str, Any] = {"sections": []}


async def read_room(api: Api, event: dict[str, Any]) -> Room:
    """Return the seats of an event; none where it has no seat map. Raises `ApiRefused`."""
    seat_map_id = event["seat_map_id"]
    return Room(await api.get(f"/seat-maps/{seat_map_id}") if seat_map_id else _EMPTY)


async def act_on_seats(api: Api, event_id: str, *, act: str, seats: list[str], form: Form) -> str | Problem:
    """Do it now; return what changed in words. Raises `ApiRefused`."""
    body: dict[str, Any] = {act: seats}
    if act == "hold_back":
        body |= {name: form.text(name) for name in ("reason", "held_for")}
    if act == "reprice":
        body = {"reprice": [{"price_level_id": _level_id(form), "seats": seats}]}
    answer = await api.patch(f"/organizer/events/{event_id}/seats", body)
    if isinstance(answer, Problem):
        return answer
    changed = sum(change["seat_count"] for change in answer.document["changes"])
    return done_words(act, changed, len(answer.document["taken"]))


async def schedule_act(
    api: Api, event_id: str, *, act: str, seats: list[str], due_at: str, form: Form
) -> str | Problem:
    """Let the worker do it at a moment; return in words what is scheduled."""
    assert act in SCHEDULED_ACTS, "the screen offers no other"
    body: dict[str, Any] = {"act": act, "seats": seats, "due_at": due_at}
    if act == "reprice":
        body["price_level_id"] = _level_id(form)
    answer = await api.post(f"/organizer/events/{event_id}/scheduled-seat-changes", body, key=form.key)
    if isinstance(answer, Problem):
        return answer
    count = answer.document["seat_count"]
    return f"It is scheduled for {count} {'seat' if count == 1 else 'seats'}."


async def set_price(
    api: Api, event_id: str, *, level_id: str, amounts: Document, was: Document | None, due_at: str | None, form: Form
) -> str | Problem:
    """Set the price of a whole level, now or at a moment; return in words what was done.

    `was`: the price that the person saw; another by now is not overwritten.
    """
    if due_at:
        body = {"act": "set_price", "price_level_id": level_id, "due_at": due_at, **amounts}
        answer = await api.post(f"/organizer/events/{event_id}/scheduled-seat-changes", body, key=form.key)
        return answer if isinstance(answer, Problem) else "The price is scheduled."
    body = {"set_prices": [{"price_level_id": level_id, **amounts, "expected": was}]}
    answer = await api.patch(f"/organizer/events/{event_id}/seats", body)
    if isinstance(answer, Problem):
        return answer
    return "The price is changed. Holds keep the price that they were held at."


async def undo_act(api: Api, event_id: str, room: Room, *, change_id: str, key: str | None) -> str | Problem:
    """Undo a change as far as it can be; return in words what was undone and what was not."""
    answer = await api.post(f"/organizer/events/{event_id}/seat-changes/{change_id}/undo", key=key)
    return answer if isinstance(answer, Problem) else undone_words(answer.document, room)


def _level_id(form: Form) -> str | None:
    level_id = form.value("price_level_id")
    return None if level_id == "own" else level_id
