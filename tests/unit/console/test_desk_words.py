"""The show desk in words and figures: the legend of reasons, what was undone, money and the funnel in bars."""

from typing import Any

import pytest

from admitone.console.domain.desk_charts import funnel_of, level_bars
from admitone.console.domain.hold_legend import NO_REASON, legend_of
from admitone.console.domain.seat_changes import done_words, undone_words
from admitone.console.domain.seat_choice import Room
from tests.unit.console.test_seat_choice import geometry


def hold(reason: str | None, *seats: str) -> dict[str, Any]:
    return {"reason": reason, "seats": list(seats)}


def test_each_reason_has_a_letter_and_a_colour_of_its_own() -> None:
    legend = legend_of(
        [
            hold("Press", "stalls-A-1"),
            hold(None, "balcony-A-1"),
            hold("Partner", "stalls-A-3"),
            hold("P", "stalls-A-4"),
            hold("Press", "stalls-A-2"),
        ],
        Room(geometry()),
    )

    assert [(entry.reason, entry.letter, entry.color, entry.count, entry.seats) for entry in legend] == [
        ("P", "P", 0, 1, "3"),
        ("Partner", "A", 1, 1, "2"),
        ("Press", "R", 2, 2, "0-1"),
        (NO_REASON, "–", 3, 1, "7"),
    ]


def test_reasons_without_a_free_letter_get_numbers() -> None:
    reasons = ["A", "a", "AA", "!"]

    legend = legend_of([hold(reason, "stalls-A-1") for reason in reasons], Room(geometry()))

    assert len({entry.letter for entry in legend}) == len(reasons)


def test_reasons_beyond_the_colours_are_hatched() -> None:
    legend = legend_of([hold(f"Reason {number:02}", "stalls-A-1") for number in range(20)], Room(geometry()))

    looks = [(entry.color, entry.hatching) for entry in legend]
    assert looks[:8] == [*((color, 0) for color in range(7)), (0, 1)]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize(
    ("seats", "left", "expected"),
    [
        (["stalls-A-1"], [], "Undone: 1 seat is as before."),
        (
            ["stalls-A-1", "stalls-A-2"],
            [
                {"reason": "sold", "seat_count": 1, "seats": ["stalls-A-3"]},
                {"reason": "changed", "seat_count": 1, "seats": ["stalls-A-4"]},
            ],
            "Undone: 2 seats are as before. Left as they are: 1 sold (Stalls A-3), 1 changed since (Stalls A-4).",
        ),
        (
            [],
            [{"reason": "in_checkout", "seat_count": 1, "seats": ["stalls-A-3"]}],
            "Nothing could be undone. Left as they are: 1 held by a buyer (Stalls A-3).",
        ),
        ([], [{"reason": "changed", "seat_count": 0, "seats": []}], "Nothing could be undone."),
    ],
)
def test_an_undo_says_what_it_did_and_could_not_do(seats: list[str], left: list[dict[str, Any]], expected: str) -> None:
    assert undone_words({"act": "release", "seats": seats, "left_alone": left}, Room(geometry())) == expected
    assert done_words("hold_back", 2, 1) == "2 seats are held back. 1 stay with their buyers."


def test_bars_are_as_long_as_their_share() -> None:
    money = {"amount": 0, "currency": "EUR"}
    sold = {"tickets": 2, "subtotal": {**money, "amount": 5000}, "discount": {**money, "amount": 1000}}
    event = {"currency": "EUR", "price_levels": [{"id": name, "name": name} for name in ("full", "late", "none")]}
    sales = {
        "price_levels": [
            {"price_level_id": "full", **sold},
            {"price_level_id": "late", **sold, "subtotal": {**money, "amount": 2000}},
        ]
    }
    queue = {"waiting": 10, "called": 0, "missed": 2, "admitted": 8}

    levels = level_bars(sales, event)
    with_queue = funnel_of({"funnel": {"held": 5, "paid_for": 2, "bought": 1}}, queue)
    empty = funnel_of({"funnel": {"held": 0, "paid_for": 0, "bought": 0}}, dict.fromkeys(queue, 0))

    assert [(level.total["amount"], level.length) for level in levels] == [(4000, 100), (1000, 25), (0, 0)]
    assert [(step.count, step.percent) for step in with_queue] == [(20, 100), (8, 40), (5, 25), (2, 10), (1, 5)]
    assert [(step.name, step.percent) for step in empty] == [("Held tickets", 0), ("Began to pay", 0), ("Bought", 0)]
