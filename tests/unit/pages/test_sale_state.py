"""The state of the sale on an event's page: the most important fact wins."""

from datetime import UTC, datetime
from typing import Any

import pytest

from admitone.pages.domain.sale_state import SaleState, sale_state, tickets_max

NOW = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, SaleState.OPEN),
        ({"on_sale_at": "2027-01-10T12:00:01Z"}, SaleState.SOON),
        ({"on_sale_at": "2027-01-10T12:00:00Z"}, SaleState.OPEN),
        ({"off_sale_at": "2027-01-10T12:00:00Z"}, SaleState.OVER),
        ({"starts_at": "2027-01-09T12:00:00Z"}, SaleState.OVER),
        ({"starts_at": "2027-01-10T11:59:00Z"}, SaleState.OPEN),
        ({"starts_at": "2027-01-09T12:00:00Z", "ends_at": "2027-01-10T12:00:01Z"}, SaleState.OPEN),
        ({"starts_at": "2027-01-09T12:00:00Z", "ends_at": "2027-01-10T12:00:00Z"}, SaleState.OVER),
        ({"starts_at": None}, SaleState.OPEN),
        ({"availability": "sold_out"}, SaleState.SOLD_OUT),
        ({"availability": "sold_out", "status": "cancelled"}, SaleState.CANCELLED),
        ({"status": "postponed"}, SaleState.POSTPONED),
        ({"status": "rescheduled"}, SaleState.OPEN),
        ({"price_levels": []}, SaleState.NOT_SOLD),
        ({"sections": []}, SaleState.NOT_SOLD),
    ],
)
def test_state_of_a_sale(changes: dict[str, Any], state: SaleState) -> None:
    event: dict[str, Any] = {
        "status": "scheduled",
        "starts_at": "2027-03-14T18:30:00Z",
        "availability": "available",
        "on_sale_at": None,
        "price_levels": [{}],
        "sections": [{}],
    }

    assert sale_state(event | changes, NOW) == state


@pytest.mark.parametrize(
    ("limit", "capacities", "most"), [(8, [1], 1), (8, [5, 2], 7), (8, [500], 8), (4, [500], 4), (None, [500], 8)]
)
def test_nobody_is_offered_more_tickets_than_the_show_has_places(
    limit: int | None, capacities: list[int], most: int
) -> None:
    assert tickets_max({"ticket_limit": limit, "sections": [{"capacity": places} for places in capacities]}) == most
