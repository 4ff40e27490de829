"""Promo codes, and the reasons to refuse one."""

from datetime import datetime

from msgspec import Struct

from admitone.booking.domain.pricing import Discount


class PromoCode(Struct, frozen=True, kw_only=True):
    """One row of `booking.promo_codes`. Either `percent` or `amount` with its `currency`.

    `event_id` None: every event of the organization. `uses_max` None: without limit; a use is a booking that is
    held, being paid or bought.
    """

    id: str
    organization_id: str
    code: str
    revision: int
    percent: int | None
    amount: int | None
    currency: str | None
    event_id: str | None
    uses_max: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime
    updated_at: datetime
    batch_id: str | None = None
    """None: it was made alone."""
    recipient_email: str | None = None
    """The one person whom it is for; None: everybody."""
    recipient_key: str | None = None
    """The normal form of that address."""

    @property
    def discount(self) -> Discount:
        return Discount(self.percent, self.amount)


class PromoTerms(Struct, frozen=True):
    """The promo code by which a claim was priced; a later `revision` needs another price."""

    id: str
    code: str
    revision: int
    is_limited: bool


def promo_terms(promo: PromoCode) -> PromoTerms:
    return PromoTerms(promo.id, promo.code, promo.revision, promo.uses_max is not None)


def promo_key(code: str) -> str:
    """Return the key of a code: case and surrounding spaces do not matter."""
    return code.strip().casefold()


def promo_fault(
    promo: PromoCode | None, *, event_id: str, currency: str, now: datetime, buyer_key: str | None = None
) -> str | None:
    """Return why a code is not valid for this event now: unknown, not-started, ended, other-address; None if it is.

    `buyer_key` None: the buyer is not named yet. `begin_payments` in `store/sql/payments.sql` compares again, and
    decides.
    """
    if promo is None or promo.event_id not in (None, event_id) or promo.currency not in (None, currency):
        return "unknown"
    if promo.starts_at is not None and now < promo.starts_at:
        return "not-started"
    if promo.ends_at is not None and now >= promo.ends_at:
        return "ended"
    if buyer_key is not None and promo.recipient_key not in (None, buyer_key):
        return "other-address"
    return None
