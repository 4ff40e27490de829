"""The printed ticket, with names in any script."""

from collections import Counter
from io import BytesIO

import msgspec
import pypdfium2
import pytest
from PIL import Image

from admitone.kit.pdf import fonts
from admitone.tickets.drawing.barcode_image import code_matrix, code_svg
from admitone.tickets.drawing.facts import TicketFacts
from admitone.tickets.drawing.ticket_page import draw_ticket, draw_tickets

FACTS = TicketFacts(
    event="Mahler 9",
    subtitle=None,
    when="Thursday, 31 December 2026 · 19:30",
    doors="Doors 18:30",
    venue="Musikverein",
    city="Wien, AT",
    section="Parterre",
    row="BB",
    seat="112",
    price_level="Premium",
    price="EUR 125.00",
    booking="bkg_01jd3x9k7qf0c8v5t2m4n6p8r0",
    booking_code="K7QM4-XWP9C",
    ticket="tkt_01jd3x9k7qf0c8v5t2m4n6p8r0_7",
    ticket_code="3DFGH-RSTVW",
    holder="Zoë Żółć",
    code="A1.ABC",
    accent=(160, 40, 90),
)


@pytest.mark.parametrize(
    "name",
    [
        "Металіст — Шахтар",
        "Ωδείο Ηρώδου",
        "مهرجان الموسيقى",
        "東京フィルハーモニー交響楽団",
        "🎻 night 🎻",
        "\u202eevil\u0000\ud800",
        "W" * 5_000,
        "word " * 900,
        "",
        " \n\t ",
    ],
)
def test_any_name_is_printed(name: str) -> None:
    page = draw_ticket(msgspec.structs.replace(FACTS, event=name, venue=name, section=name, holder=name, seat=name))

    assert page.startswith(b"%PDF-")


def words(*tickets: TicketFacts) -> list[str]:
    """Return the text of each page, with one space between words."""
    document = pypdfium2.PdfDocument(draw_tickets(tickets))
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use no fonts but the ticket's own."""
    monkeypatch.setattr(fonts, "_machine_fonts", tuple)
    monkeypatch.setattr(fonts, "_cjk_folder", lambda: None)


LATIN = "they are written in Latin letters"


@pytest.mark.parametrize(
    "name", ["東京フィルハーモニー", "北京交响乐团", "臺北愛樂", "서울시립교향악단", "Żak Łukasz", "Ωδείο Ηρώδου"]
)
def test_letters_of_many_scripts_are_printed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_machine_fonts", tuple)

    [page] = words(msgspec.structs.replace(FACTS, event=name, holder=name))

    assert page.count(name) == 2
    assert LATIN not in page


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("東京", "DongJing"),
        ("김철수", "GimCheolSu"),
        ("This isn't 🎻, isn't it", "This isn't :violin:, isn't it"),
        ("محمد", "mhmd"),
    ],
)
def test_letters_that_no_font_has_are_transliterated_with_a_note(name: str, expected: str) -> None:
    [page, plain] = words(msgspec.structs.replace(FACTS, event=name, holder=name), FACTS)

    assert page.count(expected) == 2
    assert LATIN in page
    assert LATIN not in plain


def test_text_beside_another_font_keeps_its_letters() -> None:
    [page] = words(msgspec.structs.replace(FACTS, event="서울 isn't far", venue="This isn't 東京"))

    assert "서울 isn't far" in page
    assert "This isn't 東京" in page


@pytest.mark.parametrize(
    ("section", "row", "seat"),
    [
        ("Parterre", "Rang 2 Reihe 12", "112"),
        ("Rang links Loge 3", "Rang 2 Reihe 12", "Sitz 14b"),
        ("1階 東", "は列", "12番"),
        (" ".join(["Balkon"] * 22), " ".join(["Reihe"] * 25), " ".join(["Sitz"] * 30)),
    ],
)
def test_the_seat_is_printed_completely(section: str, row: str, seat: str) -> None:
    [page] = words(msgspec.structs.replace(FACTS, section=section, row=row, seat=seat))

    assert "…" not in page
    # Columns are side by side: their lines alternate in the text of a page.
    for value in (section, row, seat):
        assert Counter(value.split()) <= Counter(page.split())


def test_a_name_that_does_not_fit_on_the_card_is_printed_below() -> None:
    name = "Maximiliane-Alexandra von und zu Hohenlohe-Waldenburg-Schillingsfürst und Nachkommen"

    [page] = words(msgspec.structs.replace(FACTS, holder=name))

    assert f"Name: {name}" in page


def test_the_seller_is_named_with_the_logo_below_the_card() -> None:
    logo = BytesIO()
    Image.new("RGBA", (400, 120), "teal").save(logo, "WEBP")
    drawn = draw_ticket(msgspec.structs.replace(FACTS, seller="Sold by Kölner Bühnen", logo=logo.getvalue()))
    page = pypdfium2.PdfDocument(drawn)[0]

    assert "Sold by Kölner Bühnen" in page.get_textpage().get_text_range()
    assert len(list(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))) == 1


def test_a_place_without_a_number_is_printed() -> None:
    assert draw_ticket(msgspec.structs.replace(FACTS, row=None, seat=None, doors=None)).startswith(b"%PDF-")


def test_the_picture_is_an_svg_with_its_quiet_zone() -> None:
    size = len(code_matrix(FACTS.code)) + 8

    assert f'viewBox="0 0 {size} {size}"'.encode() in code_svg(FACTS.code, "Code of a ticket")
