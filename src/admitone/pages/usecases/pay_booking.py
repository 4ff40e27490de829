"""Pay: check the form, confirm the booking, and return the next page."""

from enum import Enum

from msgspec import Struct

from admitone.kit.refusal import Refusal
from admitone.pages.contracts import Json
from admitone.pages.domain.payment_form import PaymentForm
from admitone.pages.domain.problem_words import declined_text, wait_text
from admitone.pages.usecases.deps import Deps


class Step(Enum):
    """The buyer's next step."""

    TICKETS = "tickets"
    WAIT = "wait"
    FORM = "form"
    BANK = "bank"


class Outcome(Struct, frozen=True):
    """`form` contains the errors to show; `next_action` is the bank's authentication request (step BANK)."""

    step: Step
    form: PaymentForm
    next_action: Json = {}
    declined: bool = False
    must_wait: bool = False


async def pay_booking(deps: Deps, *, booking_id: str, token: str, form: PaymentForm) -> Outcome:
    """Confirm once. A decline and an authentication request are payment steps; every other refusal is raised."""
    if form.errors:
        return Outcome(Step.FORM, form)
    body: Json = {
        "booking_id": booking_id,
        "booking_token": token,
        "buyer": {"email": form.email, "name": form.name},
    }
    if form.method:
        body["payment"] = {"payment_method": form.method}
    try:
        answer = await deps.confirm(body)
    except Refusal as refusal:
        return _after_refusal(refusal, form)
    return Outcome(Step.TICKETS if answer.get("status") == "confirmed" else Step.WAIT, form)


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
        case "authentication-required":
            return Outcome(Step.BANK, form, dict(refusal.members.get("next_action") or {}))
        case "payment-processing" | "payment_processing":
            return Outcome(Step.WAIT, form)
        case _:
            raise refusal
