"""The refunds that were made of a booking: who decided each, and another try of one that did not reach the buyer."""

from collections.abc import Sequence

from msgspec import Struct, structs

from admitone.booking.contracts import Booking
from admitone.booking.domain.refund_share import sum_refunds
from admitone.booking.domain.refusals import BookingNotFound, RefundNotFound, RefundNotRetryable
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.refund_decisions import insert_decision, list_decisions
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.ids import derived_id
from admitone.payments.contracts import RefundOrder, RefundView


class MadeRefund(RefundView, frozen=True, kw_only=True):
    """`made_by`: buyer | organizer | provider. `can_retry`: it did not reach the buyer, and was not tried again."""

    made_by: str
    can_retry: bool


class RefundMade(Struct, frozen=True):
    """`refund` None: nothing was paid for these tickets, so there is no refund. `offered`: ids of tickets that are on
    offer now, and refunded when they are sold."""

    booking: Booking
    refund: MadeRefund | None
    offered: tuple[str, ...] = ()


class RefundsSoFar(Struct, frozen=True):
    """The refunds of a booking by time, and the ids of all decisions, also of those where nothing was paid."""

    refunds: tuple[MadeRefund, ...]
    decided: frozenset[str]

    @property
    def given_back(self) -> int:
        """What went back, or is on its way."""
        return sum_refunds(self.refunds)

    def has(self, refund_id: str) -> bool:
        return refund_id in self.decided or self.find(refund_id) is not None

    def find(self, refund_id: str) -> MadeRefund | None:
        return next((refund for refund in self.refunds if refund.id == refund_id), None)


def refund_id_of(booking_id: str, request_key: str | None) -> str:
    """Derive the id from the request's key, if it has one: a repetition after a lost answer refunds once."""
    return derived_id("rfd", booking_id, request_key)


async def read_refunds(deps: OrganizerDeps, booking_id: str) -> RefundsSoFar:
    """Return the refunds of a booking, those made at the provider too. The caller has checked who asks."""
    async with deps.booking.pool.connection() as conn:
        decisions = await list_decisions(conn, booking_id)
    views = await deps.list_refunds(booking_id)
    known = {view.id for view in views}
    return RefundsSoFar(
        tuple(
            MadeRefund(
                **structs.asdict(view),
                made_by="provider" if view.is_outside else decisions.get(view.id, "organizer"),
                can_retry=_can_retry(booking_id, view, known),
            )
            for view in views
        ),
        frozenset(decisions),
    )


async def get_refunds(deps: OrganizerDeps, *, organization_id: str, booking_id: str) -> Sequence[MadeRefund]:
    """Return the booking's refunds by time, those made at the processor too. Raises `BookingNotFound`."""
    await read_own_booking(deps, organization_id, booking_id)
    return (await read_refunds(deps, booking_id)).refunds


async def retry_refund(deps: OrganizerDeps, *, organization_id: str, booking_id: str, refund_id: str) -> RefundMade:
    """Order the money of a refund again that was refused or came back; the tickets are void since the first time.

    Tried again twice, it is one more refund. Raises `BookingNotFound`, `RefundNotFound`, `RefundNotRetryable`; and of
    payments `RefundExceedsPayment`, `PaymentDisputed`.
    """
    booking = await read_own_booking(deps, organization_id, booking_id)
    so_far = await read_refunds(deps, booking_id)
    failed = so_far.find(refund_id)
    if failed is None:
        raise RefundNotFound
    retry_id = _retry_id(booking_id, refund_id)
    if not failed.can_retry and not so_far.has(retry_id):
        raise RefundNotRetryable(failed.status)
    async with deps.booking.pool.connection() as conn, conn.transaction():
        if await insert_decision(conn, retry_id, booking_id, made_by="organizer", indexes=()):
            await deps.order_refund(conn, RefundOrder(retry_id, booking_id, failed.amount, failed.fees))
    return RefundMade(booking, (await read_refunds(deps, booking_id)).find(retry_id))


async def read_own_booking(deps: OrganizerDeps, organization_id: str, booking_id: str) -> Booking:
    """Raises `BookingNotFound`, for another organization's too."""
    async with deps.booking.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None or stored.booking.organization_id != organization_id:
        raise BookingNotFound
    return stored.booking


def _retry_id(booking_id: str, refund_id: str) -> str:
    return refund_id_of(booking_id, f"retry of {refund_id}")


def _can_retry(booking_id: str, refund: RefundView, known: set[str]) -> bool:
    is_open = refund.status in ("refused", "failed") and not refund.is_outside
    return is_open and _retry_id(booking_id, refund.id) not in known
