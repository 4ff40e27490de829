"""JSON-LD of an event: search engines get the price and availability that buyers get."""

from datetime import UTC, datetime
from typing import Any

import pytest

from admitone.pages.domain.structured_data import event_markup

ORIGIN = "https://tickets.example"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def details(**changes: Any) -> dict[str, Any]:
    """Return Ada Vogel's evening at the Harbour Hall, with `changes`."""
    level = {
        "id": "lvl_1",
        "name": "Stalls",
        "price": {"amount": 40_000, "currency": "NOK"},
        "fees": {"amount": 2_050, "currency": "NOK"},
        "total": {"amount": 42_050, "currency": "NOK"},
        "color": "#2f6fde",
    }
    return {
        "id": "evt_1",
        "revision": 3,
        "name": "Ada Vogel at Harbour Hall",
        "status": "scheduled",
        "starts_at": "2027-03-14T18:30:00Z",
        "timezone": "Europe/Oslo",
        "local_date": "2027-03-14",
        "segment": "music",
        "genre": "rock",
        "url": "/e/evt_1",
        "image_url": "/posters/evt_1.svg?v=3",
        "venue": {"id": "ven_1", "name": "Harbour Hall", "city": "Bergen", "country_code": "NO", "location": None},
        "performers": [{"id": "prf_1", "name": "Ada Vogel"}],
        "availability": "available",
        "on_sale_at": "2026-11-01T09:00:00Z",
        "price_levels": [level],
        "sections": [{"id": "s", "name": "Stalls", "kind": "seated", "capacity": 120, "available": 3}],
        **changes,
    }


def test_an_offer_costs_what_the_buyer_pays() -> None:
    [offer] = event_markup(details(), origin=ORIGIN, now=NOW)["offers"]

    assert offer["price"] == "420.50"
    assert offer["priceCurrency"] == "NOK"
    assert offer["validFrom"] == "2026-11-01T09:00:00Z"
    assert offer["url"] == "https://tickets.example/e/ada-vogel-at-harbour-hall-evt_1"


@pytest.mark.parametrize(
    ("changes", "availability"),
    [
        ({}, "InStock"),
        ({"availability": "limited"}, "InStock"),
        ({"availability": "sold_out"}, "SoldOut"),
        ({"availability": "off_sale"}, "SoldOut"),
        ({"availability": "off_sale", "on_sale_at": "2026-12-01T09:00:00Z"}, "PreOrder"),
        ({"availability": "off_sale", "status": "cancelled"}, "SoldOut"),
    ],
)
def test_availability_is_said(changes: dict[str, Any], availability: str) -> None:
    [offer] = event_markup(details(**changes), origin=ORIGIN, now=NOW)["offers"]

    assert offer["availability"] == f"https://schema.org/{availability}"


@pytest.mark.parametrize(
    ("segment", "genre", "kind"),
    [
        ("music", "classical", "MusicEvent"),
        ("sports", "american_football", "SportsEvent"),
        ("conference", "tech", "BusinessEvent"),
        ("circus", None, "Event"),
    ],
)
def test_the_kind_follows_the_segment(segment: str, genre: str | None, kind: str) -> None:
    assert event_markup(details(segment=segment, genre=genre), origin=ORIGIN, now=NOW)["@type"] == kind


def test_a_cancelled_show_says_so() -> None:
    markup = event_markup(details(status="cancelled"), origin=ORIGIN, now=NOW)

    assert markup["eventStatus"] == "https://schema.org/EventCancelled"


def test_an_hour_to_be_announced_leaves_the_date() -> None:
    assert event_markup(details(starts_at=None), origin=ORIGIN, now=NOW)["startDate"] == "2027-03-14"


def test_place_image_and_performer_are_named() -> None:
    markup = event_markup(details(), origin=ORIGIN, now=NOW)

    assert markup["location"]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Bergen",
        "addressCountry": "NO",
    }
    assert markup["image"] == "https://tickets.example/cards/evt_1.png?v=3"
    assert markup["performer"][0]["url"] == "https://tickets.example/performer/ada-vogel-prf_1"


# What Google documents for events: required, and recommended where the data has it.
REQUIRED = {"name", "startDate", "location"}
RECOMMENDED = {"description", "endDate", "eventStatus", "image", "offers", "organizer", "performer"}
OFFER = {"availability", "price", "priceCurrency", "url", "validFrom"}


@pytest.mark.parametrize("status", ["scheduled", "postponed", "rescheduled", "cancelled"])
def test_the_markup_has_what_google_documents(status: str) -> None:
    show = details(status=status, ends_at="2027-03-14T21:00:00Z")
    markup = event_markup({**show, "organizer": {"name": "Bergen Concerts"}}, origin=ORIGIN, now=NOW)

    assert markup.keys() >= REQUIRED | RECOMMENDED
    assert markup["location"].keys() >= {"@type", "name", "address"}
    assert markup["organizer"] == {"@type": "Organization", "name": "Bergen Concerts", "url": f"{ORIGIN}/"}
    assert markup["eventStatus"] == f"https://schema.org/Event{status.title()}"
    assert all(performer["@type"] in ("Person", "PerformingGroup") for performer in markup["performer"])
    for offer in markup["offers"]:
        assert offer.keys() >= OFFER
        assert offer["availability"].removeprefix("https://schema.org/") in ("InStock", "SoldOut", "PreOrder")


def test_moments_have_the_offset_of_the_venue() -> None:
    markup = event_markup(details(ends_at="2027-03-14T21:00:00Z"), origin=ORIGIN, now=NOW)

    assert (markup["startDate"], markup["endDate"]) == ("2027-03-14T19:30:00+01:00", "2027-03-14T22:00:00+01:00")


def test_a_show_without_a_text_is_described_by_its_facts() -> None:
    assert event_markup(details(), origin=ORIGIN, now=NOW)["description"] == (
        "Ada Vogel at Harbour Hall, 2027-03-14, Harbour Hall, Bergen"
    )


@pytest.mark.parametrize(
    ("status", "previous", "expected"),
    [
        ("rescheduled", "2027-02-01T18:30:00Z", "2027-02-01T19:30:00+01:00"),
        ("rescheduled", "2027-02-01", "2027-02-01"),
        ("rescheduled", None, None),
        ("cancelled", "2027-02-01T18:30:00Z", None),
    ],
)
def test_a_moved_show_says_when_it_was_to_begin(status: str, previous: str | None, expected: str | None) -> None:
    changes = {"previous_start": previous} if previous else {}
    markup = event_markup(details(status=status, **changes), origin=ORIGIN, now=NOW)
    assert markup.get("previousStartDate") == expected
