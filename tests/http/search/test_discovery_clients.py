"""Unmodified clients of Ticketmaster's Discovery API work with our base address."""

import asyncio
import warnings
from types import ModuleType
from typing import Any

import pytest

from tests.http.search.conftest import Row
from tests.running import Stack

pytestmark = [
    pytest.mark.xdist_group("stack"),
    pytest.mark.filterwarnings("ignore"),  # these clients are old
]


def client_library(name: str) -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return __import__(name)


class TestTicketpy:
    """ticketpy: the address is an attribute of its client's class."""

    @pytest.fixture
    def client(self, stack: Stack, programme: list[Row], monkeypatch: pytest.MonkeyPatch) -> Any:
        ticketpy = client_library("ticketpy")
        monkeypatch.setattr(ticketpy.ApiClient, "root_url", stack.address)
        monkeypatch.setattr(ticketpy.ApiClient, "url", f"{stack.address}/discovery/v2")
        return ticketpy.ApiClient("any key")

    async def test_finds_events(self, client: Any, programme: list[Row]) -> None:
        events = await asyncio.to_thread(lambda: client.events.find(keyword="Wintermusik").one())

        assert [event.id for event in events] == [row["id"] for row in programme]
        first = events[0]
        assert (first.name, first.status) == ("Wintermusik 0", "onsale")
        assert first.utc_datetime.isoformat() + "Z" == programme[0]["starts_at"]
        assert (first.local_start_date, first.local_start_time[:5]) == (
            programme[0]["local_date"],
            programme[0]["local_time"][:5],
        )
        assert first.price_ranges == [{"min": 40.5, "max": 40.5}]
        assert (first.classifications[0].segment.name, first.classifications[0].genre.name) == ("music", "classical")
        hall = first.venues[0]
        assert (hall.name, hall.city, hall.state_code, hall.latitude) == ("Winterhalle", "Wien", "W", "48.208200")

    async def test_reads_pages_by_their_links(self, client: Any, programme: list[Row]) -> None:
        pages = await asyncio.to_thread(lambda: list(client.events.find(keyword="Wintermusik", size=3)))

        assert [len(page) for page in pages] == [3, 3, 2]
        assert [entry.id for page in pages for entry in page] == [row["id"] for row in programme]
        assert (pages[1].number, pages[1].total_pages, pages[1].total_elements) == (1, 3, 8)

    async def test_filters_as_its_readme_does(self, client: Any) -> None:
        def find(**parameters: Any) -> list[str]:
            return [event.name for event in client.events.find(keyword="Wintermusik", **parameters).all()]

        assert len(await asyncio.to_thread(find, state_code="NY")) == 2
        assert await asyncio.to_thread(find, classification_name="jazz") == ["Wintermusik 6"]
        assert await asyncio.to_thread(find, segment_name="arts & theatre") == ["Wintermusik 7"]
        assert len(await asyncio.to_thread(find, classification_name="music")) == 7
        assert len(await asyncio.to_thread(find, country_code="AT", include_test="no")) == 6

    async def test_finds_by_location(self, client: Any) -> None:
        def near(radius: str) -> list[Any]:
            found = client.events.by_location(40.7, -73.95, radius=radius, unit="km", keyword="Wintermusik")
            return list(found.one())

        assert [event.name for event in await asyncio.to_thread(near, "10")] == ["Wintermusik 6", "Wintermusik 7"]
        assert await asyncio.to_thread(near, "1") == []

    async def test_attractions_venues_and_one_of_each_by_id(self, client: Any) -> None:
        def ask() -> tuple[Any, ...]:
            attractions = client.attractions.find(keyword="Wintermusik", sort="name,asc").one()
            venues = client.venues.by_name("Winter", state_code="NY").one()
            events = client.events.find(attraction_id=attractions[1].id).one()
            again = (client.attractions.by_id(attractions[0].id), client.venues.by_id(venues[0].id))
            return attractions, venues, events, client.events.by_id(events[0].id), again

        attractions, venues, events, one_event, (attraction, venue) = await asyncio.to_thread(ask)

        assert [attraction_found.name for attraction_found in attractions] == [
            "Wintermusik Quartett",
            "Wintermusik Trio",
        ]
        assert [(venue_found.name, venue_found.city) for venue_found in venues] == [("Wintergarten", "Brooklyn")]
        assert ([event.name for event in events], one_event.name) == (
            ["Wintermusik 6", "Wintermusik 7"],
            "Wintermusik 6",
        )
        assert (attraction.name, venue.name) == ("Wintermusik Quartett", "Wintergarten")
        assert "self" in attraction.links

    async def test_classifications(self, client: Any) -> None:
        def ask() -> tuple[Any, Any, Any]:
            found = client.classifications.find(keyword="Wintertheater").one()
            genre = found[0].segment.genres[0]
            return found, client.segment_by_id(found[0].segment.id), client.genre_by_id(genre.id)

        found, segment, genre = await asyncio.to_thread(ask)

        assert [search_event.segment.name for search_event in found] == ["arts & theatre"]
        assert (segment.name, genre.name) == ("arts & theatre", "Wintertheater")

    async def test_refusals_have_a_shape_that_it_parses(self, client: Any) -> None:
        refused = client_library("ticketpy").client.ApiException

        with pytest.raises(refused, match="DIS1035"):
            await asyncio.to_thread(lambda: client.events.find(size=100, page=10))
        with pytest.raises(refused, match="startDateTime"):
            await asyncio.to_thread(lambda: client.events.find(start_date_time="tomorrow"))
        with pytest.raises(refused, match="DIS1004"):
            await asyncio.to_thread(lambda: client.events.by_id("evt_nothing"))

    async def test_nothing_found_is_an_empty_page(self, client: Any) -> None:
        assert await asyncio.to_thread(lambda: client.events.find(keyword="qqzzxxqq").all()) == []


class TestPicketer:
    """picketer: generated from a Swagger document; the host is an argument."""

    @pytest.fixture
    def picketer(self, stack: Stack, programme: list[Row]) -> tuple[Any, Any]:
        module = client_library("picketer")
        return module, module.ApiClient(host=f"{stack.address}/discovery/v2")

    async def test_events(self, picketer: tuple[Any, Any], programme: list[Row]) -> None:
        module, client = picketer
        api = module.EventsApi(client)

        def ask() -> tuple[Any, Any, Any]:
            found = api.search_events(keyword="Wintermusik", size="3", sort="date,asc")
            first = found.embedded.events[0].id
            return found, api.event_details(first), api.event_images(first)

        found, event, images = await asyncio.to_thread(ask)

        assert [event_found.id for event_found in found.embedded.events] == [row["id"] for row in programme[:3]]
        assert (found.page.total_elements, found.page.total_pages, found.page.number) == (8, 3, 0)
        assert found.links.next.href.startswith("/discovery/v2/events.json?page=1&size=3")
        assert (event.name, event.dates.status.code, event.test) == ("Wintermusik 0", "onsale", False)
        assert event.dates.start.local_date == programme[0]["local_date"]
        assert event.embedded.venues[0].location.longitude == "16.373800"
        assert event.embedded.attractions[0].name == "Wintermusik Quartett"
        assert images.images[0].url.endswith(programme[0]["image_url"])

    async def test_attractions_venues_and_classifications(self, picketer: tuple[Any, Any]) -> None:
        module, client = picketer

        def ask() -> tuple[Any, ...]:
            attractions = module.AttractionsApi(client).search_attractions(keyword="Wintermusik Trio")
            venues = module.VenuesApi(client).search_venues(keyword="Winterhalle", country_code="AT")
            classifications = module.ClassificationsApi(client)
            return (
                attractions.embedded.attractions[0],
                module.AttractionsApi(client).attraction_details(attractions.embedded.attractions[0].id),
                venues.embedded.venues[0],
                module.VenuesApi(client).venue_details(venues.embedded.venues[0].id),
                classifications.search_classifications(keyword="Wintertheater").embedded.classifications[0],
                classifications.segment_details("seg_arts-theatre"),
                classifications.genre_details("gen_wintertheater"),
            )

        listed, attraction, hall, venue, classification, segment, genre = await asyncio.to_thread(ask)

        assert (listed.name, attraction.name) == ("Wintermusik Trio", "Wintermusik Trio")
        assert (hall.name, venue.city.name, venue.country.country_code) == ("Winterhalle", "Wien", "AT")
        assert venue.country.name == "Austria"
        assert classification.segment.name == segment.name == "arts & theatre"
        assert genre.name == "Wintertheater"
