"""Handle the form of `/my/{booking_id}` that gives tickets back. The booking role serves it."""

from litestar import Response, post
from litestar.params import FromPath

from admitone.pages.routes.booking_access import access_of, my_path
from admitone.pages.routes.form_fields import form_fields
from admitone.pages.routes.rendering import GivenFormDeps, PageRequest, redirect
from admitone.pages.routes.transfers import tickets_page

TICKETS_MAX = 1000


@post("/my/{booking_id:str}/returns", include_in_schema=False)
async def post_returns(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    """Fields: `ticket`, once for each returned ticket. Where none is chosen, the page says so."""
    access = access_of(request, forms.pages, booking_id)
    chosen = [value for name, value in await form_fields(request) if name == "ticket"][:TICKETS_MAX]
    if not chosen:
        page = await tickets_page(request, forms.pages, booking_id, access, returns_error="Choose at least one ticket.")
        return access.remember(page)
    await forms.return_tickets(booking_id, access.token, list(dict.fromkeys(chosen)))
    return access.remember(redirect(my_path(booking_id)))
