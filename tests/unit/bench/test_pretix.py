"""The parts of `./run bench pretix` that need no server: what it counts as violated, and what it compares."""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from bench.pretix_buyers import find_violations, groups_of, order_body
from bench.pretix_report import ratios_in_words, summary, table
from rich.console import Console

SOUND = {
    "seats_with_two_orders": 0,
    "sold_more_than_places": 0,
    "told_bought_but_no_order": 0,
    "order_but_not_told": 0,
    "orders_of_other_size_than_told": 0,
}


def test_orders_of_different_seats_violate_nothing() -> None:
    positions = [("1-1-1", "A"), ("1-1-2", "A"), ("1-1-3", "B"), ("1-1-4", "B")]

    assert find_violations(positions, {"A": 2, "B": 2}, places=4) == SOUND


def test_a_seat_of_two_orders_is_found() -> None:
    positions = [("1-1-1", "A"), ("1-1-2", "A"), ("1-1-2", "B"), ("1-1-3", "B")]

    assert find_violations(positions, {"A": 2, "B": 2}, places=4) == SOUND | {"seats_with_two_orders": 1}


def test_a_seat_twice_in_one_order_is_found() -> None:
    positions = [("1-1-1", "A"), ("1-1-1", "A")]

    assert find_violations(positions, {"A": 2}, places=4) == SOUND | {"seats_with_two_orders": 1}


def test_more_standing_places_than_there_are_are_found() -> None:
    positions = [(None, "A"), (None, "A"), (None, "B"), (None, "B")]

    assert find_violations(positions, {"A": 2, "B": 2}, places=3) == SOUND | {"sold_more_than_places": 1}


def test_differences_from_what_buyers_were_answered_are_found() -> None:
    positions = [(None, "A"), (None, "B"), (None, "B")]

    assert find_violations(positions, {"A": 2, "C": 2}, places=9) == SOUND | {
        "told_bought_but_no_order": 1,
        "order_but_not_told": 1,
        "orders_of_other_size_than_told": 1,
    }


def test_rows_are_cut_into_pairs_and_three_at_the_end_of_an_odd_row() -> None:
    row = {"seats": [{"seat_guid": f"1-1-{number}"} for number in range(1, 6)]}
    plan = {"zones": [{"rows": [row]}, {"rows": []}]}

    assert groups_of(plan) == [[("1-1-1", "1-1-2"), ("1-1-3", "1-1-4", "1-1-5")]]


def test_an_order_has_a_seat_only_where_the_sale_has_seats() -> None:
    seated = order_body(7, ("1-1-1", "1-1-2"), "a@example.org")
    standing = order_body(7, (None, None), "a@example.org")

    assert [position.get("seat") for position in seated["positions"]] == ["1-1-1", "1-1-2"]
    assert standing["positions"] == [{"item": 7, "price": "125.00"}] * 2


def test_the_summary_compares_medians_and_hides_no_violation() -> None:
    turns = [
        _turn("pretix", 10.0, 200.0),
        _turn("AdmitOne", 500.0, 2.0, violations={"twice": 1}),
        _turn("pretix", 14.0, 100.0, refused=3),
        _turn("AdmitOne", 700.0, 4.0),
    ]

    (row,) = summary(turns)

    assert row["pretix"]["orders_a_second_each_time"] == [10.0, 14.0]
    assert row["pretix"]["refused"] == 3
    assert row["AdmitOne"]["violations"] == 1
    assert row["orders_a_second_as_ratio"] == 50.0
    assert row["cpu_an_order_as_ratio"] == 0.02


def test_a_side_that_sold_nothing_has_no_ratio() -> None:
    (row,) = summary([_turn("pretix", 0.0, 0.0), _turn("AdmitOne", 500.0, 2.0)])

    assert row["orders_a_second_as_ratio"] is None
    assert "no ratio" in ratios_in_words(row)


def test_the_table_has_a_line_for_each_side() -> None:
    text = StringIO()
    rows = summary([_turn("pretix", 10.0, 200.0, refused=1), _turn("AdmitOne", 500.0, 2.0)])

    Console(width=130, file=text).print(table(rows))

    lines = [line.split() for line in text.getvalue().splitlines() if " 32 " in line]
    assert [line[:4] for line in lines] == [["seats", "32", "pretix", "10.0"], ["seats", "32", "AdmitOne", "500.0"]]


def _turn(
    side: str, rate: float, cpu: float, *, refused: int = 0, violations: Mapping[str, int] | None = None
) -> dict[str, Any]:
    return {
        "side": side,
        "sale": "seats",
        "buyers": 32,
        "orders": 100,
        "refused": refused,
        "orders_a_second": rate,
        "order_ms": {"p50": 1.0, "p95": 2.0, "p99": 3.0} if rate else {},
        "cpu_ms_an_order": cpu,
        "memory_mb": 500,
        "violations": violations or {},
    }
