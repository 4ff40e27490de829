"""The columnar form says the same as the geometry: what the pages' worker reads equals what the API answers."""

import gzip
import json
from typing import Any

import msgspec
import pytest

from admitone.catalogue.domain.complete_seating_plan import complete_seating_plan
from admitone.catalogue.domain.draw_seat_map import draw_seat_map
from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.geometry_columns import COLUMNS_VERSION, columns_of
from admitone.catalogue.domain.seating_plan import SeatingPlan
from admitone.pages.assets import assets
from admitone.testing.organizer import SAMPLE
from tests.catalogue_fixtures import small_seating_plan
from tests.javascript import run_deno

SCRIPT = "tests/unit/catalogue/read_columns.js"
PLANS = ("round_stage", "ull_paraninfo", "canvas_arena")


def draw(plan: Any) -> Geometry:
    completed = complete_seating_plan(msgspec.convert(plan, SeatingPlan))
    return draw_seat_map(completed, seat_map_id="map_1", name="Room")


def sample(name: str) -> Any:
    return json.loads(gzip.decompress((SAMPLE / f"{name}.json.gz").read_bytes()))


@pytest.mark.parametrize("name", PLANS)
def test_the_worker_reads_every_seat_as_the_api_answers_it(name: str) -> None:
    geometry = draw(sample(name))
    answer = run_deno(
        "run",
        "--no-remote",
        "--no-npm",
        "--no-prompt",
        SCRIPT,
        stdin=msgspec.json.encode(columns_of(geometry)).decode(),
    )
    assert answer.returncode == 0, answer.stderr
    read = json.loads(answer.stdout)
    wanted = [
        [seat.id, seat.number, row.name, section.id, seat.category, list(seat.attributes)]
        for section in geometry.sections
        for row in section.rows
        for seat in row.seats
    ]
    seats = [seat for section in geometry.sections for row in section.rows for seat in row.seats]
    assert [seat["words"] for seat in read["seats"]] == wanted
    assert [seat["at"] for seat in read["seats"]] == [pytest.approx([seat.x, seat.y], abs=0.051) for seat in seats]
    assert read["runs"] == [list(run) for run in geometry.runs]
    assert read["found"] == [seats[0].index, seats[-1].index, None]


def test_numbers_and_ids_that_follow_no_pattern_are_written_out() -> None:
    plan = small_seating_plan()
    first = plan["zones"][0]["rows"][0]["seats"]
    first[0]["seat_number"], first[1]["seat_number"] = "A", "007"
    columns = columns_of(draw(plan))
    assert columns.rows.numbers[0] == tuple(seat["seat_number"] for seat in first)
    assert columns.rows.ids[0] == tuple(seat["seat_guid"] for seat in first)


def test_pages_ask_for_the_version_that_is_served() -> None:
    script = assets()["event/event.js"].body.decode()
    assert f"const COLUMNS_VERSION = {COLUMNS_VERSION};" in script
