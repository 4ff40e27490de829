"""Jobs of booking: work that must follow a commit, retried until it succeeds."""

from typing import Any

import msgspec
from procrastinate import App, JobContext, RetryStrategy

from admitone.booking.contracts import Notice
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.make_scheduled_change import make_scheduled_change
from admitone.booking.usecases.offer_places import offer_places, show_offers
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.refunds import refund_event
from admitone.booking.usecases.resolve_payments import project_payment, resolve_payment
from admitone.booking.usecases.reversals import project_dispute, project_refunds, revoke_sale
from admitone.booking.usecases.seat_states import publish_notice, publish_returns, publish_sales, reissue_inventory

# 1 s, 2 s, 4 s … for about two hours: a provider that is down recovers.
ATTEMPTS_MAX = 12
RETRY = RetryStrategy(max_attempts=ATTEMPTS_MAX, exponential_wait=2)


def register(jobs: App, deps: Deps, organizer: OrganizerDeps) -> None:
    """Register on the worker's queue. `aliases`: names of earlier releases, whose jobs may still be queued."""

    @jobs.task(name="booking.publish_sales", aliases=["booking.show_sales"], retry=RETRY)
    async def _publish_sales(booking_ids: list[str]) -> None:
        await publish_sales(deps, booking_ids=booking_ids)

    @jobs.task(name="booking.resolve_payment", retry=RETRY)
    async def _resolve_payment(booking_id: str) -> None:
        await resolve_payment(deps, booking_id=booking_id)

    @jobs.task(name="booking.release_locks", retry=RETRY)
    async def _release_locks(event_id: str, booking_id: str) -> None:
        await deps.locks.release(event_id, booking_id)

    @jobs.task(name="booking.project_payment", aliases=["booking.follow_payment"], retry=RETRY)
    async def _project_payment(booking_id: str, is_paid: bool, is_asked: bool = False) -> None:
        await project_payment(deps, booking_id=booking_id, is_paid=is_paid, is_asked=is_asked)

    @jobs.task(name="booking.project_refunds", aliases=["booking.follow_refunds"], retry=RETRY)
    async def _project_refunds(booking_id: str, is_whole: bool) -> None:
        await project_refunds(deps, booking_id=booking_id, is_whole=is_whole)

    @jobs.task(name="booking.project_dispute", aliases=["booking.follow_dispute"], retry=RETRY)
    async def _project_dispute(booking_id: str, is_disputed: bool) -> None:
        await project_dispute(deps, booking_id=booking_id, is_disputed=is_disputed)

    @jobs.task(name="booking.refund_event", retry=RETRY)
    async def _refund_event(organization_id: str, event_id: str) -> None:
        await refund_event(organizer, organization_id=organization_id, event_id=event_id)

    @jobs.task(name="booking.make_scheduled_seat_change", retry=RETRY, pass_context=True)
    async def _make_scheduled_seat_change(context: JobContext, scheduled_id: str) -> None:
        is_last = context.job.attempts >= ATTEMPTS_MAX
        await make_scheduled_change(organizer, scheduled_id=scheduled_id, is_last_attempt=is_last)

    @jobs.task(name="booking.revoke_sale", retry=RETRY)
    async def _revoke_sale(booking_id: str) -> None:
        await revoke_sale(deps, booking_id=booking_id)

    @jobs.task(name="booking.publish_returns", aliases=["booking.show_returns"], retry=RETRY)
    async def _publish_returns(event_id: str, indexes: list[int] | None = None) -> None:
        await publish_returns(deps, event_id=event_id, indexes=indexes)

    @jobs.task(name="booking.offer_places", retry=RETRY)
    async def _offer_places(event_id: str) -> None:
        await offer_places(deps, event_id=event_id)

    @jobs.task(name="booking.show_offers", retry=RETRY)
    async def _show_offers(event_id: str, booking_ids: list[str]) -> None:
        await show_offers(deps, event_id=event_id, booking_ids=booking_ids)

    @jobs.task(name="booking.reissue_inventory", aliases=["booking.lay_out_anew"], retry=RETRY)
    async def _reissue_inventory(event_id: str) -> None:
        await reissue_inventory(deps, event_id=event_id)

    @jobs.task(name="booking.publish_notice", aliases=["booking.tell_followers"], retry=RETRY)
    async def _publish_notice(notice: dict[str, Any], notice_id: str) -> None:
        await publish_notice(deps, notice=msgspec.convert(notice, Notice), notice_id=notice_id)
