"""Which changes of the terms are announced to open pages of the event."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from admitone.booking.domain.notices import notices_of
from admitone.catalogue.contracts import EventStatus, SaleTerms
from tests.builders import CIRCLE, STALLS, STANDING, terms_of_a_show

NOW = datetime.now(UTC)
SHOW = terms_of_a_show(event_id="evt_show", standing=20)
RAISED = msgspec.structs.replace(STALLS, amount=9900)
CHANGES: list[tuple[dict[str, object], list[str]]] = [
    ({"price_levels": (RAISED, CIRCLE, STANDING)}, ["price"]),
    ({"price_levels": (STALLS, CIRCLE, msgspec.structs.replace(STANDING, fee=5))}, ["price"]),
    ({"price_levels": (STALLS, msgspec.structs.replace(CIRCLE, seat_ranges=((0, 3),)), STANDING)}, ["price"]),
    ({"booking_fee": 100}, ["price"]),
    ({"price_levels": (msgspec.structs.replace(STALLS, name="Parterre", color="#000000"), CIRCLE, STANDING)}, []),
    ({"name": "Another Name", "ticket_limit": 2, "hold_seconds": 60}, []),
    ({"areas": (msgspec.structs.replace(SHOW.areas[0], capacity=40),)}, []),
    ({"starts_at": NOW + timedelta(days=31)}, ["time"]),
    ({"starts_at": NOW + timedelta(days=31), "status": EventStatus.RESCHEDULED}, ["time"]),
    ({"starts_at": NOW + timedelta(days=31), "booking_fee": 100}, ["time", "price"]),
    ({"status": EventStatus.CANCELLED}, ["status"]),
    ({"status": EventStatus.CANCELLED, "booking_fee": 100}, ["status"]),
    ({"status": EventStatus.POSTPONED}, ["status"]),
    ({"status": EventStatus.DRAFT, "published": False}, ["paused"]),
    ({"off_sale_at": NOW - timedelta(minutes=1)}, ["paused"]),
    ({"on_sale_at": NOW + timedelta(days=1)}, ["paused"]),
    ({"on_sale_at": NOW - timedelta(days=1)}, []),
]


@pytest.mark.parametrize(("change", "kinds"), CHANGES, ids=[", ".join(change) for change, _ in CHANGES])
def test_announced_changes(change: dict[str, object], kinds: list[str]) -> None:
    assert announced(SHOW, after(SHOW, **change)) == kinds


def test_the_end_of_a_closure_is_announced() -> None:
    closed = after(SHOW, off_sale_at=NOW - timedelta(minutes=1))

    assert announced(closed, after(closed, off_sale_at=NOW + timedelta(days=1))) == ["resumed"]


def test_a_postponed_show_gets_its_time() -> None:
    postponed = after(SHOW, status=EventStatus.POSTPONED)
    back = after(postponed, status=EventStatus.RESCHEDULED, starts_at=NOW + timedelta(days=60))

    assert announced(postponed, back) == ["time", "resumed"]


def test_no_change_of_a_cancelled_show_is_announced() -> None:
    cancelled = after(SHOW, status=EventStatus.CANCELLED)

    assert announced(cancelled, after(cancelled, booking_fee=100, starts_at=NOW + timedelta(days=60))) == []


def announced(before: SaleTerms, after: SaleTerms) -> list[str]:
    notices = notices_of(before, after, NOW)
    assert all((notice.revision, notice.status) == (after.revision, after.status.value) for notice in notices)
    return [notice.kind.value for notice in notices]


def after(terms: SaleTerms, **change: object) -> SaleTerms:
    return msgspec.structs.replace(terms, revision=terms.revision + 1, **change)
