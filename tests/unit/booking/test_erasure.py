"""Which bookings keep their buyer's name and address for now."""

from datetime import UTC, datetime, timedelta

import pytest

from admitone.booking.domain.erasure import (
    ConcernedBooking,
    Obstacle,
    PersonNotErasable,
    Reason,
    find_obstacles,
)
from admitone.payments.contracts import OpenMoney

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def a_booking(status: str = "confirmed", starts_at: datetime | None = NOW - timedelta(days=1)) -> ConcernedBooking:
    return ConcernedBooking("bkg_1", "evt_1", "org_1", status, starts_at, None)


@pytest.mark.parametrize(
    ("booking", "money", "reason"),
    [
        (a_booking(), None, None),
        (a_booking("in_progress"), None, Reason.HELD),
        (a_booking("paying"), OpenMoney.PAYMENT, Reason.HELD),
        (a_booking(), OpenMoney.PAYMENT, Reason.PAYMENT_OPEN),
        (a_booking("refunded"), OpenMoney.REFUND, Reason.REFUND_PENDING),
        (a_booking(), OpenMoney.DISPUTE, Reason.DISPUTE_OPEN),
        (a_booking(starts_at=NOW + timedelta(days=1)), None, Reason.EVENT_AHEAD),
        (a_booking("partially_refunded", starts_at=None), None, Reason.EVENT_AHEAD),
        (a_booking(starts_at=NOW - timedelta(hours=2)), None, Reason.EVENT_AHEAD),
        (a_booking("refunded", starts_at=NOW + timedelta(days=1)), None, None),
        (a_booking("expired", starts_at=NOW + timedelta(days=1)), None, None),
    ],
)
def test_a_booking_keeps_its_buyer_while_somebody_needs_it(
    booking: ConcernedBooking, money: OpenMoney | None, reason: Reason | None
) -> None:
    found = find_obstacles([booking], {} if money is None else {"bkg_1": money}, now=NOW)

    assert [obstacle.reason for obstacle in found] == ([] if reason is None else [reason])


def test_the_refusal_names_each_booking_and_its_reason() -> None:
    obstacles = [
        Obstacle("bkg_1", "evt_1", Reason.DISPUTE_OPEN),
        Obstacle("bkg_2", "evt_2", Reason.EVENT_AHEAD, datetime(2026, 6, 1, 18, tzinfo=UTC)),
        Obstacle("bkg_3", "evt_3", Reason.EVENT_AHEAD),
    ]
    refusal = PersonNotErasable(obstacles)

    assert refusal.detail == (
        "Nothing was erased, because bookings need their buyer for now: bkg_1 has a dispute at the buyer's bank; "
        "bkg_2 is for a show on 2026-06-01 18:00 UTC; bkg_3 is for a show that has no date yet."
    )
    assert refusal.members["bookings"][1] == {
        "booking_id": "bkg_2",
        "event_id": "evt_2",
        "reason": "event_ahead",
        "starts_at": "2026-06-01T18:00:00Z",
    }
