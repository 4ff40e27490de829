"""`/my`: the bookings of this device, and of an address after a sign-in by mail. GET reads, POST changes.

A sign-in link opens a page with a button: programs that open the links of a mail to check them send GET, and use no
link up.
"""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException

from admitone.kit.http.client_address import address_block, scope_address
from admitone.kit.text import clean_name, email_fault
from admitone.pages.routes.rendering import PRIVATE, GivenFormDeps, PageDeps, PageRequest, redirect, render
from admitone.pages.usecases.deps import Deps, FormDeps, MailForms
from admitone.pages.usecases.show_my_bookings import show_my_bookings

PLAIN_NAME, SECURE_NAME = "admitone-my", "__Host-admitone-my"
SESSION_SECONDS = 30 * 24 * 3600
_GIVEN_MAX = 300
_NO_MAIL = "This installation sends no mail."


@get("/my", include_in_schema=False)
async def read_my_tickets(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    """What the device remembers is read by its script; the server knows none of it."""
    mine = await show_my_bookings(deps, session=_session(request, deps))
    return _page(request, deps, mine=mine, is_sent="sent" in request.query_params)


@post("/my", status_code=200, include_in_schema=False)
async def post_address(request: PageRequest, forms: GivenFormDeps) -> Response[bytes]:
    """Field: email. The answer is the same for every address."""
    mail = _mail(forms)
    address = clean_name((await _fields(request)).get("email", ""))
    fault = email_fault(address) if address else "Enter your email address."
    if fault is not None:
        return _page(request, forms.pages, email=address[:_GIVEN_MAX], fault=fault)
    await mail.request_sign_in(address, address_block(scope_address(request.scope)))
    return redirect("/my?sent=yes")


@get("/my/sign-in", include_in_schema=False)
async def read_sign_in(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    if not deps.has_mail:
        raise NotFoundException(_NO_MAIL)
    code = request.query_params.get("c", "")[:_GIVEN_MAX]
    return render(request, "sign_in.html", cache=PRIVATE, code=code)


@post("/my/sign-in", include_in_schema=False)
async def post_sign_in(request: PageRequest, forms: GivenFormDeps) -> Response[bytes]:
    """Field: c, the code of a link."""
    token = await _mail(forms).sign_in((await _fields(request)).get("c", "")[:_GIVEN_MAX])
    return _with_session(redirect("/my"), forms.pages, token, SESSION_SECONDS)


@post("/my/sign-out", include_in_schema=False)
async def post_sign_out(request: PageRequest, forms: GivenFormDeps) -> Response[bytes]:
    await _mail(forms).sign_out(_session(request, forms.pages))
    return _with_session(redirect("/my"), forms.pages, "", 0)


def _page(request: PageRequest, deps: Deps, **context: Any) -> Response[bytes]:
    known = {"mine": None, "is_sent": False, "email": "", "fault": None, "has_mail": deps.has_mail}
    known["has_demo_mailbox"] = deps.demo_mailbox is not None
    return render(request, "my.html", cache=PRIVATE, **{**known, **context})


def _mail(forms: FormDeps) -> MailForms:
    if forms.mail is None:
        raise NotFoundException(_NO_MAIL)
    return forms.mail


def _session(request: PageRequest, deps: Deps) -> str:
    return request.cookies.get(_cookie_name(deps), "")


def _cookie_name(deps: Deps) -> str:
    return SECURE_NAME if deps.booking_links.is_secure else PLAIN_NAME


def _with_session(response: Response[bytes], deps: Deps, token: str, seconds: int) -> Response[bytes]:
    is_secure = deps.booking_links.is_secure
    cookie = Cookie(
        _cookie_name(deps), value=token, path="/", max_age=seconds, httponly=True, samesite="lax", secure=is_secure
    )
    response.set_cookie(cookie)
    return response


async def _fields(request: PageRequest) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}
