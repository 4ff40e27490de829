"""Correct the address of a booking: the form of `/my/{booking_id}`, and the links of its mails, `/my/address/{id}`.

GET shows a button, POST changes: programs that open the links of a mail to check them send GET.
"""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from admitone.kit.http.client_address import address_block, scope_address
from admitone.pages.domain.address_form import read_address_form
from admitone.pages.routes.booking_access import access_of, my_path, new_access
from admitone.pages.routes.form_fields import form_fields
from admitone.pages.routes.rendering import PRIVATE, GivenFormDeps, PageDeps, PageRequest, redirect, render
from admitone.pages.routes.transfers import tickets_page
from admitone.pages.usecases.deps import Deps, FormDeps, MailForms

_CODE_MAX = 200


@post("/my/{booking_id:str}/address", status_code=200, include_in_schema=False)
async def post_address(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    """Field: new_email."""
    access = access_of(request, forms.pages, booking_id)
    mail = _mail(forms)
    form = read_address_form(await form_fields(request))
    if form.error:
        return access.remember(await tickets_page(request, forms.pages, booking_id, access, address=form))
    block = address_block(scope_address(request.scope))
    await mail.ask_for_correction(booking_id, access.token, form.email, block)
    return access.remember(redirect(f"{my_path(booking_id)}?asked=yes#address"))


@get("/my/address/{correction_id:str}", include_in_schema=False)
async def read_confirmation(request: PageRequest, deps: PageDeps, correction_id: FromPath[str]) -> Response[bytes]:
    return await _page(request, deps, correction_id, "confirm")


@post("/my/address/{correction_id:str}", include_in_schema=False)
async def post_confirmation(
    request: PageRequest, forms: GivenFormDeps, correction_id: FromPath[str]
) -> Response[bytes]:
    """The browser that confirms gets the booking's new cookie."""
    booking_id, token = await _mail(forms).confirm_correction(correction_id, _code(request))
    return new_access(request, forms.pages, booking_id, token).remember(
        redirect(f"{my_path(booking_id)}?made=yes#address")
    )


@get("/my/address/{correction_id:str}/stop", include_in_schema=False)
async def read_stop(request: PageRequest, deps: PageDeps, correction_id: FromPath[str]) -> Response[bytes]:
    return await _page(request, deps, correction_id, "stop")


@post("/my/address/{correction_id:str}/stop", status_code=200, include_in_schema=False)
async def post_stop(request: PageRequest, forms: GivenFormDeps, correction_id: FromPath[str]) -> Response[bytes]:
    await _mail(forms).stop_correction(correction_id, _code(request))
    return await _page(request, forms.pages, correction_id, "stop")


async def _page(request: PageRequest, deps: Deps, correction_id: str, purpose: str) -> Response[bytes]:
    code = _code(request)
    correction = await deps.read_correction(correction_id, code, purpose)
    return render(
        request,
        "address.html",
        cache=PRIVATE,
        correction=correction,
        correction_id=correction_id,
        purpose=purpose,
        code=code,
    )


def _mail(forms: FormDeps) -> MailForms:
    if forms.mail is None:
        raise NotFoundException("This installation sends no mail.")
    return forms.mail


def _code(request: PageRequest) -> str:
    return str(request.query_params.get("c", ""))[:_CODE_MAX]
