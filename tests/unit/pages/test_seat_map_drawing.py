"""Labels and views of the seat map: labels are legible and apart, a view that shows seats stays on their section."""

import json
from typing import Any

import pytest

from tests.javascript import run_deno

SCRIPT = "tests/unit/pages/draw_seat_map.js"
WIDTH, HEIGHT = 800, 600
PX_MIN = 11
"""The least size of a label."""
EDGE = 0.06


@pytest.fixture(scope="module")
def drawn() -> Any:
    answer = run_deno("run", "--no-remote", "--no-npm", "--no-prompt", SCRIPT)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_row_names_of_neighbouring_blocks_do_not_overlap(drawn: Any) -> None:
    assert [label["words"] for label in drawn["rows"]] == ["A", "B", "G", "H"]


def test_a_small_section_has_a_short_name_and_a_price_that_can_be_read(drawn: Any) -> None:
    assert [label["words"] for label in drawn["labels"]] == ["12", "€60.50"]
    assert all(label["px"] >= PX_MIN for label in drawn["labels"])


def test_the_whole_map_has_a_margin(drawn: Any) -> None:
    assert drawn["whole"]["scale"] == drawn["least"]


def test_shown_seats_are_framed_by_their_section(drawn: Any) -> None:
    """The section spans 600–900 and 100–400 of the plan, and is larger than the window at this scale."""
    view = drawn["shown"]
    left, top = -view["x"] / view["scale"], -view["y"] / view["scale"]
    right, bottom = left + WIDTH / view["scale"], top + HEIGHT / view["scale"]

    margin = EDGE * WIDTH / view["scale"]
    assert left >= 600 - margin - 1
    assert right <= 900 + margin + 1
    assert bottom <= 400 + margin + 1
    assert left <= 610 <= right
    assert top <= 395 <= bottom
