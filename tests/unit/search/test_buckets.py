import pytest

from admitone.search.domain.buckets import VALUES_MAX, facet_values, price_bucket


@pytest.mark.parametrize(
    ("price", "currency", "bucket"),
    [
        (0, "USD", "USD:0-2500"),
        (2_499, "USD", "USD:0-2500"),
        (2_500, "USD", "USD:2500-5000"),
        (20_000, "USD", "USD:20000-"),
        (10**12, "EUR", "EUR:20000-"),
        (2_500, "JPY", "JPY:2500-5000"),
        (25_000, "KWD", "KWD:25000-50000"),
    ],
)
def test_prices_fall_into_buckets_of_their_currency(price: int, currency: str, bucket: str) -> None:
    assert bucket == price_bucket(price, currency)


def test_the_most_frequent_come_first_then_by_name() -> None:
    counts = {"b": 2, "a": 2, "c": 5}

    assert [entry["value"] for entry in facet_values("genre", counts)] == ["c", "a", "b"]


def test_months_are_in_chronological_order() -> None:
    counts = {"2027-01": 9, "2026-12": 1}

    assert [entry["value"] for entry in facet_values("month", counts)] == ["2026-12", "2027-01"]


def test_prices_say_their_bounds() -> None:
    values = facet_values("price", {"USD:20000-": 1, "USD:2500-5000": 2, "EUR:0-2500": 3})

    assert values == [
        {"value": "EUR:0-2500", "count": 3, "currency": "EUR", "min": 0, "max": 2500},
        {"value": "USD:2500-5000", "count": 2, "currency": "USD", "min": 2500, "max": 5000},
        {"value": "USD:20000-", "count": 1, "currency": "USD", "min": 20000},
    ]


def test_a_facet_has_a_limit() -> None:
    assert len(facet_values("city", {str(number): 1 for number in range(VALUES_MAX + 1)})) == VALUES_MAX
