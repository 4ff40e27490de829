"""`/my/{booking_id}?t=…`: the tickets, and their calendar entry."""

from litestar import Response, get
from litestar.params import FromPath

from admitone.pages.domain.calendar import calendar_entry
from admitone.pages.routes.checkout import my_url, token_of
from admitone.pages.routes.event import checkout_url
from admitone.pages.routes.rendering import PRIVATE, PageDeps, PageRequest, accent, page_headers, redirect, render
from admitone.pages.usecases.show_booking import show_booking

# Kept by the browser and by the page's own worker, so that tickets open at a door without a network.
_KEPT = "private, no-cache"


@get("/my/{booking_id:str}", include_in_schema=False)
async def read_booking(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    token = token_of(request)
    page = await show_booking(deps, booking_id=booking_id, token=token)
    if page is None:
        return redirect(checkout_url(booking_id, token))
    return render(
        request,
        "booking.html",
        cache=_KEPT,
        accent=accent(page.event),
        page=page,
        booking=page.booking,
        given_back=page.given_back,
        event=page.event,
        token=token,
        link=deps.public_url + my_url(booking_id, token),
    )


@get("/my/{booking_id:str}/calendar.ics", include_in_schema=False)
async def read_calendar(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    token = token_of(request)
    page = await show_booking(deps, booking_id=booking_id, token=token)
    if page is None:
        return redirect(checkout_url(booking_id, token))
    link = deps.public_url + my_url(booking_id, token)
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
