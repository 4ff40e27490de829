"""The organizer's bodies of promo codes."""

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec import UNSET, Struct

from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.promo_draft import PromoDraft, discount_money
from admitone.kit.money import Money
from admitone.kit.paging import Page

if TYPE_CHECKING:
    PromoPatch: TypeAlias = Struct
else:
    PromoPatch = msgspec.defstruct(
        "PromoPatch",
        [(field.name, field.type | msgspec.UnsetType, UNSET) for field in msgspec.structs.fields(PromoDraft)],
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        module=__name__,
    )


class PromoCodeView(Struct, frozen=True, kw_only=True):
    """`uses`: bookings that are held, being paid or bought with it now. `revision` is the number in the `ETag`."""

    id: str
    revision: int
    code: str
    percent: int | None
    amount: Money | None
    event_id: str | None
    uses_max: int | None
    uses: int
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime
    updated_at: datetime
    batch_id: str | None
    recipient: str | None
    """The address of the one person whom it is for; null: everybody."""


class PromoCodeList(Struct, frozen=True):
    promo_codes: list[PromoCodeView]
    page: Page


def promo_view(promo: PromoCode, uses: int) -> PromoCodeView:
    return PromoCodeView(
        id=promo.id,
        revision=promo.revision,
        code=promo.code,
        percent=promo.percent,
        amount=discount_money(promo),
        event_id=promo.event_id,
        uses_max=promo.uses_max,
        uses=uses,
        starts_at=promo.starts_at,
        ends_at=promo.ends_at,
        created_at=promo.created_at,
        updated_at=promo.updated_at,
        batch_id=promo.batch_id,
        recipient=promo.recipient_email,
    )


def apply_patch(draft: PromoDraft, patch: Struct) -> PromoDraft:
    """Return the draft with the members that the body has; the other kind of discount replaces the old one."""
    given = {name: value for name in patch.__struct_fields__ if (value := getattr(patch, name)) is not UNSET}
    kinds = {"percent", "amount"}
    if sum(given.get(name) is not None for name in kinds) == 1:
        given = dict.fromkeys(kinds) | given
    return msgspec.structs.replace(draft, **given)
