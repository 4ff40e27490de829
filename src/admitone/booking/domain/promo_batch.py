"""A batch of promo codes: many codes of one rule, hard to guess."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, structs

from admitone.booking.domain.buyer import normal_form
from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.promo_draft import DiscountAmount, Moment, PromoDraft
from admitone.kit.refusal import Fault, InvalidBody
from admitone.kit.text import EMAIL, EMAIL_CHARACTERS_MAX, LABEL

COUNT_MAX = 5_000
CODES_MAX = 100_000
"""Promo codes of one organization that are in batches."""
CHARACTERS = 10
# No 0, 1, I, L, O, U: codes are read aloud and typed.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SUFFIXES = len(_ALPHABET) ** CHARACTERS
"""2^49: with 100,000 codes, one of 6 billion guesses is right, and guesses are slowed down."""


Email = Annotated[str, Meta(min_length=3, max_length=EMAIL_CHARACTERS_MAX, extra={"rule": EMAIL})]


class PromoBatchDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`count` codes that begin with `prefix`; the rest is the rule of each, as of a single promo code. Instead of
    `count`, `recipients`: the addresses of the people whom the codes are for, one code each."""

    prefix: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=40,
            pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            extra={
                "rule": LABEL,
                "words": "Write it in letters A to Z, digits and . _ -, with a letter or digit in front.",
            },
        ),
    ]
    count: Annotated[int, Meta(ge=1, le=COUNT_MAX)] | None = None
    recipients: Annotated[tuple[Email, ...], Meta(min_length=1, max_length=COUNT_MAX)] | None = None
    percent: Annotated[int, Meta(ge=1, le=100)] | None = None
    amount: DiscountAmount | None = None
    event_id: Annotated[str, Meta(min_length=1, max_length=128)] | None = None
    uses_max: Annotated[int, Meta(ge=1, le=1_000_000)] | None = 1
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class Recipient(Struct, frozen=True):
    """Whom a code is for. `key`: the normal form of the address."""

    email: str
    key: str


class PromoBatch(Struct, frozen=True, kw_only=True):
    """One row of `booking.promo_batches`, with the rule that its codes were made by. `ended_at`: when the organizer
    ended all of them."""

    id: str
    organization_id: str
    prefix: str
    code_count: int
    percent: int | None
    amount: int | None
    currency: str | None
    event_id: str | None
    uses_max: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime
    ended_at: datetime | None = None


class BatchUse(Struct, frozen=True):
    """`uses`: bookings that are held, being paid or bought. `used_codes`: codes with at least one. `recipients`: people
    whom the codes are for; `mailed`: those whose codes were mailed to them."""

    batch: PromoBatch
    uses: int
    used_codes: int
    recipients: int
    mailed: int


def recipients_of(draft: PromoBatchDraft) -> list[Recipient | None]:
    """Return whom each code of the batch is for; None: everybody. Raises `InvalidBody` with every fault."""
    if draft.recipients is None:
        if draft.count is None:
            raise InvalidBody([("/count", "Give count or recipients: how many codes, or whom they are for.")])
        return [None] * draft.count
    faults: list[Fault] = []
    if draft.count is not None:
        faults.append(("/count", "Give either count or recipients: there is one code for each recipient."))
    first: dict[str, int] = {}
    for place, email in enumerate(draft.recipients):
        known = first.setdefault(normal_form(email), place)
        if known != place:
            faults.append((f"/recipients/{place}", f"This is the address of recipient {known + 1} again."))
    if faults:
        raise InvalidBody(faults)
    return [Recipient(draft.recipients[place], key) for key, place in first.items()]


def rule_of(draft: PromoBatchDraft) -> PromoDraft:
    """Return the draft that each code of the batch has, with the prefix as its code."""
    return PromoDraft(
        code=draft.prefix,
        percent=draft.percent,
        amount=draft.amount,
        event_id=draft.event_id,
        uses_max=draft.uses_max,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
    )


def batch_of(rule: PromoCode, count: int) -> PromoBatch:
    """Return the batch of `count` codes like `rule`, whose id is the batch's and whose code is the prefix."""
    return PromoBatch(
        id=rule.id,
        organization_id=rule.organization_id,
        prefix=rule.code,
        code_count=count,
        percent=rule.percent,
        amount=rule.amount,
        currency=rule.currency,
        event_id=rule.event_id,
        uses_max=rule.uses_max,
        starts_at=rule.starts_at,
        ends_at=rule.ends_at,
        created_at=rule.created_at,
    )


def batch_code(prefix: str, number: int) -> str:
    """Return the code of a random number below `SUFFIXES`."""
    characters = []
    for _ in range(CHARACTERS):
        number, place = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[place])
    return f"{prefix}-{''.join(characters)}"


def codes_of(rule: PromoCode, numbers: Iterable[tuple[str, int, Recipient | None]]) -> list[PromoCode]:
    """Return a code by the rule of a batch (`batch_of`) for each (id, random number, whom it is for)."""
    return [
        structs.replace(
            rule,
            id=promo_id,
            code=batch_code(rule.code, number),
            batch_id=rule.id,
            recipient_email=None if recipient is None else recipient.email,
            recipient_key=None if recipient is None else recipient.key,
        )
        for promo_id, number, recipient in numbers
    ]
