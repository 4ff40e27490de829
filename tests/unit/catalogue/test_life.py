from datetime import timedelta

import msgspec
import pytest

from admitone.catalogue.contracts import EventStatus
from admitone.catalogue.domain.event import sale_terms
from admitone.catalogue.domain.event_draft import event_draft_of
from admitone.catalogue.domain.life import (
    cancelled,
    paused,
    postponed,
    published,
    refuse_breaking_change,
    resumed,
    withdrawn,
)
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


def test_a_cancelled_event_stays_cancelled_when_it_is_published_again() -> None:
    assert EventStatus.CANCELLED is published(withdrawn(cancelled(published(plan())))).status


def test_without_a_date_the_event_is_postponed_and_keeps_its_start() -> None:
    event = postponed(published(plan()), None)
    assert (EventStatus.POSTPONED, plan().starts_at) == (event.status, event.starts_at)


def test_with_a_date_doors_end_and_sale_move_too() -> None:
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


def test_a_pause_closes_the_sale_and_keeps_its_planned_end() -> None:
    event = published(plan(off_sale_at="2026-12-31T18:00:00Z"))
    at = event.sort_at - timedelta(days=30)

    closed = paused(event, at)
    again = paused(closed, at + timedelta(days=1))

    assert (sale_terms(closed).off_sale_at, closed.off_sale_at) == (at, event.off_sale_at)
    assert (again, resumed(closed)) == (closed, event)
    assert event_draft_of(closed).off_sale_at == event.off_sale_at  # what a change, or a date of a series, starts from
    assert plan(previous=closed, off_sale_at="2026-12-31T17:00:00Z").paused_at == at


def test_paused_sales_stay_paused_when_the_event_moves() -> None:
    event = paused(published(plan(off_sale_at="2026-12-31T18:00:00Z")), plan().sort_at - timedelta(days=30))
    start = event.sort_at + timedelta(days=60)

    moved = postponed(event, (start, "2027-03-01", "19:30", start))

    assert sale_terms(moved).off_sale_at == event.paused_at
    assert event.off_sale_at is not None
    assert resumed(moved).off_sale_at == event.off_sale_at + timedelta(days=60)


def test_sales_of_cancelled_events_and_drafts_cannot_be_paused() -> None:
    with pytest.raises(EventIsCancelled):
        paused(cancelled(published(plan())), plan().sort_at)
    with pytest.raises(EventNotPublished):
        paused(plan(), plan().sort_at)


def test_cancelled_events_and_drafts_cannot_be_postponed() -> None:
    with pytest.raises(EventIsCancelled):
        postponed(cancelled(published(plan())), None)
    with pytest.raises(EventNotPublished):
        postponed(plan(), None)


def test_an_event_with_tickets_cannot_be_removed() -> None:
    before = plan()
    other = msgspec.structs.replace(before, seat_map_id="map_2")
    dollars = plan(previous=before, price_levels=[level("Standing", currency="USD")])
    for after in (other, dollars, plan(previous=before, general_admission=[])):
        with pytest.raises(HasSales):
            refuse_breaking_change(before, after)
    refuse_breaking_change(before, plan(previous=before, name="Another name"))
