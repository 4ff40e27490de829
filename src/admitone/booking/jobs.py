"""Jobs of booking: what must happen after a commit, and again until it has."""

from typing import Any

import msgspec
from procrastinate import App, RetryStrategy

from admitone.booking.contracts import Notice
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.follow_dispute import follow_dispute
from admitone.booking.usecases.follow_payment import follow_payment
from admitone.booking.usecases.follow_refunds import follow_refunds
from admitone.booking.usecases.lay_out_anew import lay_out_anew
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.refund_event import refund_event
from admitone.booking.usecases.release_locks import release_locks
from admitone.booking.usecases.resolve_payment import resolve_payment
from admitone.booking.usecases.revoke_sale import revoke_sale
from admitone.booking.usecases.show_returns import show_returns
from admitone.booking.usecases.show_sales import show_sales
from admitone.booking.usecases.tell_followers import tell_followers

# 1 s, 2 s, 4 s … for about two hours: a provider that is down comes back.
RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)


def register(jobs: App, deps: Deps, organizer: OrganizerDeps) -> None:
    """Register on the worker's queue."""

    @jobs.task(name="booking.show_sales", retry=RETRY)
    async def _show_sales(booking_ids: list[str]) -> None:
        await show_sales(deps, booking_ids=booking_ids)

    @jobs.task(name="booking.resolve_payment", retry=RETRY)
    async def _resolve_payment(booking_id: str) -> None:
        await resolve_payment(deps, booking_id=booking_id)

    @jobs.task(name="booking.release_locks", retry=RETRY)
    async def _release_locks(event_id: str, booking_id: str) -> None:
        await release_locks(deps, event_id=event_id, booking_id=booking_id)

    @jobs.task(name="booking.follow_payment", retry=RETRY)
    async def _follow_payment(booking_id: str, is_paid: bool, is_asked: bool = False) -> None:
        await follow_payment(deps, booking_id=booking_id, is_paid=is_paid, is_asked=is_asked)

    @jobs.task(name="booking.follow_refunds", retry=RETRY)
    async def _follow_refunds(booking_id: str, is_whole: bool) -> None:
        await follow_refunds(deps, booking_id=booking_id, is_whole=is_whole)

    @jobs.task(name="booking.follow_dispute", retry=RETRY)
    async def _follow_dispute(booking_id: str, is_disputed: bool) -> None:
        await follow_dispute(deps, booking_id=booking_id, is_disputed=is_disputed)

    @jobs.task(name="booking.refund_event", retry=RETRY)
    async def _refund_event(organization_id: str, event_id: str) -> None:
        await refund_event(organizer, organization_id=organization_id, event_id=event_id)

    @jobs.task(name="booking.revoke_sale", retry=RETRY)
    async def _revoke_sale(booking_id: str) -> None:
        await revoke_sale(deps, booking_id=booking_id)

    @jobs.task(name="booking.show_returns", retry=RETRY)
    async def _show_returns(event_id: str, indexes: list[int] | None = None) -> None:
        await show_returns(deps, event_id=event_id, indexes=indexes)

    @jobs.task(name="booking.lay_out_anew", retry=RETRY)
    async def _lay_out_anew(event_id: str) -> None:
        await lay_out_anew(deps, event_id=event_id)

    @jobs.task(name="booking.tell_followers", retry=RETRY)
    async def _tell_followers(notice: dict[str, Any], notice_id: str) -> None:
        await tell_followers(deps, notice=msgspec.convert(notice, Notice), notice_id=notice_id)
