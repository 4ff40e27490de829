"""Which tickets are issued; capacity raised and cut during the sale."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.domain.inventory import Place, build_places
from admitone.booking.domain.sale_plan import SalePlan, inventory_digest
from admitone.booking.domain.seat_index import EMPTY_SEAT_INDEX, build_seat_index
from admitone.catalogue.contracts import Area
from tests.builders import CIRCLE, STALLS, STANDING, a_hall, terms_of_a_show


def a_plan(*, standing: int = 0, rows: int = 0, levels: tuple[object, ...] = (STALLS, STANDING)) -> SalePlan:
    hall = a_hall(rows=rows, seats=3, circle_rows=1) if rows else None
    terms = terms_of_a_show(event_id="evt_1", seat_map=hall, standing=standing, levels=levels)  # type: ignore[arg-type]
    return SalePlan(terms, build_seat_index(hall) if hall else EMPTY_SEAT_INDEX)


def with_areas(plan: SalePlan, *areas: tuple[str, int]) -> SalePlan:
    made = tuple(Area(name, name.title(), capacity, STANDING.id) for name, capacity in areas)
    return SalePlan(msgspec.structs.replace(plan.terms, areas=made), plan.seat_index)


def as_existing(places: list[Place], taken: set[int]) -> list[tuple[int, str | None, bool]]:
    return [(place.index, place.area_id, place.index in taken) for place in places]


def test_seats_first_and_then_the_areas_places() -> None:
    places = build_places(a_plan(rows=2, standing=2, levels=(STALLS, CIRCLE, STANDING)), [])

    assert [place.index for place in places] == list(range(8))
    assert [place.area_id for place in places] == [None] * 6 + ["floor"] * 2
    assert {place.level_id for place in places[:3]} == {STALLS.id}
    assert {place.level_id for place in places[3:6]} == {CIRCLE.id}
    assert {place.state for place in places} == {"a"}


def test_a_seat_whose_category_has_no_price_is_blocked() -> None:
    places = build_places(a_plan(rows=2), [])

    assert [place.state for place in places] == ["a"] * 3 + ["b"] * 3


def test_the_digest_changes_with_the_places_and_not_with_the_prices() -> None:
    plan = a_plan(rows=2, standing=5)
    raised = msgspec.structs.replace(STALLS, amount=9_900, fee=1, name="Parquet", color="#000000")
    same = a_plan(rows=2, standing=5, levels=(raised, STANDING))
    moved = a_plan(rows=2, standing=5, levels=(msgspec.structs.replace(STALLS, categories=("circle",)), STANDING))

    assert inventory_digest(plan.terms) == inventory_digest(same.terms)
    digests = {inventory_digest(changed.terms) for changed in (plan, moved, a_plan(rows=2, standing=6))}
    assert len(digests) == 3


def test_raising_a_capacity_adds_places_after_the_last() -> None:
    before = build_places(a_plan(standing=3), [])

    after = build_places(a_plan(standing=5), as_existing(before, {0}))

    assert [place.index for place in after] == [0, 1, 2, 3, 4]


def test_cutting_a_capacity_keeps_the_places_of_buyers() -> None:
    before = build_places(a_plan(standing=5), [])

    after = build_places(a_plan(standing=2), as_existing(before, {3, 4}))

    assert [place.index for place in after] == [3, 4]


def test_a_place_never_moves_from_one_area_to_another() -> None:
    plan = with_areas(a_plan(standing=1), ("floor", 2), ("tiers", 2))
    before = build_places(plan, [])

    after = build_places(with_areas(plan, ("floor", 3), ("tiers", 1)), as_existing(before, {3}))

    assert [(place.index, place.area_id) for place in after] == [(0, "floor"), (1, "floor"), (3, "tiers"), (4, "floor")]


capacities = st.integers(0, 12)


@given(capacities, st.lists(st.tuples(capacities, capacities, st.sets(st.integers(0, 60))), max_size=6))
def test_after_any_change_an_area_has_its_capacity_and_keeps_taken_places(
    first: int, changes: list[tuple[int, int, set[int]]]
) -> None:
    plan = a_plan(rows=2)
    issued: dict[int, str | None] = {}
    places = build_places(with_areas(plan, ("floor", first), ("tiers", 4)), [])
    for floor, tiers, taken in changes:
        issued |= {place.index: place.area_id for place in places}
        existing = [(index, area, index in taken) for index, area in sorted(issued.items())]
        places = build_places(with_areas(plan, ("floor", floor), ("tiers", tiers)), existing)

        indexes = [place.index for place in places]
        assert indexes == sorted(set(indexes))
        for name, capacity in (("floor", floor), ("tiers", tiers)):
            kept = {place.index for place in places if place.area_id == name}
            had = {index for index, area in issued.items() if area == name and index in taken}
            assert len(kept) == capacity
            assert kept <= {index for index, area in issued.items() if area == name} | set(indexes) - issued.keys()
            assert len(kept & had) == min(len(had), capacity)
