"""Handle the form of `/my/{holder_id}` that puts names on tickets. The booking role serves it."""

from litestar import Response, post
from litestar.params import FromPath

from admitone.pages.domain.names_form import read_names_form
from admitone.pages.routes.booking_access import current_access, my_path
from admitone.pages.routes.form_fields import form_fields
from admitone.pages.routes.rendering import GivenFormDeps, PageRequest, redirect
from admitone.pages.routes.transfers import tickets_page


@post("/my/{holder_id:str}/names", status_code=200, include_in_schema=False)
async def post_names(request: PageRequest, forms: GivenFormDeps, holder_id: FromPath[str]) -> Response[bytes]:
    """Fields: domain/names_form.py. Nothing entered changes nothing."""
    access = await current_access(request, forms.pages, holder_id)
    form = read_names_form(await form_fields(request))
    if form.errors:
        return access.remember(await tickets_page(request, forms.pages, holder_id, access, names=form))
    if form.names:
        await forms.name_tickets(holder_id, form.names)
    return access.remember(redirect(my_path(holder_id)))
