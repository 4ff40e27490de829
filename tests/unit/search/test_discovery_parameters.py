from typing import Any

import pytest

from admitone.kit.refusal import Refusal
from admitone.search.domain.discovery.geohash import geohash_centre
from admitone.search.domain.discovery.pages import page_shape
from admitone.search.domain.discovery.parameters import EventsAsked, Given, PageAsked, read_events_asked


def asked(**parameters: str) -> EventsAsked:
    return read_events_asked(Given(parameters.items()))


def test_reads_the_parameters_of_the_original() -> None:
    found = asked(
        keyword="adele",
        city="Graz,Linz",
        countryCode="at",
        segmentId="seg_arts-theatre",
        attractionId="prf_1",
        startDateTime="2026-12-01T00:00:00Z",
        latlong="48.2,16.4",
        radius="10",
        sort="distance,asc",
        size="5",
        page="2",
        source="ticketmaster",
        colour="red",
    )

    query = found.query
    assert (query.q, query.city, query.country_code) == ("adele", ("Graz", "Linz"), "AT")
    assert (query.segment, query.performer_id) == (("arts theatre",), "prf_1")
    assert (query.near, query.radius_km, query.sort) == ((48.2, 16.4), 16.09344, "distance")
    assert (found.page, query.starts_from) == (PageAsked(2, 5), "2026-12-01T00:00:00Z")
    assert found.refined == []


def test_kilometres_and_local_days() -> None:
    found = asked(
        geoPoint="u2edk", radius="10", unit="km", localStartDateTime="2026-12-01T10:00:00,2026-12-31T23:00:00"
    )

    assert (found.query.radius_km, found.query.starts_from, found.query.starts_to) == (10, "2026-12-01", "2026-12-31")


def test_geohashes() -> None:
    latitude, longitude = geohash_centre("ezs42")

    assert (round(latitude, 2), round(longitude, 2)) == (42.6, -5.6)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"size": "0"}, "size"),
        ({"size": "201"}, "size"),
        ({"page": "-1"}, "page"),
        ({"page": "50"}, "paging depth"),
        ({"startDateTime": "tomorrow"}, "startDateTime"),
        ({"geoPoint": "aaaa"}, "geoPoint"),
        ({"latlong": "91,0"}, "geoPoint"),
        ({"latlong": "1,2", "radius": "nan"}, "radius"),
        ({"countryCode": "USA"}, "countryCode"),
        ({"sort": "colour,asc"}, "sort"),
        ({"postalCode": "1010"}, "postalCode"),
        ({"venueId": "a,b"}, "venueId"),
        ({"keyword": "a\0"}, "keyword"),
        ({"keyword": "a" * 201}, "keyword"),
    ],
)
def test_names_the_wrong_parameter(parameters: dict[str, str], named: str) -> None:
    with pytest.raises(Refusal, match=named):
        asked(**parameters)


def links(page: int, *, size: int = 100, total: int = 5_000) -> dict[str, Any]:
    given = Given([("keyword", "a & b"), ("city", "Graz"), ("city", "Linz"), ("apikey", "secret")])
    shape = page_shape("events", [1], total, PageAsked(page, size), given)
    return {name: link["href"] for name, link in shape["_links"].items()}


def test_links_to_other_pages_are_templates_that_keep_the_query() -> None:
    found = links(1)

    assert found["self"] == "/discovery/v2/events.json?page=1&size=100&keyword=a%20%26%20b&city=Graz,Linz{&sort}"
    assert list(found) == ["self", "first", "last", "prev", "next"]
    assert "secret" not in str(found)


def test_links_end_at_the_deepest_page() -> None:
    assert "next" not in links(9)
    assert links(0)["last"].startswith("/discovery/v2/events.json?page=9&")
    assert list(links(0, total=3)) == ["self"]
