import msgspec

from admitone.catalogue.contracts import Availability, event_summary
from admitone.catalogue.domain.details import event_details
from admitone.catalogue.domain.documents import VENUE_TO_BE_ANNOUNCED, event_document, popularity
from admitone.catalogue.domain.records import SectionCount
from tests.unit.catalogue.test_build_event import DRAFT, plan


def test_a_summary_has_the_price_range_with_fees_included() -> None:
    summary = event_summary(event_document(plan(), {}, {}), None)
    money = [{"amount": 4400, "currency": "EUR"}, {"amount": 9900, "currency": "EUR"}]
    assert money == [summary["price_range"]["min"], summary["price_range"]["max"]]


def test_every_price_shown_alone_includes_the_booking_fee() -> None:
    free = {"name": "Guests", "price": {"amount": 0, "currency": "EUR"}}
    event = plan(booking_fee=250, price_levels=[*DRAFT["price_levels"], free])
    summary = event_summary(event_document(event, {}, {}), None)
    levels = event_details(event, event_document(event, {}, {}), None, None)["price_levels"]
    assert [summary["price_range"][edge]["amount"] for edge in ("min", "max")] == [0, 10_150]
    assert [level["total"]["amount"] for level in levels] == [10_150, 4_650, 0]
    assert [level["price"]["amount"] + level["fees"]["amount"] for level in levels] == [10_150, 4_650, 0]


def test_an_event_whose_availability_is_unknown_is_off_sale() -> None:
    assert event_summary(event_document(plan(), {}, {}), None)["availability"] == "off_sale"


def test_unknown_optional_members_are_absent() -> None:
    summary = event_summary(event_document(plan(price_levels=[], general_admission=[]), {}, {}), None)
    assert {"price_range", "distance_km", "external_id", "subtitle"}.isdisjoint(summary)
    assert (summary["genre"], summary["on_sale_at"]) == (None, None)


def test_times_are_written_in_utc_with_a_z_and_distance_with_one_digit() -> None:
    summary = event_summary(event_document(plan(), {}, {}), None, 12.3456)
    assert (summary["starts_at"], summary["distance_km"]) == ("2026-12-31T18:30:00Z", 12.3)


def test_a_place_without_a_venue_has_no_venue_member() -> None:
    event = plan(venue_id=..., city="Kyōto", country_code="JP", timezone="Asia/Tokyo")
    venue = event_summary(event_document(event, {}, {}), None)["venue"]
    assert (venue["id"], venue["name"], venue["city"], venue["location"]) == (
        None,
        VENUE_TO_BE_ANNOUNCED,
        "Kyōto",
        None,
    )


def test_the_picture_changes_its_address_with_every_revision() -> None:
    event = plan()
    assert event_document(event, {}, {}).image_url == "/posters/evt_abc.svg?v=1"
    assert event_document(plan(previous=event), {}, {}).image_url == "/posters/evt_abc.svg?v=2"


def test_larger_venues_and_busier_performers_are_more_popular() -> None:
    assert popularity(100, 1) < popularity(100, 10) < popularity(10_000, 10)
    assert popularity(0, 0) == 0


def test_details_count_available_places_by_section() -> None:
    seats = (8, (SectionCount("parterre", "Parterre", 8, {"Stalls": 7, "Box": 1}),))
    left = Availability("evt_abc", "limited", 8, 107, {"parterre": 5, "gad_abc_100": 3})
    details = event_details(plan(), event_document(plan(), {}, {}), left, seats)
    assert [
        (section["id"], section["kind"], section["price_level_id"], section["capacity"], section["available"])
        for section in details["sections"]
    ] == [("parterre", "seated", "lvl_abc_100", 7, 5), ("gad_abc_100", "general_admission", "lvl_abc_101", 100, 3)]
    assert details["seat_map"] == {"id": "map_1", "url": "/seat-maps/map_1", "seat_count": 8}
    assert details["available"] == 8


def test_details_are_plain_json() -> None:
    details = event_details(plan(), event_document(plan(), {}, {}), None, None)
    assert details == msgspec.json.decode(msgspec.json.encode(details))
    assert "seat_map" not in details


def test_an_event_that_is_not_on_sale_has_nothing_available() -> None:
    seats = (8, (SectionCount("parterre", "Parterre", 8, {"Stalls": 7, "Box": 1}),))
    details = event_details(plan(), event_document(plan(), {}, {}), None, seats)
    assert [section["available"] for section in details["sections"]] == [0, 0]
