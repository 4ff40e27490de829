"""Posters: stable, small, well formed, inside the sheet, for any event."""

import re
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admitone.catalogue.contracts import DocumentPerformer, DocumentVenue, EventDocument, EventStatus
from admitone.pages.domain.poster.draw import draw_poster
from admitone.pages.domain.poster.palette import poster_palette
from admitone.pages.domain.poster.palettes import PALETTES

SVG = "{http://www.w3.org/2000/svg}"
KINDS = [
    ("music", "classical"),
    ("music", "rock"),
    ("music", "pop"),
    ("sports", "football"),
    ("sports", "american_football"),
    ("sports", "motorsport"),
    ("conference", "tech"),
    ("arts", None),
]
NAMES = [
    "X",
    "Berlin Philharmonic: Mahler, Ligeti and more",
    "Scheiblingkirchen-Warth vs Universidad Central de Venezuela FC",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "مهرجان الموسيقى العربية في دار الأوبرا المصرية بالقاهرة",
    "東京交響楽団第七百回定期演奏会ベートーヴェン交響曲全曲演奏会",
    "Симфонический оркестр Мариинского театра: Шостакович",
    'Tom & Jerry <script>alert("1")</script> ]]>',
    "🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸🎸 live",
    "word " * 60,
    "bad\x00\x0b\ufffecharacters",
]


def event(**changes: Any) -> EventDocument:
    """Return Ada Vogel's evening at the Harbour Hall, with `changes`."""
    usual = EventDocument(
        id="evt_01jd3x9k7qf0c8v5t2m4n6p8r0",
        organization_id="org_1",
        revision=1,
        external_id=None,
        name="Ada Vogel at Harbour Hall",
        subtitle=None,
        description=None,
        status=EventStatus.SCHEDULED,
        segment="music",
        genre="rock",
        series=None,
        tags=(),
        works=(("Ludwig van Beethoven", "Symphony no. 7"), ("Saint-Saens [Saint-Saëns], Camille", "Le cygne")),
        starts_at=None,
        local_date="2027-03-14",
        local_time="19:30",
        timezone="Europe/Oslo",
        doors_at=None,
        ends_at=None,
        venue=DocumentVenue("ven_1", "Harbour Hall", (), "Bergen", None, "NO", 60.4, 5.3, None),
        performers=(DocumentPerformer("prf_1", "Ada Vogel", (), "singer"),),
        currency="NOK",
        price_min=100,
        price_max=100,
        on_sale_at=None,
        off_sale_at=None,
        image_url="",
        url="",
        capacity=100,
        seat_map_id=None,
        waiting_room_mode="off",
        popularity=1.0,
    )
    return msgspec.structs.replace(usual, **changes)


def lines_of(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(("segment", "genre"), KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_any_name_gives_a_small_well_formed_picture(segment: str, genre: str | None, name: str) -> None:
    for number in range(6):
        svg = draw_poster(event(id=f"evt_{number}", name=name, segment=segment, genre=genre))

        assert len(svg.encode()) <= 8_000
        root = ElementTree.fromstring(svg)
        assert root.get("viewBox") == "0 0 600 800"
        assert not re.search(r"<script|href=|url\((?!#)|\sstyle=|on\w+=", svg)


@pytest.mark.parametrize(("segment", "genre"), KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_line_stays_on_the_sheet(segment: str, genre: str | None, name: str) -> None:
    for number in range(6):
        svg = draw_poster(event(id=f"evt_{number}", name=name, segment=segment, genre=genre))

        for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
            if text.get("aria-hidden"):
                continue
            assert 0 < float(text.get("y", "0")) <= 800
            assert 0 <= float(text.get("x", "0")) <= 600
            assert float(text.get("textLength", "0")) <= 520.1


def test_the_same_event_always_gives_the_same_picture() -> None:
    assert draw_poster(event()) == draw_poster(event())
    assert poster_palette(event()) == poster_palette(event(name="Another name"))


def test_the_poster_shows_date_time_and_place() -> None:
    for segment, genre in KINDS:
        said = " ".join(lines_of(draw_poster(event(segment=segment, genre=genre))))

        for words in ("14", "Mar", "2027", "19:30", "Harbour Hall", "Bergen"):
            assert words in said


def test_composers_are_named_by_surname() -> None:
    said = lines_of(draw_poster(event(segment="music", genre="classical", name="Oslo Sinfonietta: Beethoven")))

    assert "Beethoven" in said
    assert "Saint-Saëns" in said


def test_a_cancelled_show_says_so() -> None:
    assert "CANCELLED" in lines_of(draw_poster(event(status=EventStatus.CANCELLED)))


def test_right_to_left_names_are_set_from_the_right() -> None:
    svg = draw_poster(event(name=NAMES[4], segment="arts", genre=None, performers=()))

    assert 'direction="rtl"' in svg


@settings(max_examples=60)
@given(name=st.text(min_size=1, max_size=300), kind=st.sampled_from(KINDS), city=st.text(max_size=80))
def test_no_text_breaks_a_poster(name: str, kind: tuple[str, str | None], city: str) -> None:
    venue = DocumentVenue(None, "", (), city, None, "NO", None, None, None)
    svg = draw_poster(event(name=name, venue=venue, segment=kind[0], genre=kind[1], local_time=None))

    ElementTree.fromstring(svg)
    assert len(svg.encode("utf-8")) <= 8_000


def test_palettes_of_all_kinds_exist() -> None:
    for segment, genre in KINDS:
        for number in range(30):
            assert poster_palette(event(id=f"evt_{number}", segment=segment, genre=genre)) in PALETTES
