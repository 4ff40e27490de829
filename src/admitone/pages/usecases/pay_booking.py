"""Pay: check the form, confirm the booking, and return the next page."""

from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.booking.contracts import ConfirmOrder
from admitone.kit.refusal import Refusal
from admitone.pages.domain.decline_words import declined_text
from admitone.pages.domain.payment_form import PaymentForm
from admitone.pages.domain.problem_words import wait_text
from admitone.pages.domain.promo_words import promo_refusal_text
from admitone.pages.usecases.deps import FormDeps


class Step(Enum):
    """The buyer's next step."""

    TICKETS = "tickets"
    WAIT = "wait"
    FORM = "form"
    BANK = "bank"


class Outcome(Struct, frozen=True):
    """`form` carries the errors to show; `next_action` is what the bank asks for (step BANK), as the
    processor words it."""

    step: Step
    form: PaymentForm
    next_action: dict[str, Any] = {}
    declined: bool = False
    must_wait: bool = False


async def pay_booking(deps: FormDeps, *, booking_id: str, token: str, form: PaymentForm) -> Outcome:
    """Confirm once. A decline and an authentication request are payment steps; every other refusal is raised."""
    if form.errors:
        return Outcome(Step.FORM, form)
    order = ConfirmOrder(
        booking_id, token, form.email, form.name, form.method or None, agreed_terms=form.agreed_terms or None
    )
    try:
        booking = await deps.confirm(order)
    except Refusal as refusal:
        return _after_refusal(refusal, form)
    return Outcome(Step.WAIT if booking is None else Step.TICKETS, form)


def _after_refusal(refusal: Refusal, form: PaymentForm) -> Outcome:
    # Slices identify each other's refusals by their stable code only.
    match refusal.code:
        case "payment-declined":
            faults = {"payment_method": f"{declined_text(refusal.members)} Choose another card."}
            return Outcome(Step.FORM, PaymentForm(form.email, form.name, form.method, errors=faults), declined=True)
        case "too-many-attempts":
            waits = wait_text(refusal.retry_after_seconds)
            faults = {"payment_method": f"Too many payments did not work. Your seats stay held: try again in {waits}."}
            return Outcome(Step.FORM, PaymentForm(form.email, form.name, form.method, errors=faults), must_wait=True)
        case "invalid-promo-code":
            faults = {"email": promo_refusal_text(str(refusal.members.get("reason")))}
            return Outcome(Step.FORM, PaymentForm(form.email, form.name, form.method, errors=faults))
        case "authentication-required":
            return Outcome(Step.BANK, form, dict(refusal.members.get("next_action") or {}))
        case "payment-processing":
            return Outcome(Step.WAIT, form)
        case _:
            raise refusal
