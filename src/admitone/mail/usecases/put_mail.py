"""Put mails into the outbox, in the transaction of the caller."""

import random
from collections.abc import Callable, Sequence

from admitone.booking.contracts import BookingChange, BookingsChanged
from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from admitone.kit.rush_delay import rush_delay_seconds
from admitone.mail.contracts import MailKind, MailOrder
from admitone.mail.domain.booking_content import REFUND_VERSIONS, REVOKED_VERSION
from admitone.mail.store import outbox as store
from admitone.payments.contracts import RefundChanged

REFUND_WAIT_SECONDS = 60
"""Most refunds are paid within seconds of their order: the buyer gets one mail, not two."""
_MAILS = {
    BookingChange.CONFIRMED: (MailKind.BOOKING_CONFIRMED, 0),
    BookingChange.PAYMENT_LOST: (MailKind.PAYMENT_LOST, 0),
    BookingChange.SALE_REVOKED: (MailKind.PAYMENT_LOST, REVOKED_VERSION),
    BookingChange.SEAT_EXCHANGED: (MailKind.SEAT_EXCHANGED, 0),
}


async def put_mail(conn: Connection, orders: Sequence[MailOrder]) -> None:
    """Put the mails into the outbox; a (kind, subject, version) that is there changes nothing."""
    if orders:
        await store.put_mails(conn, [(new_id("mai"), order) for order in orders])


async def project_bookings(
    conn: Connection, changed: BookingsChanged, *, uniform: Callable[[float, float], float] = random.uniform
) -> None:
    """Order a mail for each of these bookings that has an address: one statement for the batch of a sale.

    In a rush the mails wait as captures do: composing and sending them takes the worker as long as a sale takes.
    """
    kind, version = _MAILS[changed.change]
    version += changed.version
    wait_seconds = round(rush_delay_seconds(is_rush=changed.is_rush, uniform=uniform))
    await put_mail(
        conn,
        [
            MailOrder(kind, booking.id, booking_id=booking.id, version=version, wait_seconds=wait_seconds)
            for booking in changed.bookings
            if booking.buyer_email is not None
        ],
    )


async def project_personal_codes(conn: Connection, promo_ids: Sequence[str]) -> None:
    """Order a mail with each of these promo codes to the person whom it is for."""
    await put_mail(conn, [MailOrder(MailKind.PROMO_CODE, promo_id, is_bulk=True) for promo_id in promo_ids])


async def project_refund(conn: Connection, changed: RefundChanged) -> None:
    """Order a mail for the new state of a refund."""
    version = REFUND_VERSIONS[changed.status]
    wait = REFUND_WAIT_SECONDS if changed.status == "pending" else 0
    order = MailOrder(
        MailKind.REFUND, changed.refund_id, booking_id=changed.booking_id, version=version, wait_seconds=wait
    )
    await put_mail(conn, [order])
