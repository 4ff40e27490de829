"""`/checkout/{booking_id}?t=…`: pay for what is held, give it back, or hold it again. All by plain forms."""

from litestar import Response, get, post
from litestar.params import FromPath

from admitone.booking.contracts import BookingStatus
from admitone.pages.domain.payment_form import TEST_CARDS, PaymentForm, chosen_card, read_payment_form
from admitone.pages.routes.clients import client_of, client_or_new, with_cookie
from admitone.pages.routes.event import checkout_url, text_fields
from admitone.pages.routes.rendering import PRIVATE, PageDeps, PageRequest, accent, redirect, render
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.give_promo_code import give_promo_code
from admitone.pages.usecases.hold_again import hold_again
from admitone.pages.usecases.pay_booking import Outcome, Step, pay_booking
from admitone.pages.usecases.show_checkout import Checkout, show_checkout

_TOKEN_MAX = 500


@get("/checkout/{booking_id:str}", include_in_schema=False)
async def read_checkout(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    checkout = await show_checkout(deps, booking_id=booking_id, token=token_of(request))
    form = PaymentForm(
        email=checkout.booking.buyer_email or "",
        name=checkout.booking.buyer_name or "",
    )
    return _page(request, deps, checkout, Outcome(Step.FORM, form))


@post("/checkout/{booking_id:str}", status_code=200, include_in_schema=False)
async def post_payment(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    token = token_of(request)
    checkout = await show_checkout(deps, booking_id=booking_id, token=token)
    fields = dict(text_fields((await request.form()).multi_items()))
    form = read_payment_form(fields, needs_method=checkout.terms.provider == "simulated" and checkout.booking.total > 0)
    outcome = await pay_booking(deps, booking_id=booking_id, token=token, form=form)
    if outcome.step is Step.TICKETS:
        return redirect(my_url(booking_id, token))
    checkout = await show_checkout(deps, booking_id=booking_id, token=token)
    return _page(request, deps, checkout, outcome)


@post("/checkout/{booking_id:str}/release", include_in_schema=False)
async def post_release(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    token = token_of(request)
    booking = await deps.read_booking(booking_id, token)
    await deps.release({"booking_id": booking_id, "booking_token": token})
    return redirect(f"/e/{booking.event_id}")


@post("/checkout/{booking_id:str}/promo-code", status_code=200, include_in_schema=False)
async def post_promo_code(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    token = token_of(request)
    fields = dict(text_fields((await request.form()).multi_items()))
    code = None if "remove" in fields else fields.get("promo_code", "")
    fault = await give_promo_code(deps, booking_id=booking_id, token=token, code=code, client=client_of(request, deps))
    if fault is None:
        return redirect(checkout_url(booking_id, token))
    checkout = await show_checkout(deps, booking_id=booking_id, token=token)
    form = PaymentForm(
        email=checkout.booking.buyer_email or "",
        name=checkout.booking.buyer_name or "",
        promo_code=code or "",
        errors={"promo_code": fault},
    )
    return _page(request, deps, checkout, Outcome(Step.FORM, form))


@post("/checkout/{booking_id:str}/again", include_in_schema=False)
async def post_again(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    client, cookie = client_or_new(request, deps)
    held = await hold_again(deps, booking_id=booking_id, token=token_of(request), client=client)
    return with_cookie(redirect(checkout_url(held["booking_id"], held["booking_token"])), cookie)


def token_of(request: PageRequest) -> str:
    return request.query_params.get("t", "")[:_TOKEN_MAX]


def my_url(booking_id: str, token: str) -> str:
    return checkout_url(booking_id, token).replace("/checkout/", "/my/", 1)


def _page(request: PageRequest, deps: Deps, checkout: Checkout, outcome: Outcome) -> Response[bytes]:
    """The page for a booking's state, or for the step of paying that the buyer is at."""
    token = token_of(request)
    if checkout.is_bought:
        return redirect(my_url(checkout.booking.id, token))
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
        token=token,
        now=deps.now(),
    )


def _form_status(outcome: Outcome) -> int:
    if outcome.declined:
        return 402
    if outcome.must_wait:
        return 429
    return 422 if outcome.form.errors else 200
