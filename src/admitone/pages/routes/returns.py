"""Handle the forms of `/my/{booking_id}` that give tickets back, or take them back. The booking role serves them."""

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
    chosen = await _chosen(request)
    if not chosen:
        page = await tickets_page(request, forms.pages, booking_id, access, returns_error="Choose at least one ticket.")
        return access.remember(page)
    await forms.return_tickets(booking_id, access.token, chosen)
    return access.remember(redirect(my_path(booking_id)))


@post("/my/{booking_id:str}/returns/withdrawals", include_in_schema=False)
async def post_withdrawals(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    """Fields: `ticket`, once for each ticket that is on offer no longer. Where none is chosen, nothing changes."""
    access = access_of(request, forms.pages, booking_id)
    if chosen := await _chosen(request):
        await forms.take_tickets_back(booking_id, access.token, chosen)
    return access.remember(redirect(my_path(booking_id)))


async def _chosen(request: PageRequest) -> list[str]:
    chosen = [value for name, value in await form_fields(request) if name == "ticket"][:TICKETS_MAX]
    return list(dict.fromkeys(chosen))
