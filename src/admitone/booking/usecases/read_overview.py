"""Show an organizer what to look at first: coming events, the last day's sales, and what needs attention."""

from datetime import datetime, timedelta

from msgspec import Struct

from admitone.booking.store import overview as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.payments.contracts import FailedRefund, WebhookHealth

WEEK, DAY = timedelta(days=7), timedelta(days=1)
# An event that began a while ago is still what today is about.
BEGAN = timedelta(hours=6)
REFUNDS_SINCE = timedelta(days=30)
LOW_STOCK = 0.05
"""Part of the capacity."""
LISTED_MAX = 50


class ComingEvent(Struct, frozen=True):
    """`is_open`: published, and neither cancelled nor postponed. `admitted`: tickets that have admitted a person."""

    event_id: str
    starts_at: datetime
    is_open: bool
    capacity: int
    available: int
    sold: int
    admitted: int


class SoldSince(Struct, frozen=True):
    """As it was paid then."""

    currency: str
    bookings: int
    tickets: int
    total: int


class UnpublishedEvent(Struct, frozen=True):
    """A draft. `on_sale_at` None: its sale opens when it is published."""

    event_id: str
    on_sale_at: datetime | None
    starts_at: datetime


class LowStock(Struct, frozen=True):
    event_id: str
    capacity: int
    available: int


class DisputedBooking(Struct, frozen=True):
    booking_id: str
    event_id: str
    disputed_at: datetime


class Overview(Struct, frozen=True):
    """At most `LISTED_MAX` of each. `sold`: in the last day."""

    coming: tuple[ComingEvent, ...]
    sold: tuple[SoldSince, ...]
    unpublished: tuple[UnpublishedEvent, ...]
    low_stock: tuple[LowStock, ...]
    disputed: tuple[DisputedBooking, ...]
    failed_refunds: tuple[FailedRefund, ...]
    webhooks: WebhookHealth | None
    """Of the payment processor; None: it sends none."""


async def read_overview(deps: OrganizerDeps, *, organization_id: str) -> Overview:
    """Return what the organization's home shows."""
    now = deps.booking.now()
    async with deps.booking.pool.connection() as conn:
        coming = await store.list_coming(conn, organization_id, since=now - BEGAN, until=now + WEEK, size=LISTED_MAX)
        sold = await store.sum_sold_since(conn, organization_id, now - DAY)
        drafts = await store.list_unpublished(conn, organization_id, now=now, until=now + WEEK, size=LISTED_MAX)
        low = await store.list_low_stock(conn, organization_id, now=now, part=LOW_STOCK, size=LISTED_MAX)
        disputed = await store.list_disputed(conn, organization_id, size=LISTED_MAX)
    admitted = await deps.count_admitted([row["event_id"] for row in coming])
    failed = await deps.list_failed_refunds(organization_id, now - REFUNDS_SINCE, LISTED_MAX)
    return Overview(
        coming=tuple(
            ComingEvent(
                event_id=row["event_id"],
                starts_at=row["starts_at"],
                is_open=row["open"],
                capacity=row["capacity"],
                available=row["available"],
                sold=row["sold"],
                admitted=admitted.get(row["event_id"], 0),
            )
            for row in coming
        ),
        sold=tuple(SoldSince(**row) for row in sold),
        unpublished=tuple(UnpublishedEvent(**row) for row in drafts),
        low_stock=tuple(LowStock(**row) for row in low),
        disputed=tuple(DisputedBooking(**row) for row in disputed),
        failed_refunds=tuple(failed),
        webhooks=await deps.read_webhook_health(),
    )
