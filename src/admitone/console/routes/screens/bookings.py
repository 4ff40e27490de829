"""Bookings: search all of them, read one, refund by seat with a preview of the money, export."""

from collections.abc import Sequence
from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.sales_words import BOOKING_STATES
from admitone.console.routes.downloads import download
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.console.usecases.read_events import read_events
from admitone.organizers.contracts import Permission

_FILTERS = ("q", "status", "event_id")


@screen("/console/bookings", needs=Permission.VIEW, area=Area.BOOKINGS, entry=True, reads=(*_FILTERS, "page"))
async def show_bookings(visit: OpenVisit) -> Response[bytes]:
    asked = _filters(visit)
    found = await visit.api.get("/organizer/bookings", **asked, page=visit.page)
    shown = [booking["event_id"] for booking in found["bookings"]]
    return await visit.render(
        "bookings.html",
        asked=asked,
        found=found,
        events=await read_events(visit.api, [*shown, *filter(None, [asked.get("event_id")])]),
        states=BOOKING_STATES,
        can_erase=visit.may(Permission.ADMINISTER),
    )


@screen("/console/bookings.csv", needs=Permission.VIEW, area=Area.BOOKINGS, reads=(*_FILTERS, "rows"))
async def download_bookings(visit: OpenVisit) -> Response[bytes]:
    return await download(visit, "/organizer/bookings", "csv", **_filters(visit), rows=_rows(visit), bom="true")


@screen("/console/bookings.xlsx", needs=Permission.VIEW, area=Area.BOOKINGS, reads=(*_FILTERS, "rows"))
async def download_bookings_workbook(visit: OpenVisit) -> Response[bytes]:
    return await download(visit, "/organizer/bookings", "xlsx", **_filters(visit), rows=_rows(visit))


@screen("/console/bookings/{booking_id:str}", needs=Permission.VIEW, area=Area.BOOKINGS)
async def show_booking(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    return await booking_screen(visit, booking_id)


@screen(
    "/console/bookings/{booking_id:str}/refund",
    needs=Permission.SELL,
    area=Area.BOOKINGS,
    reads=("ticket_id", "fees", "seats"),
)
async def show_refund(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    """Show what the chosen tickets' refund returns. Nothing changes: the choice is in the address."""
    query = visit.request.query_params
    chosen = query.getall("ticket_id", [])
    keeps_fees = query.get("fees") == "keep"
    holds_back = query.get("seats") == "hold_back"
    if not chosen:
        visit.form.faults["ticket_id"] = "Choose at least one ticket."
        return await booking_screen(visit, booking_id, status=422)
    preview = await visit.api.post(
        f"/organizer/bookings/{booking_id}/refund-preview",
        {"ticket_ids": chosen, "refund_fees": not keeps_fees, "return_seats": not holds_back},
    )
    if isinstance(preview, Problem):
        return await refused_screen(visit, booking_id, preview, preview.faults)
    return await _confirm_refund(visit, booking_id, preview.document, keeps_fees=keeps_fees, holds_back=holds_back)


@action("/console/bookings/{booking_id:str}/refunds", needs=Permission.SELL, area=Area.BOOKINGS)
async def post_refund(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    form = visit.form
    answer = await visit.api.post(
        f"/organizer/bookings/{booking_id}/refunds",
        {
            "ticket_ids": form.values("ticket_id"),
            "refund_fees": form.value("fees") != "keep",
            "return_seats": form.value("seats") != "hold_back",
        },
        key=form.key,
    )
    if isinstance(answer, Problem):
        return await refused_screen(visit, booking_id, answer)
    refund = answer.document.get("refund")
    words = (
        "The tickets are cancelled." if refund is None else "The refund is ordered. The timeline shows its progress."
    )
    return visit.redirect(f"/console/bookings/{booking_id}", flash=words)


@action("/console/bookings/{booking_id:str}/refunds/{refund_id:str}/retry", needs=Permission.SELL, area=Area.BOOKINGS)
async def post_retry(visit: OpenVisit, booking_id: FromPath[str], refund_id: FromPath[str]) -> Response[bytes]:
    """Order a refund again that did not reach the buyer."""
    answer = await visit.api.post(f"/organizer/bookings/{booking_id}/refunds/{refund_id}/retry", key=visit.form.key)
    if isinstance(answer, Problem):
        return await refused_screen(visit, booking_id, answer)
    words = "The refund is ordered again. The timeline shows its progress."
    return visit.redirect(f"/console/bookings/{booking_id}", flash=words)


@action("/console/bookings/{booking_id:str}/buyer", needs=Permission.SELL, area=Area.BOOKINGS)
async def post_buyer(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    """Correct the buyer's name or address; an empty field stays as it is."""
    given = {name: text for name in ("buyer_name", "buyer_email") if (text := visit.form.text(name))}
    answer = await visit.api.patch(f"/organizer/bookings/{booking_id}", given)
    if isinstance(answer, Problem):
        return await refused_screen(visit, booking_id, answer, answer.faults)
    return visit.redirect(f"/console/bookings/{booking_id}", flash="The buyer is corrected.")


@action("/console/bookings/{booking_id:str}/notes", needs=Permission.SELL, area=Area.BOOKINGS)
async def post_note(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    form = visit.form
    answer = await visit.api.post(
        f"/organizer/bookings/{booking_id}/notes", {"text": form.value("note").strip()}, key=form.key
    )
    if isinstance(answer, Problem):
        faults = [("/note" if pointer == "/text" else pointer, words) for pointer, words in answer.faults]
        return await refused_screen(visit, booking_id, answer, faults)
    return visit.redirect(f"/console/bookings/{booking_id}", flash="The note is in the timeline.")


def _rows(visit: Visit) -> str:
    return "tickets" if visit.query.get("rows") == "tickets" else "bookings"


def _filters(visit: Visit) -> dict[str, str]:
    return {name: value for name in _FILTERS if (value := visit.query.get(name, "").strip())}


async def booking_screen(visit: Visit, booking_id: str, *, status: int = 200) -> Response[bytes]:
    """Render the page of a booking."""
    booking, event = await _read(visit, booking_id)
    places = {ticket["ticket_id"]: place_of(ticket) for ticket in booking["tickets"]}
    is_bought = booking["status"] in ("confirmed", "partially_refunded")
    mails = await visit.api.get(f"/organizer/bookings/{booking_id}/mails")
    can_mail = is_bought and mails["sends_mail"] and mails["address"]["state"] != "none" and visit.may(Permission.SELL)
    return await visit.render(
        "booking.html",
        status=status,
        booking=booking,
        event=event,
        places=places,
        can_refund=is_bought and visit.may(Permission.SELL),
        can_sell=visit.may(Permission.SELL),
        mails=mails,
        can_mail=can_mail,
    )


async def refused_screen(
    visit: Visit, booking_id: str, problem: Problem, faults: Sequence[tuple[str, str]] | None = None
) -> Response[bytes]:
    """Render the page of a booking with the faults of a change; without `faults`, all above its forms.

    Raises `ApiRefused` if the booking, or what was changed of it, does not exist.
    """
    if problem.status == 404:
        raise ApiRefused(problem)
    visit.form.refused([("", words) for _, words in problem.faults] if faults is None else faults)
    return await booking_screen(visit, booking_id, status=422)


async def _confirm_refund(
    visit: Visit, booking_id: str, preview: dict[str, Any], *, keeps_fees: bool, holds_back: bool
) -> Response[bytes]:
    booking, event = await _read(visit, booking_id)
    tickets = [ticket for ticket in booking["tickets"] if ticket["ticket_id"] in preview["ticket_ids"]]
    return await visit.render(
        "refund.html",
        booking=booking,
        event=event,
        preview=preview,
        tickets=tickets,
        keeps_fees=keeps_fees,
        holds_back=holds_back,
    )


async def _read(visit: Visit, booking_id: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    booking = await visit.api.get(f"/organizer/bookings/{booking_id}")
    event_id = booking["event_id"]
    return booking, (await read_events(visit.api, [event_id])).get(event_id)


def place_of(ticket: dict[str, Any]) -> str:
    """Return `Stalls row F seat 11`."""
    row, seat = ticket.get("row"), ticket.get("seat")
    return " ".join(filter(None, [ticket["section"], row and f"row {row}", seat and f"seat {seat}"]))
