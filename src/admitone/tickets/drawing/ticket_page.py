"""A ticket to print: one A4 page, folded once across it becomes a card with the code on one side."""

import unicodedata

from fpdf import FPDF
from fpdf.enums import Align
from msgspec import Struct

from admitone.tickets.drawing.barcode_image import code_matrix
from admitone.tickets.drawing.fonts import FAMILY, HEAVY, load_fonts

INK, GREY, PAPER = (20, 22, 30), (105, 110, 125), (246, 244, 238)
LEFT, TOP, WIDTH, HEIGHT = 15.0, 18.0, 180.0, 112.0
STUB = 62.0  # the right part of the card, with the code
QR_SIZE = 50.0
SEAT_SIZES = (30.0, 24.0, 18.0, 14.0, 11.0)
TEXT_CHARACTERS_MAX = 160
_POINT = 25.4 / 72
_STEERING = ("Cc", "Cf", "Cs", "Co", "Cn")


class TicketFacts(Struct, frozen=True):
    """Texts ready to be read; `code` is the paper code."""

    event: str
    subtitle: str | None
    when: str
    doors: str | None
    venue: str
    city: str
    section: str
    row: str | None
    seat: str | None
    price_level: str
    price: str
    booking: str
    ticket: str
    holder: str | None
    code: str
    accent: tuple[int, int, int]
    """Red, green, blue: the event's colour."""


def draw_ticket(facts: TicketFacts) -> bytes:
    """PDF bytes."""
    page = FPDF(unit="mm", format="A4")
    page.set_auto_page_break(False)
    facts = _drawable(page, facts)
    page.set_title(facts.event)
    page.set_creator("AdmitOne")
    page.set_lang("en")
    page.add_page()
    _card(page, facts)
    _headline(page, facts)
    _seat(page, facts)
    _code(page, facts)
    _below(page, facts)
    return bytes(page.output())


def _drawable(page: FPDF, facts: TicketFacts) -> TicketFacts:
    """The same texts, cut to a length and with what no font can draw as boxes."""
    names = [name for name in facts.__struct_fields__ if isinstance(getattr(facts, name), str) and name != "code"]
    texts = [_line(getattr(facts, name)) for name in names]
    drawn = load_fonts(page, "\n".join(texts)).split("\n")
    return TicketFacts(
        **{name: getattr(facts, name) for name in facts.__struct_fields__} | dict(zip(names, drawn, strict=True))
    )


def _line(text: str) -> str:
    """One line, without what would steer the printing (controls, direction overrides) or cannot be encoded."""
    visible = "".join(one for one in text if one.isspace() or unicodedata.category(one) not in _STEERING)
    return " ".join(visible.split())[:TEXT_CHARACTERS_MAX]


def _card(page: FPDF, facts: TicketFacts) -> None:
    page.set_fill_color(*facts.accent)
    page.rect(LEFT, TOP, WIDTH, HEIGHT, style="F", round_corners=True, corner_radius=5)
    page.set_fill_color(*PAPER)
    page.rect(LEFT + 3.5, TOP, WIDTH - 3.5, HEIGHT, style="F", round_corners=True, corner_radius=4)
    fold = LEFT + WIDTH - STUB
    page.set_draw_color(190, 186, 176)
    page.set_line_width(0.3)
    page.set_dash_pattern(dash=1.2, gap=1.4)
    page.line(fold, TOP + 6, fold, TOP + HEIGHT - 6)
    page.set_dash_pattern()
    page.set_fill_color(255, 255, 255)
    for y in (TOP, TOP + HEIGHT):  # the notches of a ticket
        page.circle(fold, y, 3.2, style="F")


def _headline(page: FPDF, facts: TicketFacts) -> None:
    left, width = LEFT + 13, WIDTH - STUB - 20
    _text(page, left, TOP + 8, "ADMIT ONE", size=9, color=facts.accent, bold=True, spacing=1.4)
    y = TOP + 14
    y = _paragraph(page, left, y, width, facts.event, sizes=(25, 21, 17, 14), lines_max=2, family=HEAVY)
    if facts.subtitle:
        y = _paragraph(page, left, y + 0.5, width, facts.subtitle, sizes=(12, 10), lines_max=1, color=GREY)
    y = _paragraph(page, left, y + 3, width, facts.when, sizes=(14, 12), lines_max=1, bold=True)
    if facts.doors:
        y = _paragraph(page, left, y, width, facts.doors, sizes=(10.5,), lines_max=1, color=GREY)
    y = _paragraph(page, left, y + 1.5, width, facts.venue, sizes=(13, 11), lines_max=2)
    _paragraph(page, left, y, width, facts.city, sizes=(10.5,), lines_max=1, color=GREY)


def _seat(page: FPDF, facts: TicketFacts) -> None:
    """Section, row and seat, as large as a dark hall needs."""
    left, top, width = LEFT + 13, TOP + HEIGHT - 33, WIDTH - STUB - 20
    fields = [("SECTION", facts.section), ("ROW", facts.row), ("SEAT", facts.seat)]
    shown = [(label, value) for label, value in fields if value]
    shares = {1: [1.0], 2: [0.6, 0.4], 3: [0.52, 0.24, 0.24]}[len(shown)]
    x = left
    for (label, value), share in zip(shown, shares, strict=True):
        _text(page, x, top, label, size=7.5, color=GREY, bold=True, spacing=0.8)
        size = _fitting(page, value, width * share - 3)
        y = top + 4 + (SEAT_SIZES[0] - size) * _POINT * 0.75  # one base line, whatever the sizes
        _paragraph(page, x, y, width * share - 3, value, sizes=(size,), lines_max=1, family=HEAVY)
        x += width * share
    line = f"{facts.price_level}  ·  {facts.price}"
    _paragraph(page, left, TOP + HEIGHT - 11, width, line, sizes=(10.5, 9), lines_max=1, color=GREY)


def _fitting(page: FPDF, text: str, width: float) -> float:
    for size in SEAT_SIZES:
        page.set_font(HEAVY, "", size)
        if len(_wrap(page, text, width)) == 1:
            return size
    return SEAT_SIZES[-1]


def _code(page: FPDF, facts: TicketFacts) -> None:
    left = LEFT + WIDTH - STUB + (STUB - QR_SIZE) / 2
    top = TOP + 13
    page.set_fill_color(255, 255, 255)
    page.rect(left - 3, top - 3, QR_SIZE + 6, QR_SIZE + 6, style="F", round_corners=True, corner_radius=2)
    matrix = code_matrix(facts.code)
    module = QR_SIZE / len(matrix)
    page.set_fill_color(0, 0, 0)
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:  # runs in one piece: no hairlines between modules
                page.rect(left + x * module, top + y * module, (run - x) * module, module + 0.01, style="F")
            x = run + 1
    below = top + QR_SIZE + 7
    for label, value in (("BOOKING", facts.booking), ("TICKET", facts.ticket), ("NAME", facts.holder)):
        if value:
            _text(page, left - 2, below, label, size=6, color=GREY, bold=True, spacing=0.6)
            _paragraph(page, left - 2, below + 2.6, QR_SIZE + 4, value, sizes=(8.5, 7, 6), lines_max=1)
            below += 8.6


def _below(page: FPDF, facts: TicketFacts) -> None:
    lines = (
        "This code admits one person, once. Keep it to yourself: whoever shows it first is let in.",
        "Print this page and fold it along the card's edge, or show it on a screen at full brightness.",
    )
    y = TOP + HEIGHT + 6.0
    for line in lines:
        _text(page, LEFT, y, line, size=9, color=GREY)
        y += 5


def _text(
    page: FPDF,
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    color: tuple[int, int, int],
    bold: bool = False,
    spacing: float = 0,
) -> None:
    page.set_font(FAMILY, "B" if bold else "", size)
    page.set_text_color(*color)
    page.set_char_spacing(spacing)
    page.set_xy(x, y)
    page.cell(text=text, h=size * _POINT)
    page.set_char_spacing(0)


def _paragraph(
    page: FPDF,
    x: float,
    y: float,
    width: float,
    text: str,
    *,
    sizes: tuple[float, ...],
    lines_max: int,
    family: str = FAMILY,
    bold: bool = False,
    color: tuple[int, int, int] = INK,
) -> float:
    """Write `text` in the largest of `sizes` that fits into `lines_max` lines; the last size is cut. → y below."""
    page.set_text_color(*color)
    lines: list[str] = []
    for size in sizes:
        page.set_font(family, "B" if bold else "", size)
        lines = _wrap(page, text, width)
        if len(lines) <= lines_max:
            break
    else:
        lines = [*lines[: lines_max - 1], lines[lines_max - 1][:-1].rstrip() + "…"]
    height = page.font_size * 1.15
    for line in lines:
        page.set_xy(x, y)
        page.cell(w=width, h=height, text=line, align=Align.L)
        y += height
    return y


def _wrap(page: FPDF, text: str, width: float) -> list[str]:
    lines = page.multi_cell(width, 1, text, dry_run=True, output="LINES", align=Align.L)
    assert isinstance(lines, list)
    return lines
