"""Write to the buyers of an event: the words and the audience, then a page that counts and shows them, then the act."""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.organizers.contracts import Permission


@screen("/console/events/{event_id:str}/messages", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_messages(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    return await _render(visit, event_id)


@action("/console/events/{event_id:str}/messages", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_message(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    """Field `act`: `send` sends, `edit` returns to the form; anything else shows the preview."""
    form, path = visit.form, f"/organizer/events/{event_id}/messages"
    if form.value("act") == "edit":
        return await _render(visit, event_id)
    message = {
        "subject": form.text("subject") or "",
        # Browsers send CRLF; a paragraph ends with an empty line.
        "text": "\n".join(form.value("text").splitlines()).strip(),
        "audience": {"price_level_ids": form.values("price_level_id"), "not_admitted": form.flag("not_admitted")},
    }
    if form.value("act") != "send":
        preview = await visit.api.post(path, {**message, "preview": True})
        if isinstance(preview, Problem):
            return await _refused(visit, event_id, preview)
        return await _render(visit, event_id, "event_message_preview.html", preview=preview.document)
    answer = await visit.api.post(path, message, key=form.key)
    if isinstance(answer, Problem):
        return await _refused(visit, event_id, answer)
    number = answer.document["recipients"]
    words = f"{number} mails are" if number > 1 else "One mail is"
    return visit.redirect(f"/console/events/{event_id}/messages", flash=f"{words} sent, one after the other.")


async def _refused(visit: Visit, event_id: str, problem: Problem) -> Response[bytes]:
    if problem.status == 404:
        raise ApiRefused(problem)
    visit.form.refused(problem.faults)
    return await _render(visit, event_id, status=422)


async def _render(
    visit: Visit, event_id: str, template: str = "event_messages.html", *, status: int = 200, **context: Any
) -> Response[bytes]:
    event: dict[str, Any] = await visit.api.get(f"/organizer/events/{event_id}")
    sent = await visit.api.get(f"/organizer/events/{event_id}/messages")
    levels = {level["id"]: level["name"] for level in event["price_levels"] if "id" in level}
    return await visit.render(template, status=status, event=event, levels=levels, messages=sent["messages"], **context)
