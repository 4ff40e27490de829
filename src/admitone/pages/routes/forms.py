"""Handle the forms that hold tickets, pay for them and release them. The booking role serves them."""

from litestar import Response, post
from litestar.params import FromPath

from admitone.booking.contracts import Held
from admitone.pages.domain.hold_form import hold_order, read_form_key
from admitone.pages.domain.payment_form import PaymentForm, read_payment_form
from admitone.pages.routes.booking_access import access_of, checkout_path, my_path, new_access
from admitone.pages.routes.checkout import checkout_page
from admitone.pages.routes.clients import client_of, client_or_new, introduce, with_cookie
from admitone.pages.routes.form_fields import form_fields
from admitone.pages.routes.rendering import GivenFormDeps, PageRequest, redirect
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.give_promo_code import give_promo_code
from admitone.pages.usecases.hold_tickets import hold_again, hold_tickets
from admitone.pages.usecases.pay_booking import Outcome, Step, pay_booking
from admitone.pages.usecases.show_checkout import show_checkout


@post("/e/{event_id:str}/hold", include_in_schema=False)
async def post_hold(request: PageRequest, forms: GivenFormDeps, event_id: FromPath[str]) -> Response[bytes]:
    """Fields: domain/hold_form.py."""
    fields = await form_fields(request)
    form_key = read_form_key(fields)
    if form_key is not None and (introduction := introduce(request, forms.pages)) is not None:
        return introduction
    client, cookie = client_or_new(request, forms.pages)
    order = hold_order(event_id, fields)
    held = await hold_tickets(forms, order=order, client=client, form_key=form_key)
    return _to_checkout(request, forms.pages, held, cookie)


@post("/checkout/{booking_id:str}/again", include_in_schema=False)
async def post_again(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    given = access_of(request, forms.pages, booking_id)
    form_key = read_form_key(await form_fields(request))
    if form_key is not None and (introduction := introduce(request, forms.pages)) is not None:
        return given.remember(introduction)
    client, cookie = client_or_new(request, forms.pages)
    held = await hold_again(forms, booking_id=booking_id, token=given.token, client=client, form_key=form_key)
    return _to_checkout(request, forms.pages, held, cookie)


@post("/checkout/{booking_id:str}", status_code=200, include_in_schema=False)
async def post_payment(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, forms.pages, booking_id)
    checkout = await show_checkout(forms.pages, booking_id=booking_id, token=access.token)
    needs_method = checkout.terms.provider == "simulated" and checkout.booking.total > 0
    form = read_payment_form(dict(await form_fields(request)), needs_method=needs_method)
    outcome = await pay_booking(forms, booking_id=booking_id, token=access.token, form=form)
    if outcome.step is Step.TICKETS:
        return access.remember(redirect(my_path(booking_id)))
    checkout = await show_checkout(forms.pages, booking_id=booking_id, token=access.token)
    return access.remember(checkout_page(request, forms.pages, checkout, outcome))


@post("/checkout/{booking_id:str}/release", include_in_schema=False)
async def post_release(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, forms.pages, booking_id)
    await forms.release(booking_id, access.token)
    return access.remember(redirect(checkout_path(booking_id)))  # says what happened, and offers the same again


@post("/checkout/{booking_id:str}/promo-code", status_code=200, include_in_schema=False)
async def post_promo_code(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, forms.pages, booking_id)
    fields = dict(await form_fields(request))
    code = None if "remove" in fields else fields.get("promo_code", "")
    client = client_of(request, forms.pages)
    fault = await give_promo_code(forms, booking_id=booking_id, token=access.token, code=code, client=client)
    if fault is None:
        return access.remember(redirect(checkout_path(booking_id)))
    checkout = await show_checkout(forms.pages, booking_id=booking_id, token=access.token)
    form = PaymentForm(
        email=checkout.booking.buyer_email or "",
        name=checkout.booking.buyer_name or "",
        promo_code=code or "",
        errors={"promo_code": fault},
    )
    return access.remember(checkout_page(request, forms.pages, checkout, Outcome(Step.FORM, form)))


def _to_checkout(request: PageRequest, deps: Deps, held: Held, cookie: str | None) -> Response[bytes]:
    access = new_access(request, deps, held.booking_id, held.booking_token)
    return access.remember(with_cookie(redirect(checkout_path(held.booking_id)), cookie))
