"""Serve `/checkout/{booking_id}`: pay for a hold, release it, or hold it again, with plain forms."""

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from admitone.booking.contracts import BookingStatus
from admitone.pages.domain.payment_form import TEST_CARDS, PaymentForm, chosen_card, read_payment_form
from admitone.pages.routes.booking_access import access_of, checkout_path, my_path, new_access
from admitone.pages.routes.clients import client_of, client_or_new, with_cookie
from admitone.pages.routes.event import text_fields
from admitone.pages.routes.rendering import PRIVATE, PageDeps, PageRequest, accent, page_headers, redirect, render
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.give_promo_code import give_promo_code
from admitone.pages.usecases.hold_again import hold_again
from admitone.pages.usecases.pay_booking import Outcome, Step, pay_booking
from admitone.pages.usecases.show_checkout import Checkout, show_checkout


@get("/checkout/{booking_id:str}", include_in_schema=False)
async def read_checkout(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, deps, booking_id)
    if access.is_by_link:
        return access.remember(redirect(checkout_path(booking_id)))
    checkout = await show_checkout(deps, booking_id=booking_id, token=access.token)
    form = PaymentForm(
        email=checkout.booking.buyer_email or "",
        name=checkout.booking.buyer_name or "",
    )
    return _page(request, deps, checkout, Outcome(Step.FORM, form))


@post("/checkout/{booking_id:str}", status_code=200, include_in_schema=False)
async def post_payment(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, deps, booking_id)
    checkout = await show_checkout(deps, booking_id=booking_id, token=access.token)
    fields = dict(text_fields((await request.form()).multi_items()))
    form = read_payment_form(fields, needs_method=checkout.terms.provider == "simulated" and checkout.booking.total > 0)
    outcome = await pay_booking(deps, booking_id=booking_id, token=access.token, form=form)
    if outcome.step is Step.TICKETS:
        return access.remember(redirect(my_path(booking_id)))
    checkout = await show_checkout(deps, booking_id=booking_id, token=access.token)
    return access.remember(_page(request, deps, checkout, outcome))


@post("/checkout/{booking_id:str}/release", include_in_schema=False)
async def post_release(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, deps, booking_id)
    booking = await deps.read_booking(booking_id, access.token)
    await deps.release({"booking_id": booking_id, "booking_token": access.token})
    return access.remember(redirect(f"/e/{booking.event_id}"))


@post("/checkout/{booking_id:str}/promo-code", status_code=200, include_in_schema=False)
async def post_promo_code(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    access = access_of(request, deps, booking_id)
    fields = dict(text_fields((await request.form()).multi_items()))
    code = None if "remove" in fields else fields.get("promo_code", "")
    client = client_of(request, deps)
    fault = await give_promo_code(deps, booking_id=booking_id, token=access.token, code=code, client=client)
    if fault is None:
        return access.remember(redirect(checkout_path(booking_id)))
    checkout = await show_checkout(deps, booking_id=booking_id, token=access.token)
    form = PaymentForm(
        email=checkout.booking.buyer_email or "",
        name=checkout.booking.buyer_name or "",
        promo_code=code or "",
        errors={"promo_code": fault},
    )
    return access.remember(_page(request, deps, checkout, Outcome(Step.FORM, form)))


@post("/checkout/{booking_id:str}/again", include_in_schema=False)
async def post_again(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    given = access_of(request, deps, booking_id)
    client, cookie = client_or_new(request, deps)
    held = await hold_again(deps, booking_id=booking_id, token=given.token, client=client)
    access = new_access(request, deps, held["booking_id"], held["booking_token"])
    return access.remember(with_cookie(redirect(checkout_path(held["booking_id"])), cookie))


@get("/checkout/{booking_id:str}/status", include_in_schema=False)
async def read_hold_status(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    """Return the state of this browser's hold to the script of the event's page."""
    access = access_of(request, deps, booking_id)
    booking = await deps.read_booking(booking_id, access.token)
    tickets = [
        {"section": ticket.section, "row": ticket.row, "seat": ticket.seat, "seat_id": ticket.seat_id}
        for ticket in booking.tickets
    ]
    status = {"status": booking.status.value, "expires_at": booking.expires_at, "tickets": tickets}
    answer = Response(
        msgspec.json.encode(status),
        media_type="application/json",
        headers={**page_headers(), "Cache-Control": PRIVATE},
    )
    return access.remember(answer)


def _page(request: PageRequest, deps: Deps, checkout: Checkout, outcome: Outcome) -> Response[bytes]:
    """Return the page for a booking's state, or for the buyer's current payment step."""
    if checkout.is_bought:
        return redirect(my_path(checkout.booking.id))
    if checkout.is_over:
        template, status = "checkout_over.html", 410
    elif outcome.step is Step.BANK:
        template, status = "checkout_bank.html", 402
    elif outcome.step is Step.WAIT or checkout.booking.status is BookingStatus.PAYING:
        template, status = "checkout_wait.html", 202
    else:
        template, status = "checkout.html", _form_status(outcome)
    return render(
        request,
        template,
        status=status,
        cache=PRIVATE,
        processor=checkout.terms.provider,
        accent=accent(checkout.event),
        checkout=checkout,
        booking=checkout.booking,
        event=checkout.event,
        form=outcome.form,
        next_action=outcome.next_action,
        cards=TEST_CARDS,
        chosen_card=chosen_card(outcome.form.method),
        now=deps.now(),
    )


def _form_status(outcome: Outcome) -> int:
    if outcome.declined:
        return 402
    if outcome.must_wait:
        return 429
    return 422 if outcome.form.errors else 200
