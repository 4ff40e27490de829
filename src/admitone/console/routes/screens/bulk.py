"""Change many events: a page that says whom it concerns, then the act piece by piece, then what failed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Response

from admitone.console.domain.bulk import (
    ACTS,
    CONFIRMATION,
    EVENTS_MAX,
    PIECE,
    UNCHANGED,
    Failed,
    chosen_ids,
    concerned_by,
    failures_of,
    level_names,
    repriced,
)
from admitone.console.domain.event_list import PATH, read_listing
from admitone.console.domain.event_words import state_of
from admitone.console.domain.navigation import Area
from admitone.console.routes.visit import OpenVisit, Visit, action
from admitone.console.usecases.api import Answer, ApiRefused, Problem
from admitone.console.usecases.pause_sales import pause_sales, resume_sales
from admitone.console.usecases.read_events import read_events
from admitone.console.usecases.refund_event import refund_event
from admitone.organizers.contracts import Permission

Document = dict[str, Any]
_READ_AT_ONCE = 100


@action("/console/events/bulk", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_bulk(visit: OpenVisit) -> Response[bytes]:
    act = visit.form.value("act")
    listed = await _all_of_list(visit) if visit.form.flag("all") else None
    event_ids = chosen_ids(visit.form) if listed is None else [event["id"] for event in listed]
    if act not in ACTS or not event_ids:
        return visit.redirect(_back(visit), flash="Choose events first.")
    if len(event_ids) > EVENTS_MAX:
        return visit.redirect(_back(visit), flash=f"At most {EVENTS_MAX} events at a time: narrow the list.")
    visit.form.replace("refund", "on")  # ticked, also where no ticket is sold yet: one may be sold before the act
    return await _confirm(visit, act, event_ids, listed)


@action("/console/events/bulk/run", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_run(visit: OpenVisit) -> Response[bytes]:
    act, left, failed = visit.form.value("act"), chosen_ids(visit.form), failures_of(visit.form)
    if act not in ACTS or not left:
        return visit.redirect(_back(visit), flash="Choose events first.")
    if act == "cancellation" and visit.form.text("confirmation") != CONFIRMATION:
        visit.form.faults["confirmation"] = f"Type {CONFIRMATION} to confirm."
        return await _confirm(visit, act, left, status=422)
    amounts = _amounts(visit)
    if visit.form.faults:
        return await _confirm(visit, act, left, status=422)
    total = min(max(visit.form.whole("total") or 0, len(left)), EVENTS_MAX)
    unchanged = min(max(visit.form.whole("unchanged") or 0, 0), total)
    for event_id in left[:PIECE]:
        answer = await _ACTS[act](visit, event_id, amounts)
        if isinstance(answer, Problem):
            failed.append(Failed(event_id, answer.detail))
        elif answer is None:
            unchanged += 1
    left = left[PIECE:]
    named = await read_events(visit.api, [failure.event_id for failure in failed]) if failed and not left else {}
    return await visit.render(
        "events_run.html",
        act=act,
        label=ACTS[act],
        left=left,
        total=total,
        failed=failed,
        unchanged=unchanged,
        why_unchanged=UNCHANGED.get(act),
        named=named,
        back=_back(visit),
        kept=[field for field in visit.form.fields if field[0].startswith("level.") or field[0] in _KEPT],
    )


_KEPT = ("confirmation", "refund")


async def _confirm(
    visit: Visit, act: str, event_ids: list[str], listed: list[Document] | None = None, *, status: int = 200
) -> Response[bytes]:
    """`listed`: the events, where they are read already."""
    sales: dict[str, Document] = {}
    for first in range(0, len(event_ids), _READ_AT_ONCE):
        found = await visit.api.get("/organizer/sales", event_id=event_ids[first : first + _READ_AT_ONCE])
        sales |= {sums["event_id"]: sums for sums in found["sales"]}
    levels = _levels_of(visit)
    if act == "prices" and not levels:
        events = listed or list((await read_events(visit.api, event_ids)).values())
        levels = level_names(events)
    return await visit.render(
        "events_bulk.html",
        status=status,
        act=act,
        label=ACTS[act],
        event_ids=event_ids,
        concerned=concerned_by(event_ids, sales),
        levels=levels,
        confirmation=CONFIRMATION,
        back=_back(visit),
        sees_money=visit.may(Permission.SEE_MONEY),
    )


async def _all_of_list(visit: Visit) -> list[Document]:
    """Return the events of the list that the form came from; more than `EVENTS_MAX` if there are more."""
    view = read_listing(dict(parse_qsl(urlsplit(_back(visit)).query)))
    events: list[Document] = []
    for page in range(EVENTS_MAX // _READ_AT_ONCE + 1):
        found = await visit.api.get("/organizer/events", **view.query(), page=page, size=_READ_AT_ONCE)
        events += found["events"]
        if page + 1 >= found["page"]["total_pages"]:
            break
    return events


def _back(visit: Visit) -> str:
    """Return the address of the list; never one of another site."""
    back = visit.form.value("back")
    return back if back == PATH or back.startswith(f"{PATH}?") else PATH


def _amounts(visit: Visit) -> dict[tuple[str, str], int]:
    """Return (name, currency) of a price level → its new price; a field that is left blank changes nothing."""
    amounts: dict[tuple[str, str], int] = {}
    for number, (name, currency) in enumerate(_levels_of(visit)):
        amount = visit.form.amount(f"level.{number}.amount", currency)
        if amount is not None:
            amounts[name, currency] = amount
    return amounts


def _levels_of(visit: Visit) -> list[tuple[str, str]]:
    """Return (name, currency) of the price levels of the form, in its order."""
    levels: list[tuple[str, str]] = []
    while len(levels) < EVENTS_MAX and (name := visit.form.value(f"level.{len(levels)}.name")):
        levels.append((name, visit.form.value(f"level.{len(levels)}.currency")))
    return levels


Amounts = dict[tuple[str, str], int]
Act = Callable[[Visit, str, Amounts], Awaitable[Answer | Problem | None]]


async def _publish(visit: Visit, event_id: str, _amounts: Amounts) -> Answer | Problem:
    return await visit.api.post(f"/organizer/events/{event_id}/publication")


async def _pause(visit: Visit, event_id: str, _amounts: Amounts) -> Answer | Problem | None:
    read = await _read_in_state(visit, event_id, "on_sale")
    return await pause_sales(visit.api, event_id) if isinstance(read, Answer) else read


async def _resume(visit: Visit, event_id: str, _amounts: Amounts) -> Answer | Problem | None:
    read = await _read_in_state(visit, event_id, "paused")
    return await resume_sales(visit.api, read.document, read.etag) if isinstance(read, Answer) else read


async def _read_in_state(visit: Visit, event_id: str, state: str) -> Answer | Problem | None:
    """Return the event; None where it is in another state: it stays as it is."""
    try:
        read = await visit.api.read(f"/organizer/events/{event_id}")
    except ApiRefused as refused:  # deleted since
        return refused.problem
    return read if state_of(read.document, datetime.now(UTC)).code == state else None


async def _cancel(visit: Visit, event_id: str, _amounts: Amounts) -> Answer | Problem:
    answer = await visit.api.post(f"/organizer/events/{event_id}/cancellation")
    if isinstance(answer, Problem) or not visit.form.flag("refund"):
        return answer
    return await refund_event(visit.api, event_id) or answer


async def _reprice(visit: Visit, event_id: str, amounts: Amounts) -> Answer | Problem | None:
    try:
        read = await visit.api.read(f"/organizer/events/{event_id}")
    except ApiRefused as refused:  # deleted since: one event that failed, not the end of the others
        return refused.problem
    body = repriced(read.document, amounts)
    return None if body is None else await visit.api.patch(f"/organizer/events/{event_id}", body, etag=read.etag)


_ACTS: dict[str, Act] = {
    "publication": _publish,
    "pause": _pause,
    "resumption": _resume,
    "prices": _reprice,
    "cancellation": _cancel,
}
