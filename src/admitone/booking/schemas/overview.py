"""What an organizer looks at first."""

from msgspec import Struct

from admitone.booking.usecases.read_overview import ComingEvent, DisputedBooking, LowStock, Overview, UnpublishedEvent
from admitone.kit.money import Money
from admitone.payments.contracts import WebhookHealth


class SoldSinceOut(Struct, frozen=True):
    """As it was paid then."""

    bookings: int
    tickets: int
    total: Money


class FailedRefundOut(Struct, frozen=True):
    """`status`: refused by the payment processor, or failed later."""

    refund_id: str
    booking_id: str
    event_id: str
    status: str
    amount: Money


class OverviewOut(Struct, frozen=True):
    """`coming`: published events of the next week and the last hours. `sold`: in the last day, by currency.
    `unpublished`: drafts whose sale, or which themselves, begin within a week. `low_stock`: on sale with at most 5 % of
    their places left. At most 50 of each. `webhooks`: whether the payment processor's webhooks arrive; null: it sends
    none."""

    coming: tuple[ComingEvent, ...]
    sold: list[SoldSinceOut]
    unpublished: tuple[UnpublishedEvent, ...]
    low_stock: tuple[LowStock, ...]
    disputed: tuple[DisputedBooking, ...]
    failed_refunds: list[FailedRefundOut]
    webhooks: WebhookHealth | None


def overview_out(overview: Overview) -> OverviewOut:
    return OverviewOut(
        coming=overview.coming,
        sold=[SoldSinceOut(sold.bookings, sold.tickets, Money(sold.total, sold.currency)) for sold in overview.sold],
        unpublished=overview.unpublished,
        low_stock=overview.low_stock,
        disputed=overview.disputed,
        failed_refunds=[
            FailedRefundOut(
                refund.refund_id,
                refund.booking_id,
                refund.event_id,
                refund.status,
                Money(refund.amount, refund.currency),
            )
            for refund in overview.failed_refunds
        ],
        webhooks=overview.webhooks,
    )
