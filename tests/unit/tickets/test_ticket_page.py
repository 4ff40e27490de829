"""The printed ticket, whatever the names on it are written in."""

import msgspec
import pytest

from admitone.tickets.drawing.barcode_image import code_matrix, code_svg
from admitone.tickets.drawing.ticket_page import TicketFacts, draw_ticket

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
    ticket="tkt_01jd3x9k7qf0c8v5t2m4n6p8r0_7",
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


def test_a_place_without_a_number_is_printed() -> None:
    assert draw_ticket(msgspec.structs.replace(FACTS, row=None, seat=None, doors=None)).startswith(b"%PDF-")


def test_the_picture_is_an_svg_with_its_quiet_zone() -> None:
    size = len(code_matrix(FACTS.code)) + 8

    assert f'viewBox="0 0 {size} {size}"'.encode() in code_svg(FACTS.code, "Code of a ticket")
