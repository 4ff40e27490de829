"""What is for sale, when, and at which level."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from admitone.booking.domain.refusals import (
    EventCancelled,
    EventNotFound,
    SaleNotOpen,
    UnknownPriceLevel,
    UnknownSeat,
    UnknownSection,
)
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_index import build_seat_index
from admitone.catalogue.contracts import ASSUMED_LENGTH, EventStatus
from tests.builders import STALLS, STANDING, a_hall, terms_of_a_show

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_plan(**changes: object) -> SalePlan:
    hall = a_hall(rows=2, seats=4, circle_rows=1)
    terms = terms_of_a_show(event_id="evt_1", seat_map=hall, standing=3, levels=(STALLS, STANDING))
    changed = msgspec.structs.replace(terms, **{"starts_at": NOON + 24 * HOUR, **changes})
    return SalePlan(changed, build_seat_index(hall))


@pytest.mark.parametrize("status", [EventStatus.SCHEDULED, EventStatus.RESCHEDULED])
def test_a_published_event_is_sold(status: EventStatus) -> None:
    a_plan(status=status).check_open(NOON)


def test_a_cancelled_event_is_cancelled_published_or_not() -> None:
    for published in (True, False):
        with pytest.raises(EventCancelled):
            a_plan(status=EventStatus.CANCELLED, published=published).check_open(NOON)


def test_an_unpublished_event_does_not_exist() -> None:
    with pytest.raises(EventNotFound):
        a_plan(published=False).check_open(NOON)


def test_a_postponed_event_is_not_sold() -> None:
    with pytest.raises(SaleNotOpen):
        a_plan(status=EventStatus.POSTPONED).check_open(NOON)


def test_the_sale_opens_at_its_time_and_says_when() -> None:
    plan = a_plan(on_sale_at=NOON)

    with pytest.raises(SaleNotOpen) as early:
        plan.check_open(NOON - timedelta(microseconds=1))
    plan.check_open(NOON)

    assert early.value.members["opens_at"] == NOON


def test_the_sale_ends_at_its_moment_or_when_the_show_is_over() -> None:
    a_plan(off_sale_at=NOON).check_open(NOON - timedelta(microseconds=1))
    with pytest.raises(SaleNotOpen) as late:
        a_plan(off_sale_at=NOON).check_open(NOON)
    for plan, over in (
        (a_plan(starts_at=NOON), NOON + ASSUMED_LENGTH),
        (a_plan(starts_at=NOON, ends_at=NOON + 72 * HOUR), NOON + 72 * HOUR),
    ):
        plan.check_open(over - timedelta(microseconds=1))
        with pytest.raises(SaleNotOpen):
            plan.check_open(over)

    assert late.value.members["closed_at"] == NOON


def test_a_show_without_a_date_is_sold_until_it_has_one() -> None:
    a_plan(starts_at=None).check_open(NOON)


def test_seats_are_found_by_id_in_index_order_and_unknown_ones_are_all_named() -> None:
    plan = a_plan()

    assert plan.seat_indexes(["B-1", "A-2"]) == [1, 4]
    with pytest.raises(UnknownSeat) as refused:
        plan.seat_indexes(["A-1", "Z-1", "Z-2"])
    assert refused.value.members["seats"] == ["Z-1", "Z-2"]


def test_a_seat_is_sold_only_at_the_level_of_its_category() -> None:
    plan = a_plan()
    ticket = plan.seat_ticket(1)

    assert (ticket.ticket_id, ticket.seat_id, ticket.row, ticket.seat) == ("tkt_1_1", "A-2", "A", "2")
    assert (ticket.price, ticket.fees, ticket.total) == (5_000, 500, 5_500)
    assert plan.level_of_seat(4) is None


def test_a_place_of_an_area_has_no_seat() -> None:
    plan = a_plan()
    ticket = plan.area_ticket(plan.area("floor"), 8)

    assert (ticket.section, ticket.row, ticket.seat, ticket.seat_id) == ("Floor", None, None, None)
    assert (ticket.price, ticket.fees, ticket.total) == (2_000, 0, 2_000)


def test_filters_that_match_nothing_are_refused() -> None:
    plan = a_plan()

    for section in (None, "stalls", "circle", "floor"):
        plan.check_filter(section, STALLS.id)
    with pytest.raises(UnknownSection):
        plan.check_filter("balcony", None)
    with pytest.raises(UnknownPriceLevel):
        plan.check_filter(None, "lvl_gone")
    with pytest.raises(UnknownSection):
        plan.area("stalls")
