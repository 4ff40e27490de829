"""What buyers may do after the sale: transfer tickets, name guests, return tickets, wait for freed ones."""

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.after_sale_forms import (
    MOMENTS,
    RESALE_FIELDS,
    RETURNS,
    TRANSFER_FIELDS,
    WAITING_LISTS,
    after_sale_form,
    resale_document,
    transfers_document,
)
from admitone.console.domain.forms import Form
from admitone.console.domain.local_moments import repeated_moments
from admitone.console.domain.navigation import Area
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.organizers.contracts import Permission


@screen("/console/events/{event_id:str}/after-sale", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_after_sale(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    try:
        transfers = await visit.api.get(f"/organizer/events/{event_id}/transfers")
        resale = await visit.api.get(f"/organizer/events/{event_id}/resale-terms")
    except ApiRefused as refused:
        if refused.problem.status != 404:
            raise
        return await _render(visit, event, None)  # a draft has no terms yet
    return await _render(visit, event, after_sale_form(transfers, resale, event["timezone"]))


@action("/console/events/{event_id:str}/after-sale", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_after_sale(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    form, zone = visit.form, event["timezone"]
    parts = (
        ("transfers", transfers_document(form, zone), TRANSFER_FIELDS),
        ("resale-terms", resale_document(form, zone), RESALE_FIELDS),
    )
    for path, document, fields in parts if not form.faults else ():
        answer = await visit.api.put(f"/organizer/events/{event_id}/{path}", document)
        if isinstance(answer, Problem):
            if answer.status == 404:
                raise ApiRefused(answer)
            form.refused(answer.faults, fields)
    if form.faults:
        return await _render(visit, event, form, status=422)
    return visit.redirect(f"/console/events/{event_id}/after-sale", flash="The terms after the sale are saved.")


async def _render(visit: Visit, event: dict[str, object], form: Form | None, *, status: int = 200) -> Response[bytes]:
    return await visit.render(
        "event_after_sale.html",
        status=status,
        event=event,
        form=form or Form(),
        is_draft=form is None,
        twice=repeated_moments(form or Form(), MOMENTS, str(event["timezone"])),
        returns=RETURNS,
        waiting_lists=WAITING_LISTS,
        tab="after-sale",
    )
