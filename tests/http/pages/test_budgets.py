"""What a page loads before its posters and its seat map: compressed bytes, and the number of requests."""

import gzip
import re
from typing import Any

import pytest

from admitone.booking.contracts import BookingStatus
from admitone.pages.assets import assets
from tests.http.pages.fixtures import BOOKING, Env, a_booking, a_show, open_pages

BYTES_MAX = 60_000
REQUESTS_MAX = 7
"""One more than the six connections that a browser has to a host: the page itself comes before them."""
MAP_CODE = "seat_map/painter.js"
EURO = {"amount": 4500, "currency": "EUR"}


def a_seated_show() -> dict[str, Any]:
    level = {
        "id": "lvl_1",
        "name": "Stalls",
        "color": "#4C78A8",
        "categories": ["Stalls"],
        "total": EURO,
        "price": EURO,
    }
    section = {"id": "stalls", "name": "Stalls", "kind": "seated", "capacity": 500, "available": 500}
    return a_show(
        "evt_seated",
        seat_map={"url": "/seat-maps/map_1", "wheelchair_places": 0},
        price_levels=[level],
        sections=[section],
    )


def a_standing_show() -> dict[str, Any]:
    level = {"id": "lvl_1", "name": "Standing", "color": "#4C78A8", "categories": [], "total": EURO, "price": EURO}
    floor = {
        "id": "floor",
        "name": "Floor",
        "kind": "general_admission",
        "capacity": 500,
        "available": 500,
        "price_level_id": "lvl_1",
    }
    return a_show("evt_standing", price_levels=[level], sections=[floor])


SHOWS = {show["id"]: show for show in (a_show(), a_seated_show(), a_standing_show())}
# (path, status of the booking, bytes): the bytes are about a tenth above what the page has today.
PAGES = [
    ("/", None, 25_000),
    ("/search", None, 25_000),
    ("/performer/prf_orchestra", None, 22_000),
    ("/venue/ven_hall", None, 22_000),
    ("/e/evt_seated", None, 38_000),
    ("/e/evt_standing", None, 38_000),
    ("/e/evt_mahler/queue", None, 32_000),
    (f"/checkout/{BOOKING}", BookingStatus.IN_PROGRESS, 25_000),
    (f"/my/{BOOKING}", BookingStatus.CONFIRMED, 25_000),
    ("/my", None, 22_000),
    ("/about", None, 20_000),
    ("/privacy", None, 20_000),
]


@pytest.mark.parametrize(("path", "status", "bytes_max"), PAGES, ids=[path for path, _, _ in PAGES])
def test_the_first_view_is_small_and_needs_few_requests(
    path: str, status: BookingStatus | None, bytes_max: int
) -> None:
    env = Env(shows=dict(SHOWS), booking=a_booking(status) if status else a_booking())
    with open_pages(env) as pages:
        page = pages.get(path)
        assert page.status_code == 200
        names = loaded(page.text)
        size = compressed(page.content) + sum(compressed(pages.get(name).content) for name in names)
    assert len(names) + 1 <= REQUESTS_MAX
    assert size <= bytes_max <= BYTES_MAX


@pytest.mark.parametrize("path", ["/e/evt_seated", "/e/evt_standing"])
def test_no_page_loads_the_code_of_the_map_at_first(path: str) -> None:
    with open_pages(Env(shows=dict(SHOWS))) as pages:
        scripts = [pages.get(name).text for name in loaded(pages.get(path).text) if name.endswith(".js")]
    assert scripts
    assert not any(MAP_CODE in script for script in scripts)
    assert MAP_CODE in assets()["event/room.js"].body.decode()


def test_styles_of_the_map_are_only_where_there_is_one() -> None:
    with open_pages(Env(shows=dict(SHOWS))) as pages:
        seated, standing = (
            "".join(pages.get(name).text for name in loaded(pages.get(path).text) if name.endswith(".css"))
            for path in ("/e/evt_seated", "/e/evt_standing")
        )
    assert ".seat-map-stage" in seated
    assert ".seat-map-stage" not in standing


def loaded(html: str) -> list[str]:
    """Return the addresses of what a browser loads with the page: styles, scripts, and what the page preloads."""
    tags = re.findall(r"<(?:script|link)[^>]*>", html)
    wanted = [tag for tag in tags if "<script" in tag or re.search(r'rel="(stylesheet|modulepreload|preload)"', tag)]
    return [found.group(1) for tag in wanted if (found := re.search(r'(?:src|href)="([^"]+)"', tag))]


def compressed(body: bytes) -> int:
    return len(gzip.compress(body, 4))
