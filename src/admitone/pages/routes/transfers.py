"""Serve a friend's tickets (`/my/trf_…`), the offer of a transfer (`/transfer?c=CODE`), and the forms of both.

The booking role answers the forms.
"""

from collections.abc import Iterable
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from admitone.pages.domain.address_form import AddressForm
from admitone.pages.domain.hold_form import read_form_key
from admitone.pages.domain.names_form import NamesForm
from admitone.pages.domain.transfer_forms import (
    AcceptForm,
    OfferForm,
    read_accept_form,
    read_offer_form,
)
from admitone.pages.routes.booking_access import (
    Access,
    booking_link,
    checkout_path,
    current_access,
    my_path,
    new_access,
)
from admitone.pages.routes.rendering import (
    KEPT,
    PRIVATE,
    GivenFormDeps,
    PageDeps,
    PageRequest,
    accent,
    redirect,
    render,
)
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.show_booking import show_booking
from admitone.pages.usecases.transfer_tickets import (
    OfferPage,
    accept_offer,
    offer_tickets,
    renew_tickets,
    show_friend_tickets,
    show_offer,
    undo_offer,
)
from admitone.tickets.contracts import TRANSFER_PREFIX

_CODE_MAX = 100


async def tickets_page(
    request: PageRequest,
    deps: Deps,
    holder_id: str,
    access: Access,
    form: OfferForm | None = None,
    names: NamesForm | None = None,
    returns_error: str | None = None,
    address: AddressForm | None = None,
) -> Response[bytes]:
    """Return the page of a buyer, or of a person who accepted a transfer."""
    faults = (returns_error, form and form.errors, names and names.errors, address and address.error)
    status = 422 if any(faults) else 200
    if holder_id.startswith(TRANSFER_PREFIX):
        friend = await show_friend_tickets(deps, holder_id=holder_id)
        return render(
            request,
            "friend_tickets.html",
            status=status,
            cache=KEPT,
            accent=accent(friend.event),
            page=friend,
            holding=friend.holding,
            event=friend.event,
            link=booking_link(deps, holder_id),
            form=form or OfferForm(),
            names=names or NamesForm(),
            returns_error=None,
            address=None,
            has_mail=deps.has_mail,
        )
    page = await show_booking(deps, booking_id=holder_id, token=access.token)
    if page is None:
        return redirect(checkout_path(holder_id))
    return render(
        request,
        "booking.html",
        status=status,
        cache=KEPT,
        accent=accent(page.event),
        page=page,
        booking=page.booking,
        holding=page.holding,
        given_back=page.given_back,
        event=page.event,
        link=booking_link(deps, holder_id, page.booking.link_version),
        form=form or OfferForm(),
        names=names or NamesForm(),
        returns_error=returns_error,
        address=address or AddressForm(),
        renewable=page.holding.renewable,
        has_mail=deps.has_mail,
        has_demo_mailbox=deps.demo_mailbox is not None,
    )


@post("/my/{holder_id:str}/transfer", status_code=200, include_in_schema=False)
async def post_offer(request: PageRequest, forms: GivenFormDeps, holder_id: FromPath[str]) -> Response[bytes]:
    """Answer with the link, which is shown once. Fields: domain/transfer_forms.py."""
    access = await current_access(request, forms.pages, holder_id)
    form = read_offer_form(await _fields(request))
    if form.errors:
        return access.remember(await tickets_page(request, forms.pages, holder_id, access, form))
    email = form.email if forms.pages.has_mail else ""
    offer = await offer_tickets(
        forms, holder_id=holder_id, ticket_ids=form.ticket_ids, friend=form.friend, email=email or None
    )
    shown = await show_offer(forms.pages, code=offer.code)
    page = render(
        request,
        "transfer_made.html",
        cache=PRIVATE,
        accent=accent(shown.event),
        offer=offer,
        email=email,
        event=shown.event,
        link=f"{forms.pages.public_url}/transfer?c={offer.code}",
        back=my_path(holder_id),
    )
    return access.remember(page)


@post("/my/{holder_id:str}/new-codes", include_in_schema=False)
async def post_new_codes(request: PageRequest, forms: GivenFormDeps, holder_id: FromPath[str]) -> Response[bytes]:
    """Void the codes from before: the tickets have a page of their own then, which this browser gets."""
    access = await current_access(request, forms.pages, holder_id)
    transfer_id = await renew_tickets(forms, booking_id=holder_id)
    if transfer_id is None:
        return access.remember(redirect(my_path(holder_id)))
    token = forms.pages.booking_links.issue_token(transfer_id, 0)
    return new_access(request, forms.pages, transfer_id, token).remember(redirect(my_path(transfer_id)))


@post("/my/{holder_id:str}/transfer/{transfer_id:str}/undo", include_in_schema=False)
async def post_undo(
    request: PageRequest, forms: GivenFormDeps, holder_id: FromPath[str], transfer_id: FromPath[str]
) -> Response[bytes]:
    access = await current_access(request, forms.pages, holder_id)
    await undo_offer(forms, holder_id=holder_id, transfer_id=transfer_id)
    return access.remember(redirect(my_path(holder_id)))


@get("/transfer", include_in_schema=False)
async def read_transfer(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    return _offer_page(request, await show_offer(deps, code=_code(request)), AcceptForm())


@post("/transfer", status_code=200, include_in_schema=False)
async def post_acceptance(request: PageRequest, forms: GivenFormDeps) -> Response[bytes]:
    fields = await _fields(request)
    form, code = read_accept_form(fields), _code(request)
    if form.errors:
        return _offer_page(request, await show_offer(forms.pages, code=code), form)
    transfer_id = await accept_offer(forms, code=code, name=form.name, email=form.email, form_key=read_form_key(fields))
    token = forms.pages.booking_links.issue_token(transfer_id, 0)
    return new_access(request, forms.pages, transfer_id, token).remember(redirect(my_path(transfer_id)))


def _offer_page(request: PageRequest, page: OfferPage, form: AcceptForm) -> Response[bytes]:
    is_open = page.offer.state == "offered" and not page.offer.is_refunded and page.event["status"] != "cancelled"
    return render(
        request,
        "transfer_offer.html",
        status=(422 if form.errors else 200) if is_open else 410,
        cache=PRIVATE,
        accent=accent(page.event),
        offer=page.offer,
        event=page.event,
        form=form,
        is_open=is_open,
    )


def _code(request: PageRequest) -> str:
    return str(request.query_params.get("c", ""))[:_CODE_MAX]


async def _fields(request: PageRequest) -> list[tuple[str, str]]:
    items: Iterable[tuple[str, Any]] = (await request.form()).multi_items()
    return [(name, value) for name, value in items if isinstance(value, str)]
