"""Labels and views of the seat map: labels are legible and apart, a view that shows seats stays on their section."""

import json
from typing import Any

import pytest

from tests.javascript import run_deno

SCRIPT = "tests/unit/pages/draw_seat_map.js"
PARTS_SCRIPT = "tests/unit/pages/draw_in_parts.js"
CALLS_A_TASK_MAX = 30
"""The clock of the script advances by one with each call; a part ends at the first section after six."""
CALLS_MIN = 60 * 8
"""60 sections with an outline, a name and a price."""
WIDTH, HEIGHT = 800, 600
PX_MIN = 11
"""The least size of a label."""
EDGE = 0.06


@pytest.fixture(scope="module")
def drawn() -> Any:
    return run(SCRIPT)


def run(script: str) -> Any:
    answer = run_deno("run", "--no-remote", "--no-npm", "--no-prompt", script)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_row_names_of_neighbouring_blocks_do_not_overlap(drawn: Any) -> None:
    assert [label["words"] for label in drawn["rows"]] == ["A", "B", "G", "H"]


def test_a_small_section_has_a_short_name_and_a_price_that_can_be_read(drawn: Any) -> None:
    assert [label["words"] for label in drawn["labels"]] == ["12", "€60.50"]
    assert all(label["px"] >= PX_MIN for label in drawn["labels"])


def test_a_section_without_seats_at_the_chosen_prices_is_not_called_sold_out(drawn: Any) -> None:
    assert [label["words"] for label in drawn["filteredLabels"]] == ["Section 12"]


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


def test_a_layer_is_drawn_in_short_tasks_while_the_old_one_is_shown() -> None:
    drawn = run(PARTS_SCRIPT)

    for tasks in (drawn["first"], drawn["again"]):
        assert sum(tasks) >= CALLS_MIN
        assert max(tasks) <= CALLS_A_TASK_MAX
    assert drawn["frames"] == 2, "the painter asks for a frame after each layer"
    assert max(drawn["shown"]) <= CALLS_A_TASK_MAX, "a frame draws the layer as one picture"


def test_no_label_shortens_a_price_that_others_write_in_full(drawn: Any) -> None:
    assert (drawn["slimLabels"], drawn["roomyLabels"]) == (["12"], ["12", "€66.00"])
