"""Serve `/my/{holder_id}`: the tickets of a booking or of an accepted transfer, and their calendar entry."""

from litestar import Response, get
from litestar.params import FromPath

from admitone.pages.domain.address_form import AddressForm
from admitone.pages.domain.calendar import calendar_entry
from admitone.pages.routes.booking_access import access_of, booking_link, checkout_path, my_path
from admitone.pages.routes.rendering import PRIVATE, PageDeps, PageRequest, page_headers, redirect
from admitone.pages.routes.transfers import tickets_page
from admitone.pages.usecases.show_booking import show_booking
from admitone.pages.usecases.transfer_tickets import show_friend_tickets
from admitone.tickets.contracts import TRANSFER_PREFIX


@get("/my/{booking_id:str}", include_in_schema=False)
async def read_booking(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, deps, booking_id)
    if access.is_by_link:
        return access.remember(redirect(my_path(booking_id)))
    address = AddressForm(is_asked="asked" in request.query_params, is_made="made" in request.query_params)
    return await tickets_page(request, deps, booking_id, access, address=address)


@get("/my/{booking_id:str}/calendar.ics", include_in_schema=False)
async def read_calendar(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, deps, booking_id)
    if access.is_by_link:
        return access.remember(redirect(f"{my_path(booking_id)}/calendar.ics"))
    if booking_id.startswith(TRANSFER_PREFIX):
        event, version = (await show_friend_tickets(deps, holder_id=booking_id)).event, 0
    else:
        page = await show_booking(deps, booking_id=booking_id, token=access.token)
        if page is None:
            return redirect(checkout_path(booking_id))
        event, version = page.event, page.booking.link_version
    link = booking_link(deps, booking_id, version)
    entry = calendar_entry(event, url=link, now=deps.now(), notes=f"Your tickets: {link}")
    return Response(
        entry.encode(),
        media_type="text/calendar",
        headers={
            **page_headers(),
            "Cache-Control": PRIVATE,
            "Content-Disposition": 'attachment; filename="tickets.ics"',
        },
    )
