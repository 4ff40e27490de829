"""Who is offered which places, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from admitone.booking.domain.entry_token import entry_token, read_entry_token
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_index import build_seat_index
from admitone.booking.domain.waiting_list import FreePlace, Wish, match_offers, offer_seconds
from admitone.kit.keys import derive_ring
from tests.builders import CIRCLE, STALLS, STANDING, a_hall, terms_of_a_show, with_wheelchair_places

HALL = a_hall(rows=2, seats=6, circle_rows=1)
PLAN = SalePlan(terms_of_a_show(seat_map=HALL, standing=3), build_seat_index(HALL))
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def seats(*indexes: int) -> list[FreePlace]:
    return [FreePlace(index, STALLS.id if index < 6 else CIRCLE.id, None) for index in indexes]


def wish(name: str, quantity: int = 1, level_id: str | None = None, *, together: bool = True) -> Wish:
    return Wish(name, quantity, level_id, together)


def matched(places: list[FreePlace], *wishes: Wish) -> dict[str, tuple[int, ...]]:
    return {found.entry_id: indexes for found, indexes in match_offers(PLAN, places, wishes)}


def test_each_place_goes_to_the_first_that_it_suffices_for() -> None:
    assert matched(seats(0, 1), wish("ada", 3), wish("ben", 2), wish("cleo")) == {"ben": (0, 1)}
    assert matched(seats(0), wish("ada"), wish("ben")) == {"ada": (0,)}


def test_seats_are_side_by_side_unless_the_entry_takes_any() -> None:
    apart = seats(0, 3, 5)

    assert matched(apart, wish("ada", 2)) == {}
    assert set(matched(apart, wish("ada", 2, together=False))["ada"]) < {0, 3, 5}
    assert matched(seats(0, 3, 4), wish("ada", 2, together=False)) == {"ada": (3, 4)}


def test_a_price_level_is_kept() -> None:
    places = [*seats(0, 6), FreePlace(12, STANDING.id, "floor")]

    assert matched(places, wish("ada", level_id=CIRCLE.id), wish("ben", level_id=STANDING.id), wish("cleo")) == {
        "ada": (6,),
        "ben": (12,),
        "cleo": (0,),
    }
    assert matched(seats(0), wish("ada", level_id=CIRCLE.id)) == {}


def test_places_without_numbers_come_from_one_section() -> None:
    floor = [FreePlace(index, STANDING.id, "floor") for index in (12, 13, 14)]

    assert matched(floor, wish("ada", 2), wish("ben", 2), wish("cleo")) == {"ada": (12, 13), "cleo": (14,)}


def test_seats_reserved_for_accessibility_are_not_offered() -> None:
    hall = with_wheelchair_places(HALL, {0: (1,)})
    plan = SalePlan(terms_of_a_show(seat_map=hall), build_seat_index(hall))

    assert list(match_offers(plan, seats(0, 1), [wish("ada")])) == []


@pytest.mark.parametrize(
    ("left", "seconds"),
    [
        (timedelta(days=30), 1800),
        (timedelta(hours=1), 900),
        (timedelta(minutes=16), 300),
        (timedelta(minutes=3), 180),
        (timedelta(seconds=59), None),
        (timedelta(seconds=-1), None),
    ],
)
def test_an_offer_is_shorter_near_the_end_of_the_sale(left: timedelta, seconds: int | None) -> None:
    assert offer_seconds(1800, NOW, NOW + left) == seconds


def test_an_offer_of_a_show_without_a_time_has_its_whole_time() -> None:
    assert offer_seconds(1800, NOW, None) == 1800


def test_a_token_names_its_entry_and_is_not_forged() -> None:
    keys, others = derive_ring(["one secret"], "booking token"), derive_ring(["another"], "booking token")
    token = entry_token(keys, "wle_1")

    assert read_entry_token(keys, token) == "wle_1"
    assert read_entry_token(others, token) is None
    assert read_entry_token(keys, token.replace("wle_1", "wle_2")) is None
    assert [read_entry_token(keys, text) for text in ("", ".", "wle_1", f"wle_1.{keys.sign('wle_1')}")] == [None] * 4
