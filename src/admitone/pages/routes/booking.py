"""Serve `/my/{booking_id}`: the tickets, and their calendar entry."""

from litestar import Response, get
from litestar.params import FromPath

from admitone.pages.domain.calendar import calendar_entry
from admitone.pages.routes.booking_access import access_of, booking_link, checkout_path, my_path
from admitone.pages.routes.rendering import PRIVATE, PageDeps, PageRequest, accent, page_headers, redirect, render
from admitone.pages.usecases.show_booking import show_booking

# The browser and the page's service worker store it, so that tickets open at a gate without a network.
_KEPT = "private, no-cache"


@get("/my/{booking_id:str}", include_in_schema=False)
async def read_booking(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, deps, booking_id)
    if access.is_by_link:
        return access.remember(redirect(my_path(booking_id)))
    page = await show_booking(deps, booking_id=booking_id, token=access.token)
    if page is None:
        return redirect(checkout_path(booking_id))
    return render(
        request,
        "booking.html",
        cache=_KEPT,
        accent=accent(page.event),
        page=page,
        booking=page.booking,
        given_back=page.given_back,
        event=page.event,
        link=booking_link(deps, booking_id),
        has_mail=deps.has_mail,
        has_demo_mailbox=deps.demo_mailbox is not None,
    )


@get("/my/{booking_id:str}/calendar.ics", include_in_schema=False)
async def read_calendar(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, deps, booking_id)
    if access.is_by_link:
        return access.remember(redirect(f"{my_path(booking_id)}/calendar.ics"))
    page = await show_booking(deps, booking_id=booking_id, token=access.token)
    if page is None:
        return redirect(checkout_path(booking_id))
    link = booking_link(deps, booking_id)
    entry = calendar_entry(page.event, url=link, now=deps.now(), notes=f"Your tickets: {link}")
    return Response(
        entry.encode(),
        media_type="text/calendar",
        headers={
            **page_headers(),
            "Cache-Control": PRIVATE,
            "Content-Disposition": 'attachment; filename="tickets.ics"',
        },
    )
