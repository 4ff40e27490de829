"""The organizer's bodies of batches of promo codes; a batch as a table."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from msgspec import Struct

from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.promo_batch import BatchUse
from admitone.booking.domain.promo_draft import discount_money
from admitone.kit.money import Money
from admitone.kit.paging import Page
from admitone.kit.spreadsheet import csv_line, csv_text
from admitone.kit.workbook import Cell

COLUMNS = (
    *("code", "uses", "uses_max", "percent", "amount", "currency", "event_id"),
    *("starts_at", "ends_at", "promo_code_id", "recipient"),
)


class PromoBatchView(Struct, frozen=True, kw_only=True):
    """`percent` to `ends_at`: the rule that its codes were made by. `uses`: bookings that are held, being paid or
    bought with its codes now; `used_codes`: codes with at least one. `recipients`: people whom the codes are for, one
    each; `mailed`: those whose codes were mailed to them. `ended_at`: when the batch was ended."""

    id: str
    prefix: str
    count: int
    percent: int | None
    amount: Money | None
    event_id: str | None
    uses_max: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    uses: int
    used_codes: int
    recipients: int
    mailed: int
    created_at: datetime
    ended_at: datetime | None


class PromoBatchList(Struct, frozen=True):
    batches: list[PromoBatchView]
    page: Page


def batch_view(found: BatchUse) -> PromoBatchView:
    batch = found.batch
    return PromoBatchView(
        id=batch.id,
        prefix=batch.prefix,
        count=batch.code_count,
        percent=batch.percent,
        amount=None if batch.amount is None or batch.currency is None else Money(batch.amount, batch.currency),
        event_id=batch.event_id,
        uses_max=batch.uses_max,
        starts_at=batch.starts_at,
        ends_at=batch.ends_at,
        uses=found.uses,
        used_codes=found.used_codes,
        recipients=found.recipients,
        mailed=found.mailed,
        created_at=batch.created_at,
        ended_at=batch.ended_at,
    )


async def batch_rows(codes: Sequence[tuple[PromoCode, int]]) -> AsyncIterator[tuple[Cell, ...]]:
    for promo, uses in codes:
        yield _cells(promo, uses)


def batch_csv(codes: Sequence[tuple[PromoCode, int]]) -> bytes:
    return csv_line(COLUMNS) + b"".join(csv_line(tuple(map(csv_text, _cells(promo, uses)))) for promo, uses in codes)


def _cells(promo: PromoCode, uses: int) -> tuple[Cell, ...]:
    return (
        *(promo.code, uses, promo.uses_max, promo.percent, discount_money(promo), promo.currency, promo.event_id),
        *(promo.starts_at, promo.ends_at, promo.id, promo.recipient_email),
    )
