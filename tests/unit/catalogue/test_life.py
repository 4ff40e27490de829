from datetime import timedelta

import msgspec
import pytest

from admitone.catalogue.contracts import EventStatus
from admitone.catalogue.domain.life import cancelled, postponed, published, refuse_breaking_change, withdrawn
from admitone.catalogue.domain.refusals import (
    EventIsCancelled,
    EventNotPublished,
    HasSales,
)
from tests.unit.catalogue.test_build_event import level, plan


def test_a_draft_that_is_published_is_scheduled_and_withdrawn_a_draft_again() -> None:
    shown = published(plan())
    assert (shown.status, shown.published) == (EventStatus.SCHEDULED, True)
    assert plan() == withdrawn(shown)


def test_publishing_twice_changes_nothing() -> None:
    assert published(plan()) == published(published(plan()))


def test_what_was_cancelled_stays_so_when_it_is_shown_again() -> None:
    assert EventStatus.CANCELLED is published(withdrawn(cancelled(published(plan())))).status


def test_without_a_date_the_event_is_postponed_and_keeps_its_start() -> None:
    event = postponed(published(plan()), None)
    assert (EventStatus.POSTPONED, plan().starts_at) == (event.status, event.starts_at)


def test_with_a_date_doors_end_and_sale_move_along() -> None:
    event = published(plan(doors_at="2026-12-31T17:30:00Z", off_sale_at="2026-12-31T18:00:00Z"))
    week = timedelta(days=7)
    start = event.sort_at + week
    moved = postponed(event, (start, "2027-01-07", "19:30", start))
    assert EventStatus.RESCHEDULED is moved.status
    assert event.doors_at is not None
    assert event.off_sale_at is not None
    assert (start, event.doors_at + week, event.off_sale_at + week) == (
        moved.starts_at,
        moved.doors_at,
        moved.off_sale_at,
    )


def test_cancelled_events_and_drafts_cannot_be_postponed() -> None:
    with pytest.raises(EventIsCancelled):
        postponed(cancelled(published(plan())), None)
    with pytest.raises(EventNotPublished):
        postponed(plan(), None)


def test_what_buyers_hold_tickets_for_cannot_be_taken_away() -> None:
    before = plan()
    other = msgspec.structs.replace(before, seat_map_id="map_2")
    dollars = plan(previous=before, price_levels=[level("Standing", currency="USD")])
    for after in (other, dollars, plan(previous=before, general_admission=[])):
        with pytest.raises(HasSales):
            refuse_breaking_change(before, after)
    refuse_breaking_change(before, plan(previous=before, name="Another name"))
