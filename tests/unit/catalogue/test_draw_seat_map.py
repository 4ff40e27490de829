import gzip
import math
import time
from itertools import pairwise

import msgspec
import pytest

from admitone.catalogue.contracts import SeatMap
from admitone.catalogue.domain.draw_seat_map import draw_seat_map
from admitone.catalogue.domain.geometry import Geometry, seat_map_of
from admitone.catalogue.domain.seating_plan import SeatingPlan, check_seating_plan
from admitone.catalogue.domain.shapes import contains
from admitone.runtime.bundled_facts import SAMPLE_FOLDER
from tests.catalogue_fixtures import small_seating_plan

PLANS = SAMPLE_FOLDER / "seat_maps"
SEATS = {
    "metalist_kharkiv": 39_616,
    "ticketland_hall": 1_115,
    "ull_paraninfo": 603,
    "canvas_arena": 738,
    "round_stage": 152,
}


def read_sale_plan(name: str) -> SeatingPlan:
    return msgspec.json.decode(gzip.decompress((PLANS / f"{name}.json.gz").read_bytes()), type=SeatingPlan)


@pytest.fixture(scope="module", params=sorted(SEATS))
def drawn(request: pytest.FixtureRequest) -> tuple[SeatingPlan, Geometry, SeatMap]:
    plan = read_sale_plan(request.param)
    geometry = draw_seat_map(plan, seat_map_id="map_1", name=plan.name)
    return plan, geometry, seat_map_of(geometry)


def test_every_shipped_seating_plan_is_valid(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    assert list(check_seating_plan(drawn[0])) == []


def test_every_seat_of_the_seating_plan_is_drawn_once(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    plan, geometry, _ = drawn
    wanted = sorted(s.seat_guid for zone in plan.zones for row in zone.rows for s in row.seats)
    assert wanted == sorted(s.id for section in geometry.sections for row in section.rows for s in row.seats)
    assert len(wanted) == geometry.seat_count


def test_indexes_count_from_zero_without_a_gap(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    seats = drawn[2].seats
    assert list(range(len(seats))) == [seat.index for seat in seats]


def test_runs_cover_all_seats_in_order_and_stay_within_a_row(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    seat_map = drawn[2]
    assert seat_map.runs[0][0] == 0
    assert len(seat_map.seats) == seat_map.runs[-1][1]
    assert all(a[1] == b[0] for a, b in pairwise(seat_map.runs))
    rows = [{(seat.section_id, seat.row) for seat in seat_map.seats[first:end]} for first, end in seat_map.runs]
    assert {1} == {len(row) for row in rows}


def test_ids_of_sections_are_unique(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    ids = [section.id for section in drawn[1].sections]
    assert len(ids) == len(set(ids))


def test_names_of_sections_are_unique(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    names = [section.name for section in drawn[1].sections]
    assert len(names) == len(set(names))


def test_names_of_sections_are_written_for_people(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    """The plan of the stadium calls sections `VIP_AL` and `SB_3_5`."""
    assert [section.name for section in drawn[1].sections if "_" in section.name] == []


def test_nearly_every_seat_is_inside_the_outline_of_its_section(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    for section in drawn[1].sections:
        seats = [seat for row in section.rows for seat in row.seats]
        inside = sum(contains(section.outline, (seat.x, seat.y)) for seat in seats)
        assert inside >= 0.9 * len(seats), section.name


def test_the_focal_point_is_the_stage(drawn: tuple[SeatingPlan, Geometry, SeatMap]) -> None:
    _, geometry, seat_map = drawn
    assert geometry.stage is not None
    assert (geometry.stage.x, geometry.stage.y) == seat_map.focal_point


def test_a_stadium_is_read_back_in_half_a_second() -> None:
    plan = read_sale_plan("metalist_kharkiv")
    packed = gzip.compress(msgspec.json.encode(draw_seat_map(plan, seat_map_id="map_1", name=plan.name)))
    started_at = time.process_time()
    seat_map = seat_map_of(msgspec.json.decode(gzip.decompress(packed), type=Geometry))
    assert SEATS["metalist_kharkiv"] == len(seat_map.seats)
    assert time.process_time() - started_at < 0.5


def drawn_small(plan: dict[str, object] | None = None) -> Geometry:
    return draw_seat_map(
        msgspec.convert(plan or small_seating_plan(), SeatingPlan), seat_map_id="map_1", name="Small hall"
    )


def test_an_aisle_cuts_a_run() -> None:
    assert drawn_small().runs == ((0, 2), (2, 4), (4, 8))


def test_positions_are_the_sum_of_zone_row_and_seat() -> None:
    seat = drawn_small().sections[0].rows[1].seats[2]
    assert (seat.id, seat.index, seat.x, seat.y) == ("B-3", 6, 150.0, 125.0)


def test_seats_listed_out_of_order_are_numbered_by_position() -> None:
    plan = small_seating_plan()
    seats = plan["zones"][0]["rows"][1]["seats"]
    plan["zones"][0]["rows"][1]["seats"] = [seats[i] for i in (2, 0, 3, 1)]
    assert ["B-1", "B-2", "B-3", "B-4"] in (
        [seat.id for seat in drawn_small(plan).sections[0].rows[1].seats],
        [seat.id for seat in reversed(drawn_small(plan).sections[0].rows[1].seats)],
    )


def test_categories_say_how_many_seats_they_have() -> None:
    assert [(category.name, category.seat_count) for category in drawn_small().categories] == [
        ("Stalls", 7),
        ("Box", 1),
    ]


def test_without_a_stage_the_focal_point_is_the_middle_of_the_seats() -> None:
    plan = small_seating_plan()
    plan["zones"][0]["areas"] = []
    geometry = drawn_small(plan)
    assert (geometry.stage, geometry.focal_point.x, geometry.focal_point.y) == (None, 162.5, 112.5)


def test_a_zone_with_blocks_far_apart_becomes_one_section_per_block() -> None:
    plan = small_seating_plan()
    for row in plan["zones"][0]["rows"][1:]:
        row["position"]["y"] = 900
    assert [section.name for section in drawn_small(plan).sections] == ["Parterre 1", "Parterre 2"]


def test_the_label_of_a_row_is_before_its_first_seat() -> None:
    row = drawn_small().sections[0].rows[1]
    assert math.isclose(75.0, row.label.x)
