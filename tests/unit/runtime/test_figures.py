"""The figures of an on-sale: what a process did in a slot, read from its own metrics."""

import pytest

from admitone.booking.sale.claiming import HELD
from admitone.kit.http.request_metrics import observe_request
from admitone.runtime.system.figures import Sample, difference, quantile_ms, read_totals


def test_a_slot_has_what_happened_in_it() -> None:
    earlier = read_totals()
    HELD.inc(3)
    observe_request("POST", "/booking/checkout", 201, 0.03)
    observe_request("POST", "/booking/confirm", 503, 0.2)
    observe_request("GET", "/venues", 500, 9.0)

    found = difference(read_totals(), earlier, knows_queues=False)

    assert (found.sums["holds"], found.sums["errors"]) == (3, 2)
    assert (found.latencies.get("0.025", 0), found.latencies["0.05"]) == (0, 1)
    assert found.latencies["+Inf"] == 2
    assert found.waiting is None


def test_nothing_happened_between_the_same_totals() -> None:
    totals = Sample({"holds": 5.0}, {"+Inf": 2.0}, 7)

    assert difference(totals, totals, knows_queues=True) == Sample(waiting=7)


@pytest.mark.parametrize(
    ("latencies", "part", "expected"),
    [
        ({}, 0.5, None),
        ({0.1: 0.0, float("inf"): 0.0}, 0.5, None),
        ({0.1: 10.0, float("inf"): 10.0}, 0.5, 50.0),
        ({0.1: 5.0, 0.2: 10.0, float("inf"): 10.0}, 0.75, 150.0),
        ({0.1: 5.0, float("inf"): 10.0}, 0.99, 100.0),
    ],
)
def test_a_quantile_is_linear_within_its_bucket(
    latencies: dict[float, float], part: float, expected: float | None
) -> None:
    assert quantile_ms(latencies, part) == expected
