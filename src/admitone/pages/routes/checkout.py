"""Serve `/checkout/{booking_id}`: the hold, its expiry, and the forms (routes/forms.py) that pay or release it."""

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from admitone.booking.contracts import BookingStatus
from admitone.pages.domain.payment_form import TEST_CARDS, PaymentForm, chosen_card
from admitone.pages.routes.booking_access import access_of, checkout_path, my_path
from admitone.pages.routes.rendering import PRIVATE, PageDeps, PageRequest, accent, page_headers, redirect, render
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.pay_booking import Outcome, Step
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
    return checkout_page(request, deps, checkout, Outcome(Step.FORM, form))


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


def checkout_page(request: PageRequest, deps: Deps, checkout: Checkout, outcome: Outcome) -> Response[bytes]:
    """Return the page of a booking's state, or of the step of paying that the buyer is at."""
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
