"""Serve `/e/{event_id}/waiting-list`: join, and `/{token}`: one's own place. The booking role answers what is sent."""

import math
from collections.abc import Callable
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from admitone.kit.http.paging import PageNumber
from admitone.pages.contracts import Document
from admitone.pages.domain.waiting_list_form import WaitingListForm, read_waiting_list_form
from admitone.pages.routes.booking_access import checkout_path, my_path
from admitone.pages.routes.clients import client_of, introduce
from admitone.pages.routes.form_fields import form_fields
from admitone.pages.routes.rendering import (
    PRIVATE,
    GivenFormDeps,
    PageDeps,
    PageRequest,
    accent,
    redirect,
    render,
)
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.find_waitable import Waitable, find_waitable
from admitone.pages.usecases.join_waiting_list import join_waiting_list
from admitone.pages.usecases.show_waiting_list import show_waiting_list

_TOKEN_MAX = 255
DRAWN_SHOWN = 1_000
"""Entrants on a page, as the API lists them."""


@get("/e/{event_id:str}/waiting-list", include_in_schema=False)
async def read_form(request: PageRequest, deps: PageDeps, event_id: FromPath[str]) -> Response[bytes]:
    event = await deps.read_details(event_id)
    waitable = await find_waitable(deps, event)
    if waitable is None:
        return redirect(event["url"])
    return _form_page(request, event, waitable, WaitingListForm())


@post("/e/{event_id:str}/waiting-list", include_in_schema=False)
async def post_form(request: PageRequest, forms: GivenFormDeps, event_id: FromPath[str]) -> Response[bytes]:
    """Fields: domain/waiting_list_form.py. The same browser and address find their place again."""
    fields = dict(await form_fields(request))
    if (introduction := introduce(request, forms.pages)) is not None:
        return introduction
    event = await forms.pages.read_details(event_id)
    form = read_waiting_list_form(fields, event)
    made = await join_waiting_list(forms, event_id=event_id, form=form, client=client_of(request, forms.pages))
    if isinstance(made, WaitingListForm):
        waitable = await find_waitable(forms.pages, event)
        return _form_page(request, event, waitable or Waitable(event["price_levels"], is_sold_out=True), made)
    return redirect(entry_path(event_id, made))


@get("/e/{event_id:str}/waiting-list/draw", include_in_schema=False)
async def read_draw(
    request: PageRequest, deps: PageDeps, event_id: FromPath[str], page: PageNumber = 0
) -> Response[bytes]:
    """The draw for people: each place, and how to verify it. Programs read `/events/{id}/waiting-list/draw`."""
    event = await deps.read_details(event_id)
    draw = await deps.read_waiting_draw(event["id"], page)
    return render(
        request,
        "waiting_draw.html",
        cache=PRIVATE,
        accent=accent(event),
        event=event,
        draw=draw,
        page=page,
        pages=math.ceil((draw.draw_size or 0) / DRAWN_SHOWN),
        data_url=f"/events/{quote(event['id'])}/waiting-list/draw",
    )


@get("/e/{event_id:str}/waiting-list/{token:str}", include_in_schema=False)
async def read_entry(
    request: PageRequest, deps: PageDeps, event_id: FromPath[str], token: FromPath[str]
) -> Response[bytes]:
    page = await show_waiting_list(deps, event_id=event_id, token=token[:_TOKEN_MAX])
    return render(
        request,
        "waiting_list.html",
        cache=PRIVATE,
        accent=accent(page.event),
        page=page,
        entry=page.entry,
        event=page.event,
        booking=page.booking,
        here=entry_path(event_id, token),
        pay_url=_booking_url(deps, page.entry.booking_id, checkout_path),
        my_url=_booking_url(deps, page.entry.booking_id, my_path),
        link=f"{deps.public_url}{entry_path(event_id, token)}",
    )


@post("/e/{event_id:str}/waiting-list/{token:str}/leave", include_in_schema=False)
async def post_leave(forms: GivenFormDeps, event_id: FromPath[str], token: FromPath[str]) -> Response[bytes]:
    """Leave the list, or decline the offer."""
    await forms.leave_waiting_list(event_id, token[:_TOKEN_MAX])
    return redirect(entry_path(event_id, token))


def entry_path(event_id: str, token: str) -> str:
    return f"/e/{quote(event_id)}/waiting-list/{quote(token)}"


def _booking_url(deps: Deps, booking_id: str | None, path: Callable[[str], str]) -> str | None:
    """The link that gives this browser the booking's cookie."""
    return None if booking_id is None else f"{path(booking_id)}?c={deps.booking_links.code(booking_id)}"


def _form_page(request: PageRequest, event: Document, waitable: Waitable, form: WaitingListForm) -> Response[bytes]:
    return render(
        request,
        "waiting_list_form.html",
        status=422 if form.errors else 200,
        cache=PRIVATE,
        accent=accent(event),
        event=event,
        waitable=waitable,
        form=form,
    )
