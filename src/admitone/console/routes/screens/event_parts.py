"""The pages that change an event, part by part: details, prices, sale.

They change it by PATCH with `If-Match`. Where someone else changed it meanwhile, the page shows what is stored now
beside what was typed; sent again, the form overwrites knowingly.
"""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.event_forms import (
    SALE_MOMENTS,
    prices_document,
    prices_form,
    rows_of,
    sale_document,
    sale_form,
)
from admitone.console.domain.forms import CSRF_FIELD, KEY_FIELD, Form
from admitone.console.domain.local_moments import repeated_moments
from admitone.console.domain.navigation import Area
from admitone.console.routes.screens.events import read_optional
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Answer, Problem
from admitone.organizers.contracts import Permission

Document = dict[str, Any]
CONFLICT = 412
ETAG_FIELD = "etag"
_UNCOMPARED = {CSRF_FIELD, KEY_FIELD, ETAG_FIELD, "more"}


@screen("/console/events/{event_id:str}/prices", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_prices(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    read = await visit.api.read(f"/organizer/events/{event_id}")
    return await _render_prices(visit, read, await _stored_prices(visit, read.document))


@action("/console/events/{event_id:str}/prices", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_prices(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    read = await visit.api.read(f"/organizer/events/{event_id}")
    if visit.form.flag("more"):
        return await _render_prices(visit, read, visit.form, spare=3)
    document, fields = prices_document(visit.form)
    saved = await save_part(visit, event_id, document, fields)
    if saved:
        return visit.redirect(f"/console/events/{event_id}", flash="The prices are saved.")
    stored = await _stored_prices(visit, read.document)
    changes = changes_since(visit.form, stored) if saved is None else []
    return await _render_prices(visit, read, visit.form, status=422, changes=changes)


async def _stored_prices(visit: Visit, event: Document) -> Form:
    seat_map = await read_optional(visit, "seat-maps", event["seat_map_id"])
    room = (seat_map or {}).get("room") or {"areas": []}
    return prices_form(event, seat_map["categories"] if seat_map else [], room["areas"])


async def _render_prices(
    visit: Visit, read: Answer, form: Form, *, status: int = 200, spare: int = 1, changes: list[Document] | None = None
) -> Response[bytes]:
    event = read.document
    seat_map = await read_optional(visit, "seat-maps", event["seat_map_id"])
    return await visit.render(
        "event_prices.html",
        status=status,
        event=event,
        etag=read.etag,
        form=form,
        categories=seat_map["categories"] if seat_map else [],
        levels=rows_of(form, "price_levels", spare=spare),
        areas=rows_of(form, "general_admission", spare=spare),
        totals=_totals(event),
        changes=changes or [],
        tab="prices",
    )


def _totals(event: Document) -> list[Document]:
    """What one ticket costs the buyer at each price level, the booking fee included where anything is paid."""
    fee = event["booking_fee"]["amount"] if event["booking_fee"] else 0
    return [
        {
            "name": level["name"],
            "total": {**level["total"], "amount": level["total"]["amount"] + (fee if level["total"]["amount"] else 0)},
        }
        for level in event["price_levels"]
    ]


@screen("/console/events/{event_id:str}/sale", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_sale_terms(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    read = await visit.api.read(f"/organizer/events/{event_id}")
    return await _render_sale(visit, read, sale_form(read.document))


@action("/console/events/{event_id:str}/sale", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_sale_terms(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    read = await visit.api.read(f"/organizer/events/{event_id}")
    document = sale_document(visit.form, read.document["timezone"])
    saved = await save_part(visit, event_id, document, {"/hold_seconds": "hold_minutes"})
    if saved:
        return visit.redirect(f"/console/events/{event_id}", flash="The terms of the sale are saved.")
    changes = changes_since(visit.form, sale_form(read.document)) if saved is None else []
    return await _render_sale(visit, read, visit.form, status=422, changes=changes)


async def _render_sale(
    visit: Visit, read: Answer, form: Form, *, status: int = 200, changes: list[Document] | None = None
) -> Response[bytes]:
    return await visit.render(
        "event_sale.html",
        status=status,
        event=read.document,
        etag=read.etag,
        form=form,
        twice=repeated_moments(form, SALE_MOMENTS, read.document["timezone"]),
        changes=changes or [],
        tab="sale",
    )


async def save_part(
    visit: Visit,
    event_id: str,
    document: Document,
    fields: Mapping[str, str],
    refused: Callable[[Problem], None] = lambda _: None,
) -> bool | None:
    """Send the part; return True, or False with the faults in the form, or None where the event changed meanwhile."""
    if visit.form.faults:
        return False
    answer = await visit.api.patch(f"/organizer/events/{event_id}", document, etag=visit.form.text(ETAG_FIELD))
    if not isinstance(answer, Problem):
        return True
    if answer.status == CONFLICT:
        visit.form.faults[""] = (
            "Someone changed this event while you edited it. What you typed is still here: compare, then save again."
        )
        return None
    refused(answer)
    visit.form.refused(answer.faults, fields)
    return False


def changes_since(typed: Form, stored: Form) -> list[Document]:
    """Return the fields whose stored texts differ from what was typed."""
    names = dict.fromkeys(name for form in (typed, stored) for name, _ in form.fields if name not in _UNCOMPARED)
    return [
        {"name": name, "stored": ", ".join(stored.values(name)), "typed": ", ".join(typed.values(name))}
        for name in names
        if [text.strip() for text in typed.values(name) if text.strip()]
        != [text.strip() for text in stored.values(name) if text.strip()]
    ]
