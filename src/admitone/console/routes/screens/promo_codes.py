"""Promo codes: list with their uses, create one or a batch, switch off; a batch with the use of each code."""

from typing import Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.promo_codes import FIELDS, draft_of, is_batch, recipient_faults
from admitone.console.routes.downloads import download
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.console.usecases.read_events import read_events
from admitone.organizers.contracts import Permission

_LIST = "/console/promo-codes"
_BATCHES = "/console/promo-code-batches"
_API_BATCHES = "/organizer/promo-codes/batches"


@screen(_LIST, needs=Permission.VIEW, area=Area.PROMO_CODES, entry=True, reads=("event_id", "page"))
async def show_promo_codes(visit: OpenVisit) -> Response[bytes]:
    event_id = visit.query.get("event_id") or None
    found = await visit.api.get("/organizer/promo-codes", event_id=event_id, batch_id="none", page=visit.page)
    batches = await visit.api.get(_API_BATCHES, size=1)
    named = [promo["event_id"] for promo in found["promo_codes"] if promo["event_id"]]
    now = visit.deps.now().isoformat()
    return await visit.render(
        "promo_codes.html",
        found=found,
        batch_count=batches["page"]["total"],
        events=await read_events(visit.api, [*named, *([event_id] if event_id else [])]),
        event_id=event_id,
        state=lambda promo: _state(promo, now),
        can_manage=visit.may(Permission.MANAGE),
    )


@screen(_LIST + "/new", needs=Permission.MANAGE, area=Area.PROMO_CODES, reads=("event_id",))
async def show_new_promo_code(visit: OpenVisit) -> Response[bytes]:
    return await _form(visit, visit.query.get("event_id") or None)


@action(_LIST, needs=Permission.MANAGE, area=Area.PROMO_CODES)
async def post_promo_codes(visit: OpenVisit) -> Response[bytes]:
    """Create one code, or a batch. The form's key makes a second click change nothing. A file of addresses fills their
    field, so that it is shown with its faults."""
    await _take_file(visit)
    event_id = visit.form.text("event_id")
    event = (await read_events(visit.api, [event_id])).get(event_id) if event_id else None
    draft = draft_of(visit.form, zone=event["timezone"] if event else "UTC")
    if visit.form.faults:
        return await _form(visit, event_id, status=422)
    path = _API_BATCHES if is_batch(visit.form) else "/organizer/promo-codes"
    answer = await visit.api.post(path, draft, key=visit.form.key)
    if isinstance(answer, Problem):
        faults = recipient_faults(answer.faults, draft.get("recipients", ()))
        visit.form.refused(faults, FIELDS if answer.members.get("errors") else {"": "code"})
        return await _form(visit, event_id, status=422)
    if is_batch(visit.form):
        made = answer.document
        return visit.redirect(f"{_BATCHES}/{made['id']}", flash=f"{made['count']} codes are made.")
    return visit.redirect(_LIST, flash=f"The code {draft['code']} is made.")


@screen(_BATCHES, needs=Permission.VIEW, area=Area.PROMO_CODES, reads=("page",))
async def show_promo_batches(visit: OpenVisit) -> Response[bytes]:
    found = await visit.api.get(_API_BATCHES, page=visit.page)
    named = [batch["event_id"] for batch in found["batches"] if batch["event_id"]]
    now = visit.deps.now().isoformat()
    return await visit.render(
        "promo_batches.html",
        found=found,
        events=await read_events(visit.api, named),
        state=lambda batch: _batch_state(batch, now),
    )


@screen(_BATCHES + "/{promo_batch_id:str}", needs=Permission.VIEW, area=Area.PROMO_CODES, reads=("page",))
async def show_promo_batch(visit: OpenVisit, promo_batch_id: FromPath[str]) -> Response[bytes]:
    batch = await visit.api.get(f"{_API_BATCHES}/{promo_batch_id}")
    found = await visit.api.get("/organizer/promo-codes", batch_id=promo_batch_id, page=visit.page, size=50)
    now = visit.deps.now().isoformat()
    return await visit.render(
        "promo_batch.html",
        batch=batch,
        found=found,
        events=await read_events(visit.api, [batch["event_id"]] if batch["event_id"] else []),
        state=lambda promo: _state(promo, now),
        batch_state=_batch_state(batch, now),
        can_manage=visit.may(Permission.MANAGE),
    )


@screen(_BATCHES + "/{promo_batch_id:str}/codes.csv", needs=Permission.VIEW, area=Area.PROMO_CODES)
async def download_promo_batch(visit: OpenVisit, promo_batch_id: FromPath[str]) -> Response[bytes]:
    return await download(visit, f"{_API_BATCHES}/{promo_batch_id}", "csv")


@screen(_BATCHES + "/{promo_batch_id:str}/codes.xlsx", needs=Permission.VIEW, area=Area.PROMO_CODES)
async def download_promo_batch_workbook(visit: OpenVisit, promo_batch_id: FromPath[str]) -> Response[bytes]:
    return await download(visit, f"{_API_BATCHES}/{promo_batch_id}", "xlsx")


@action(_BATCHES + "/{promo_batch_id:str}/mails", needs=Permission.MANAGE, area=Area.PROMO_CODES)
async def post_promo_batch_mails(visit: OpenVisit, promo_batch_id: FromPath[str]) -> Response[bytes]:
    """Mail the codes to their people; a second click sends no second mail."""
    answer = await visit.api.post(f"{_API_BATCHES}/{promo_batch_id}/mails")
    words = answer.detail if isinstance(answer, Problem) else "The codes are mailed, one mail to each person."
    return visit.redirect(f"{_BATCHES}/{promo_batch_id}", flash=words)


@action(_BATCHES + "/{promo_batch_id:str}/end", needs=Permission.MANAGE, area=Area.PROMO_CODES)
async def post_promo_batch_end(visit: OpenVisit, promo_batch_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.post(f"{_API_BATCHES}/{promo_batch_id}/end")
    if isinstance(answer, Problem):
        raise ApiRefused(answer)
    words = "The batch is ended. Bookings keep the price that they were held at."
    return visit.redirect(f"{_BATCHES}/{promo_batch_id}", flash=words)


@action(_LIST + "/{promo_code_id:str}/end", needs=Permission.MANAGE, area=Area.PROMO_CODES)
async def post_promo_code_end(visit: OpenVisit, promo_code_id: FromPath[str]) -> Response[bytes]:
    """Switch a code off: one that was never used is deleted, others end now."""
    path = f"/organizer/promo-codes/{promo_code_id}"
    answer = await visit.api.delete(path)
    if isinstance(answer, Problem) and answer.code == "has-sales":
        now = visit.deps.now().replace(microsecond=0).isoformat().replace("+00:00", "Z")
        answer = await visit.api.patch(path, {"starts_at": None, "ends_at": now})
    if isinstance(answer, Problem):
        raise ApiRefused(answer)
    return visit.redirect(_LIST, flash="The code is switched off. Bookings keep the price that they were held at.")


async def _take_file(visit: Visit) -> None:
    file = (await visit.request.form()).get("recipients_file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        return
    try:
        visit.form.replace("recipients", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        visit.form.faults["recipients"] = "The file is not text in UTF-8. Save it as CSV UTF-8, or paste the addresses."


async def _form(visit: Visit, event_id: str | None, *, status: int = 200) -> Response[bytes]:
    events = await read_events(visit.api, [event_id] if event_id else [])
    event: dict[str, Any] | None = events.get(event_id) if event_id else None
    return await visit.render("promo_code.html", status=status, event=event, event_id=event_id)


def _state(promo: dict[str, Any], now: str) -> str:
    if promo["ends_at"] and promo["ends_at"][:19] <= now[:19]:
        return "Ended"
    if promo["starts_at"] and promo["starts_at"][:19] > now[:19]:
        return "Not started"
    return "Used up" if promo["uses_max"] is not None and promo["uses"] >= promo["uses_max"] else "Valid"


def _batch_state(batch: dict[str, Any], now: str) -> str:
    if batch["ended_at"]:
        return "Ended"
    unlimited = {"uses_max": None, "uses": 0}
    return _state({**batch, **unlimited}, now)
