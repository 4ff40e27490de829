"""JSON-LD of an event: what search engines are told is what a buyer pays and can have."""

from typing import Any

import pytest

from admitone.pages.domain.structured_data import event_markup

ORIGIN = "https://tickets.example"


def details(**changes: Any) -> dict[str, Any]:
    """Ada Vogel's evening at the Harbour Hall, with `changes`."""
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
    [offer] = event_markup(details(), origin=ORIGIN)["offers"]

    assert offer["price"] == "420.50"
    assert offer["priceCurrency"] == "NOK"
    assert offer["validFrom"] == "2026-11-01T09:00:00Z"
    assert offer["url"] == "https://tickets.example/e/ada-vogel-at-harbour-hall-evt_1"


@pytest.mark.parametrize(
    ("changes", "availability"),
    [
        ({}, "InStock"),
        ({"availability": "limited"}, "LimitedAvailability"),
        ({"availability": "sold_out"}, "SoldOut"),
        ({"availability": "off_sale"}, "PreOrder"),
        ({"availability": "off_sale", "status": "cancelled"}, "Discontinued"),
    ],
)
def test_availability_is_said(changes: dict[str, Any], availability: str) -> None:
    [offer] = event_markup(details(**changes), origin=ORIGIN)["offers"]

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
    assert event_markup(details(segment=segment, genre=genre), origin=ORIGIN)["@type"] == kind


def test_a_cancelled_show_says_so() -> None:
    markup = event_markup(details(status="cancelled"), origin=ORIGIN)

    assert markup["eventStatus"] == "https://schema.org/EventCancelled"


def test_an_hour_to_be_announced_leaves_the_date() -> None:
    assert event_markup(details(starts_at=None), origin=ORIGIN)["startDate"] == "2027-03-14"


def test_place_image_and_performer_are_named() -> None:
    markup = event_markup(details(), origin=ORIGIN)

    assert markup["location"]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Bergen",
        "addressCountry": "NO",
    }
    assert markup["image"] == "https://tickets.example/posters/evt_1.svg?v=3"
    assert markup["performer"][0]["url"] == "https://tickets.example/performer/ada-vogel-prf_1"
