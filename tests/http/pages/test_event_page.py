"""The event's page as the server sends it: readable and usable before any script runs."""

import json
import re
import struct
from typing import Any

import pytest

from admitone.catalogue.contracts import EventDocument
from admitone.pages.contracts import Document
from admitone.pages.domain.share_card import draw_card
from admitone.pages.drawing import png_of, write_in_font
from tests.http.pages.fixtures import PUBLIC_URL, Env, a_show, open_pages
from tests.unit.pages.test_poster_drawing import event as a_document

STALLS = {
    "id": "lvl_stalls",
    "name": "Stalls",
    "price": {"amount": 8000, "currency": "EUR"},
    "fees": {"amount": 500, "currency": "EUR"},
    "total": {"amount": 8500, "currency": "EUR"},
    "color": "#4c78a8",
    "categories": ["Stalls"],
}
STANDING = {**STALLS, "id": "lvl_standing", "name": "Standing", "categories": []}
SEATED = {
    "id": "stalls",
    "name": "Stalls",
    "kind": "seated",
    "price_level_id": "lvl_stalls",
    "capacity": 40,
    "available": 12,
}
FLOOR = {**SEATED, "id": "floor", "name": "Floor", "kind": "general_admission", "price_level_id": "lvl_standing"}
ROOM = {"id": "map_hall", "url": "/seat-maps/map_hall", "seat_count": 40}


def a_sale(**changes: Any) -> Document:
    return a_show(price_levels=[STALLS, STANDING], sections=[SEATED, FLOOR], seat_map=ROOM, **changes)


def page_of(show: Document) -> str:
    with open_pages(Env(shows={show["id"]: show})) as pages:
        page = pages.get(show["url"])
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize(
    ("query", "name"), [("", "Before"), ("?revision=3", "Before"), ("?revision=4", "After"), ("?revision=x", "Before")]
)
def test_a_page_that_is_opened_again_after_a_change_shows_it(query: str, name: str) -> None:
    """A cache keeps the page under that address, so a replica's answer of before must not get there."""
    before = a_sale(name="Before", revision=3)
    now = a_sale(name="After", revision=4)
    with open_pages(Env(shows={before["id"]: before}, changed={before["id"]: now})) as pages:
        page = pages.get(f"/e/{before['id']}{query}")

    assert f"<h1>{name}</h1>" in re.sub(r"<h1[^>]*>\s*(.*?)\s*</h1>", r"<h1>\1</h1>", page.text, flags=re.DOTALL)


def test_a_name_cannot_escape_the_markup() -> None:
    page = page_of(a_sale(name="Nice </script><script>alert(1)</script>"))

    assert "<script>alert(1)" not in page
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(found)["name"] == "Nice </script><script>alert(1)</script>"


def test_an_own_picture_is_offered_in_every_width() -> None:
    page = page_of(a_sale(image_url="/pictures/pic_0123abc/800.webp"))

    [hero] = re.findall(r'<img class="poster event-poster"[^>]*>', page)
    assert re.findall(r"/pictures/pic_0123abc/(\d+)\.webp (\d+)w", hero) == [
        ("400", "400"),
        ("800", "800"),
        ("1600", "1600"),
    ]
    assert 'sizes="' in hero


def test_a_drawn_poster_has_one_address() -> None:
    [hero] = re.findall(r'<img class="poster event-poster"[^>]*>', page_of(a_sale()))

    assert "srcset" not in hero


def test_the_form_works_without_scripts() -> None:
    page = page_of(a_sale())

    assert 'method="post" action="/e/evt_mahler/hold"' in page
    for name in ("best_quantity", "best_price_level_id", "best_section_id", "area-floor"):
        assert f'name="{name}"' in page
    assert "€85" in page


def test_wheelchair_places_can_be_requested_without_scripts_if_the_hall_has_any() -> None:
    room = {**ROOM, "wheelchair_places": 2}
    page = page_of(a_show(price_levels=[STALLS], sections=[SEATED], seat_map=room))
    [options] = re.findall(r'name="best_wheelchair_places">(.*?)</select>', page, re.DOTALL)

    assert re.findall(r'value="(\d*)"', options) == ["", "1", "2"]
    assert "best_wheelchair_places" not in page_of(a_sale())


def test_the_form_without_a_seat_map_has_general_admission_only() -> None:
    show = a_show(price_levels=[STANDING], sections=[FLOOR])
    page = page_of(show)

    assert "<seat-map" not in page
    assert "best_quantity" not in page
    assert 'name="area-floor"' in page


@pytest.mark.parametrize(
    ("changes", "words", "sells"),
    [
        ({}, "Choose seats", True),
        ({"status": "cancelled", "availability": "off_sale"}, "This show is cancelled", False),
        ({"status": "postponed", "availability": "off_sale"}, "This show is postponed", False),
        ({"availability": "sold_out"}, "No ticket is free at the moment", True),
        ({"on_sale_at": "2026-11-23T09:00:00Z", "availability": "off_sale"}, "On sale Mon, 23 Nov, 10:00", True),
        ({"off_sale_at": "2026-11-22T11:00:00Z", "availability": "off_sale"}, "The sale has ended", False),
        ({"price_levels": []}, "No tickets here yet", False),
    ],
)
def test_the_page_shows_the_state_of_the_sale(changes: Document, words: str, sells: bool) -> None:
    page = page_of({**a_sale(), **changes})

    assert words in page
    assert ('id="tickets"' in page) is sells


def test_the_page_says_that_the_time_is_to_be_announced() -> None:
    assert "Hour to be announced" in page_of(a_sale(local_time=None, starts_at=None))


def test_the_organizer_is_named_to_search_engines() -> None:
    with open_pages(EnvWithPoster()) as pages:
        page = pages.get("/e/evt_mahler").text

    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(found)["organizer"]["name"].startswith("The house of ")


class EnvWithPoster(Env):
    async def read_documents(self, event_ids: tuple[str, ...]) -> list[EventDocument]:
        return [a_document(id=event_ids[0], revision=3)] if event_ids == ("evt_mahler",) else []


@pytest.mark.parametrize(("query", "kept"), [("?v=3", True), ("?v=4", False), ("", False)])
def test_a_poster_is_immutable_under_its_revision_only(query: str, kept: bool) -> None:
    with open_pages(EnvWithPoster()) as pages:
        poster = pages.get(f"/posters/evt_mahler.svg{query}")

    assert poster.headers["content-type"] == "image/svg+xml"
    assert poster.text.startswith("<svg ")
    assert ("immutable" in poster.headers["cache-control"]) is kept


def test_an_unknown_event_has_no_poster() -> None:
    with open_pages(EnvWithPoster()) as pages:
        assert pages.get("/posters/evt_nobody.svg").status_code == 404


def test_the_main_button_is_shown_while_tickets_are_for_sale() -> None:
    open_page, sold_out = page_of(a_sale()), page_of(a_sale(availability="sold_out"))

    buttons = re.findall(r'class="button accent next-step" href="([^"]+)">([^<]+)<', open_page)
    assert buttons == [("#tickets", "Choose seats")] * 2
    assert "next-step" not in sold_out
    assert "within minutes" not in sold_out


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_no_page_announces_a_refund_that_the_organizer_did_not_order(status: str) -> None:
    page = page_of(a_sale(status=status, availability="off_sale"))

    assert "refunded" not in page
    assert "to the card" not in page
    assert "Choose seats" not in page


def test_the_page_shows_a_new_date() -> None:
    assert "This show has a new date" in page_of(a_sale(status="rescheduled"))


def test_prices_of_one_list_have_the_same_decimals() -> None:
    fine = {**STANDING, "total": {"amount": 30520, "currency": "EUR"}}
    page = page_of(a_show(price_levels=[STALLS, fine], sections=[SEATED, FLOOR], seat_map=ROOM))

    assert "€85.00" in page
    assert "€305.20" in page
    assert not re.search(r"€85[^.]", page)


@pytest.mark.parametrize(("query", "kept"), [("?v=3", True), ("", False)])
def test_a_shared_link_has_a_picture(query: str, kept: bool) -> None:
    with open_pages(EnvWithPoster()) as pages:
        page = pages.get("/e/evt_mahler").text
        card = pages.get(f"/cards/evt_mahler.png{query}")

    [address] = re.findall(r'property="og:image" content="([^"]*)"', page)
    assert address == f"{PUBLIC_URL}/cards/evt_mahler.png?v=3"
    assert card.headers["content-type"] == "image/png"
    assert card.content.startswith(b"\x89PNG")
    assert struct.unpack(">II", card.content[16:24]) == (1200, 630)
    assert ("immutable" in card.headers["cache-control"]) is kept


def test_there_is_no_picture_of_an_unknown_event() -> None:
    with open_pages(EnvWithPoster()) as pages:
        assert pages.get("/cards/evt_nobody.png").status_code == 404


@pytest.mark.parametrize("name", ["東京フィルハーモニー交響楽団 " * 8, "<&>\u0000\u200f שלום", "w" * 300, "🎸"])
def test_any_name_gives_a_picture(name: str) -> None:
    assert png_of(draw_card(a_document(name=name), write_in_font)).startswith(b"\x89PNG")


def test_letters_that_the_font_lacks_are_replaced_before_lines_are_fitted() -> None:
    """One table of letters for the fitting and the drawing: that of the font."""
    card = draw_card(a_document(name="東京 Ω Ж é", subtitle="交響楽団", series="音楽祭"), write_in_font)
    assert write_in_font(card) == card
    assert "Ω Ж é" in write_in_font("Ω Ж é")
