from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from admitone.catalogue.contracts import EventStatus
from admitone.catalogue.domain.build_event import References, SeatMapReference, VenueReference, build_event
from admitone.catalogue.domain.drafts import EventDraft
from admitone.catalogue.domain.event import Event, sale_terms
from admitone.catalogue.domain.event_draft import event_draft_of
from admitone.kit.refusal import InvalidBody
from tests.catalogue_fixtures import NOW

REFERENCES = References(
    venues={"halle": VenueReference("ven_1", "Europe/Berlin")},
    performers={"bjork": "prf_1", "orchestra": "prf_2"},
    seat_maps={"map_1": SeatMapReference("map_1", {"Stalls": 7, "Box": 1}, ("Stalls", "Balcony"))},
)
FLOOR = {"name": "Floor", "capacity": 100, "price_level": "Standing"}
DRAFT: dict[str, Any] = {
    "name": "Cornucopia",
    "segment": "music",
    "venue_id": "halle",
    "performer_ids": ["bjork"],
    "local_start": "2026-12-31T19:30",
    "seat_map_id": "map_1",
    "price_levels": [
        {
            "name": "Best",
            "price": {"amount": 9000, "currency": "EUR"},
            "fees": {"amount": 900, "currency": "EUR"},
            "categories": ["Stalls"],
        },
        {"name": "Standing", "price": {"amount": 4000, "currency": "EUR"}, "fees": 400},
    ],
    "general_admission": [FLOOR],
}


def plan(previous: Event | None = None, **changes: Any) -> Event:
    fields = {name: value for name, value in {**DRAFT, **changes}.items() if value is not ...}
    return build_event(
        msgspec.convert(fields, EventDraft),
        REFERENCES,
        event_id="evt_abc",
        organization_id="org_1",
        now=NOW,
        previous=previous,
    )


def faults(**changes: Any) -> list[str]:
    with pytest.raises(InvalidBody) as refusal:
        plan(**changes)
    return [error["pointer"] for error in refusal.value.members["errors"]]


def test_a_new_event_is_a_draft_of_revision_one() -> None:
    event = plan()
    assert (event.revision, event.status, event.published) == (1, EventStatus.DRAFT, False)


def test_the_start_is_stored_in_utc_and_in_the_venues_time() -> None:
    event = plan()
    assert (datetime(2026, 12, 31, 18, 30, tzinfo=UTC), "2026-12-31", "19:30", "Europe/Berlin") == (
        event.starts_at,
        event.local_date,
        event.local_time,
        event.timezone,
    )


def test_a_start_in_utc_gives_the_same_event_as_the_local_one() -> None:
    assert plan() == plan(local_start=..., starts_at="2026-12-31T18:30:00Z")


def test_a_day_without_a_time_sorts_as_noon() -> None:
    event = plan(local_start=..., local_date="2026-12-31")
    assert (None, None, datetime(2026, 12, 31, 11, tzinfo=UTC)) == (event.starts_at, event.local_time, event.sort_at)


def test_capacity_counts_seats_with_a_price_and_general_admission() -> None:
    assert plan().capacity == 7 + 100


def test_levels_and_areas_get_ids_that_name_the_event_and_amounts_in_minor_units() -> None:
    event = plan()
    assert [(level.id, level.amount, level.fee) for level in event.price_levels] == [
        ("lvl_abc_100", 9000, 900),
        ("lvl_abc_101", 4000, 400),
    ]
    assert [(a.id, a.capacity, a.price_level_id) for a in event.areas] == [("gad_abc_100", 100, "lvl_abc_101")]


def test_terms_of_sale_carry_currency_and_capacity() -> None:
    terms = sale_terms(plan())
    assert (terms.currency, terms.capacity, terms.revision) == ("EUR", 107, 1)


def test_an_event_without_prices_has_no_currency() -> None:
    assert sale_terms(plan(price_levels=[], general_admission=[])).currency == "XXX"


def test_without_a_venue_city_country_and_zone_are_required() -> None:
    assert faults(venue_id=...) == ["/city", "/country_code", "/timezone"]


def test_without_a_venue_the_event_has_its_own_place() -> None:
    event = plan(venue_id=..., city="Kyōto", country_code="JP", timezone="Asia/Tokyo")
    assert (event.city, event.country_code, event.timezone, event.venue_id) == ("Kyōto", "JP", "Asia/Tokyo", None)


def test_with_a_venue_the_place_is_the_venues() -> None:
    assert (plan(city="Bonn").city, plan(city="Bonn").country_code) == (None, None)


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"venue_id": "nowhere"}, ["/venue_id"]),
        ({"performer_ids": ["bjork", "nobody"]}, ["/performer_ids/1"]),
        ({"seat_map_id": "map_9"}, ["/seat_map_id"]),
        ({"seat_map_id": ...}, ["/price_levels/0/categories/0"]),
        ({"local_start": ...}, ["/local_start"]),
        ({"local_date": "2026-12-31"}, ["/local_date"]),
        ({"local_start": "2027-03-28T02:30"}, ["/local_start"]),
        ({"hold_seconds": 59}, ["/hold_seconds"]),
        (
            {
                "on_sale_at": "2026-12-01T09:00:00Z",
                "waiting_room": {"mode": "always", "pre_queue_opens_at": "2026-12-01T09:00:00Z"},
            },
            ["/waiting_room/pre_queue_opens_at", "/on_sale_at"],
        ),
        (
            {"on_sale_at": "2026-12-01T00:00:00Z", "off_sale_at": "2026-12-01T00:00:00Z"},
            ["/off_sale_at", "/on_sale_at"],
        ),
        ({"doors_at": "0001-01-01T00:00:00+14:00"}, ["/doors_at"]),
        ({"doors_at": "2026-12-31T18:30:01Z"}, ["/doors_at", "/local_start"]),
        ({"ends_at": "2026-12-31T18:30:00Z"}, ["/ends_at", "/local_start"]),
        ({"on_sale_at": "2026-12-31T18:30:01Z"}, ["/on_sale_at", "/local_start"]),
        (
            {"local_start": ..., "starts_at": "2026-12-31T18:30:00Z", "doors_at": "2026-12-31T20:00:00+01:00"},
            ["/doors_at", "/starts_at"],
        ),
        (
            {"local_start": ..., "local_date": "2026-12-31", "doors_at": "2027-01-01T00:00:00Z"},
            ["/doors_at", "/local_date"],
        ),
        ({"name": "a\0"}, ["/name"]),
        (
            {"general_admission": [FLOOR, {**FLOOR, "name": "floor"}]},
            ["/general_admission/0/name", "/general_admission/1/name"],
        ),
        ({"general_admission": [{**FLOOR, "name": "Balcony"}]}, ["/general_admission/0/name", "/seat_map_id"]),
    ],
)
def test_each_broken_rule_is_named(changes: dict[str, Any], pointers: list[str]) -> None:
    assert pointers == faults(**changes)


def test_the_earliest_and_the_latest_valid_times() -> None:
    event = plan(
        doors_at="2026-12-31T18:30:00Z",
        ends_at="2026-12-31T18:30:01Z",
        on_sale_at="2026-12-31T18:30:00Z",
        off_sale_at="2026-12-31T18:30:01Z",
    )
    assert event.doors_at == event.starts_at


def test_doors_and_end_of_a_day_without_a_time_may_be_at_any_hour_of_it() -> None:
    plan(local_start=..., local_date="2026-12-31", doors_at="2026-12-31T22:59:00Z")
    plan(local_start=..., local_date="2026-12-31", ends_at="2026-12-30T23:30:00Z")


def test_old_invalid_times_do_not_block_other_changes() -> None:
    before = msgspec.structs.replace(plan(), doors_at=datetime(2027, 1, 1, tzinfo=UTC))

    changed = plan(before, doors_at="2027-01-01T00:00:00Z", name="Cornucopia, live")

    assert changed.name == "Cornucopia, live"
    assert faults(previous=before, doors_at="2027-01-02T00:00:00Z") == ["/doors_at", "/local_start"]


def test_all_faults_are_named_at_once() -> None:
    found = faults(venue_id="nowhere", performer_ids=["nobody"], hold_seconds=5, local_start="never")
    assert {"/venue_id", "/performer_ids/0", "/hold_seconds", "/local_start"} == set(found)


def level(name: str = "Best", amount: int = 1, currency: str = "EUR", **more: Any) -> dict[str, Any]:
    return {"name": name, "price": {"amount": amount, "currency": currency}, **more}


@pytest.mark.parametrize(
    ("levels", "pointers"),
    [
        ([level(currency="ZZZ")], ["/price_levels/0/price/currency"]),
        ([level(), level("Other", currency="USD")], ["/price_levels/1/price/currency"]),
        ([level(fees={"amount": 1, "currency": "USD"})], ["/price_levels/0/fees/currency"]),
        ([level(), level()], ["/price_levels/1/name"]),
        ([level(categories=["Balcony"])], ["/price_levels/0/categories/0"]),
        (
            [level(categories=["Box"]), level("Other", categories=["Stalls", "Box"])],
            ["/price_levels/1/categories/1"],
        ),
        ([level(id="lvl_of_another")], ["/price_levels/0/id"]),
    ],
)
def test_faults_of_prices_are_named(levels: list[dict[str, Any]], pointers: list[str]) -> None:
    assert pointers == faults(price_levels=levels, general_admission=[])


def test_an_area_needs_a_price_level_of_the_event() -> None:
    area = {"name": "Floor", "capacity": 1, "price_level": "Nothing"}
    assert faults(general_admission=[area]) == ["/general_admission/0/price_level"]


def test_a_change_keeps_the_ids_of_levels_that_keep_their_names() -> None:
    before = plan()
    after = plan(previous=before, price_levels=[level("New"), level("Best", categories=["Stalls"]), level("Standing")])
    assert [price_level.id for price_level in after.price_levels] == ["lvl_abc_200", "lvl_abc_100", "lvl_abc_101"]
    assert (2, before.created_at) == (after.revision, after.created_at)


def test_a_level_keeps_its_id_under_another_name() -> None:
    after = plan(
        previous=plan(),
        price_levels=[level("Finest", id="lvl_abc_100"), level("Best"), level("Standing")],
    )
    assert [(price_level.name, price_level.id) for price_level in after.price_levels] == [
        ("Finest", "lvl_abc_100"),
        ("Best", "lvl_abc_201"),
        ("Standing", "lvl_abc_101"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"local_start": ..., "local_date": "2026-12-31"},
        {"local_start": ..., "starts_at": "2027-10-31T01:30:00Z"},  # 02:30 for the second time
        {"venue_id": ..., "city": "Kyōto", "country_code": "JP", "timezone": "Asia/Tokyo"},
    ],
)
def test_the_draft_of_an_event_gives_the_same_event_again(changes: dict[str, Any]) -> None:
    event = plan(**changes)
    back = References(
        venues={"ven_1": REFERENCES.venues["halle"]},
        performers={"prf_1": "prf_1"},
        seat_maps=REFERENCES.seat_maps,
    )
    again = build_event(
        event_draft_of(event), back, event_id=event.id, organization_id="org_1", now=NOW, previous=event
    )
    assert msgspec.structs.replace(event, revision=2) == again
