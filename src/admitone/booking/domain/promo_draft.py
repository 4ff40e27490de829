"""The organizer's draft of a promo code, and the rules that involve several fields."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from admitone.booking.domain.promo import PromoCode
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.money import Money, step_fault
from admitone.kit.refusal import Fault, InvalidBody
from admitone.kit.text import LABEL, MOMENT

AMOUNT_MAX = 10**12
_YEARS = range(1900, 2200)

Moment = Annotated[datetime, Meta(tz=True, extra={"rule": MOMENT})]


class DiscountAmount(Struct, frozen=True, forbid_unknown_fields=True):
    """Minor units beside an ISO 4217 code."""

    amount: Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
    currency: Annotated[
        str,
        Meta(
            pattern=r"^[A-Z]{3}$",
            extra={"words": "Write the currency as three capital letters (ISO 4217), such as EUR."},
        ),
    ]


class PromoDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly one of `percent` (off each ticket's price) and `amount` (off the order).

    `event_id` null: every event. `uses_max` null: without limit; a use is a booking, however many tickets it has.
    """

    code: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=64,
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            extra={
                "rule": LABEL,
                "words": "Write it in letters A to Z, digits and . _ -, with a letter or digit in front.",
            },
        ),
    ]
    percent: Annotated[int, Meta(ge=1, le=100)] | None = None
    amount: DiscountAmount | None = None
    event_id: Annotated[str, Meta(min_length=1, max_length=128)] | None = None
    uses_max: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


def build_promo(
    draft: PromoDraft,
    *,
    promo_id: str,
    organization_id: str,
    terms: SaleTerms | None,
    now: datetime,
    previous: PromoCode | None = None,
) -> PromoCode:
    """Return the code to store, one revision after `previous`. Raises `InvalidBody` with every fault.

    `terms`: those of the draft's event, if it names one.
    """
    faults = _check_discount(draft) + _check_event(draft, organization_id, terms) + _check_moments(draft)
    if faults:
        raise InvalidBody(faults)
    return PromoCode(
        id=promo_id,
        organization_id=organization_id,
        code=draft.code,
        revision=previous.revision + 1 if previous else 1,
        percent=draft.percent,
        amount=draft.amount.amount if draft.amount else None,
        currency=draft.amount.currency if draft.amount else None,
        event_id=draft.event_id,
        uses_max=draft.uses_max,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        created_at=previous.created_at if previous else now,
        updated_at=now,
        batch_id=previous.batch_id if previous else None,
        recipient_email=previous.recipient_email if previous else None,
        recipient_key=previous.recipient_key if previous else None,
    )


def promo_draft_of(promo: PromoCode) -> PromoDraft:
    """Return the draft of this code, to which a PATCH applies."""
    amount = None
    if promo.amount is not None and promo.currency is not None:
        amount = DiscountAmount(promo.amount, promo.currency)
    return PromoDraft(
        code=promo.code,
        percent=promo.percent,
        amount=amount,
        event_id=promo.event_id,
        uses_max=promo.uses_max,
        starts_at=promo.starts_at,
        ends_at=promo.ends_at,
    )


def discount_money(promo: PromoCode) -> Money | None:
    """Return the fixed discount, if the code has one."""
    if promo.amount is None or promo.currency is None:
        return None
    return Money(promo.amount, promo.currency)


def _check_discount(draft: PromoDraft) -> list[Fault]:
    if (draft.percent is None) == (draft.amount is None):
        pointer = "/percent" if draft.percent is None else "/amount"
        return [(pointer, "Give exactly one of percent and amount.")]
    if draft.amount is None:
        return []
    fault = step_fault(draft.amount.amount, draft.amount.currency)
    return [("/amount/amount", fault)] if fault else []


def _check_event(draft: PromoDraft, organization_id: str, terms: SaleTerms | None) -> list[Fault]:
    if draft.event_id is None:
        return []
    if terms is None or terms.organization_id != organization_id:
        return [("/event_id", "There is no such event.")]
    if draft.amount is not None and draft.amount.currency != terms.currency:
        return [("/amount/currency", f"The event's prices are in {terms.currency}.")]
    return []


def _check_moments(draft: PromoDraft) -> list[Fault]:
    given = {"starts_at": draft.starts_at, "ends_at": draft.ends_at}
    faults: list[Fault] = [
        (f"/{name}", "The year must be between 1900 and 2200.")
        for name, moment in given.items()
        if moment is not None and moment.year not in _YEARS
    ]
    if not faults and draft.starts_at and draft.ends_at and draft.ends_at <= draft.starts_at:
        detail = "The code ends (ends_at) before it begins (starts_at)."
        faults += [("/ends_at", detail), ("/starts_at", detail)]
    return faults
