"""A ticket to print: one A4 page, folded once across it becomes a card with the code on one side.

The seat is printed whole, whatever its length; any other text that does not fit on the card is printed whole below it.
"""

import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import msgspec
from fpdf import FPDF

from admitone.kit.pdf.letters import POINT, Face, Letters, one_line
from admitone.tickets.drawing.barcode_image import code_matrix
from admitone.tickets.drawing.facts import TicketFacts

INK, GREY, PAPER = (20, 22, 30), (105, 110, 125), (246, 244, 238)
LEFT, TOP, WIDTH, HEIGHT = 15.0, 18.0, 180.0, 112.0
STRIPE = 12.5  # most of it is below the paper
STUB = 62.0  # the right part of the card, with the code
QR_SIZE = 50.0
SEAT_SIZES = (30.0, 24.0, 18.0, 14.0, 11.0, 9.0, 7.5, 6.0, 5.0)
SEAT_HEIGHT = 17.0
SEAT_GAP = 3.0
LOGO_WIDTH, LOGO_HEIGHT = 32.0, 12.0
SELLER_WIDTH = 130.0
TEXT_CHARACTERS_MAX = 400
_PLAIN, _BOLD, _QUIET, _LABEL, _BLACK = (
    Face("", INK),
    Face("B", INK),
    Face("", GREY),
    Face("B", GREY),
    Face("black", INK),
)


class Sheet:
    """The page of one ticket while it is drawn."""

    def __init__(self, page: FPDF, letters: Letters, *, has_missing: bool) -> None:
        self.page = page
        self.letters = letters
        self.has_missing = has_missing
        self.shortened: list[tuple[str, str]] = []
        """(label, whole text) of what did not fit on the card."""

    def paragraph(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        *,
        label: str,
        sizes: tuple[float, ...],
        lines_max: int,
        face: Face,
    ) -> float:
        """Write in the largest size that fits; remember cut texts. Return the `y` below."""
        fitted = self.letters.fit(text, width, sizes, face, lines_max=lines_max)
        if not fitted.is_whole:
            self.shortened.append((label, text))
        return self.letters.write_lines(x, y, fitted, face)


def draw_ticket(facts: TicketFacts) -> bytes:
    """Return the PDF."""
    return draw_tickets((facts,))


def draw_tickets(tickets: Sequence[TicketFacts]) -> bytes:
    """Return a PDF with a page for each ticket, in their order; there is at least one."""
    page = FPDF(unit="mm", format="A4")
    page.set_auto_page_break(False)
    cleaned = [_cleaned(facts) for facts in tickets]
    with tempfile.TemporaryDirectory(prefix="ticket-fonts-") as folder:
        letters = Letters(page, [text for facts in cleaned for text in _texts(facts).values()], Path(folder))
        page.set_title(cleaned[0].event)
        page.set_creator("AdmitOne")
        page.set_lang("en")
        for facts in cleaned:
            page.add_page()
            texts = _texts(facts)
            sheet = Sheet(page, letters, has_missing=any(map(letters.lacks, texts.values())))
            _draw(sheet, _replaced(facts, {name: letters.drawable(text) for name, text in texts.items()}))
        return bytes(page.output())


def _draw(sheet: Sheet, facts: TicketFacts) -> None:
    _card(sheet.page, facts)
    _headline(sheet, facts)
    _seat(sheet, facts)
    _code(sheet, facts)
    _below(sheet, facts)


def _texts(facts: TicketFacts) -> dict[str, str]:
    """Return the texts of the page, by field."""
    return {
        name: value
        for name in facts.__struct_fields__
        if name != "code" and isinstance(value := getattr(facts, name), str)
    }


def _replaced(facts: TicketFacts, texts: dict[str, str]) -> TicketFacts:
    return msgspec.structs.replace(facts, **texts)


def _cleaned(facts: TicketFacts) -> TicketFacts:
    return _replaced(facts, {name: one_line(text) for name, text in _texts(facts).items()})


def _card(page: FPDF, facts: TicketFacts) -> None:
    page.set_fill_color(*facts.accent)
    # Only as wide as needed: its edge would shine through along the paper's.
    page.rect(LEFT, TOP, STRIPE, HEIGHT, style="F", round_corners=True, corner_radius=5)
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


def _headline(sheet: Sheet, facts: TicketFacts) -> None:
    left, width = LEFT + 13, WIDTH - STUB - 20
    sheet.letters.write(left, TOP + 8, "ADMIT ONE", 9, Face("B", facts.accent), spacing=1.4)
    y = TOP + 14
    y = sheet.paragraph(
        left, y, width, facts.event, label="Event", sizes=(25, 21, 17, 14, 12), lines_max=2, face=_BLACK
    )
    if facts.subtitle:
        y = sheet.paragraph(
            left, y + 0.5, width, facts.subtitle, label="Subtitle", sizes=(12, 10, 9), lines_max=1, face=_QUIET
        )
    y = sheet.paragraph(left, y + 3, width, facts.when, label="Time", sizes=(14, 12, 10), lines_max=1, face=_BOLD)
    if facts.doors:
        y = sheet.paragraph(left, y, width, facts.doors, label="Doors", sizes=(10.5,), lines_max=1, face=_QUIET)
    y = sheet.paragraph(left, y + 1.5, width, facts.venue, label="Venue", sizes=(13, 11, 9), lines_max=2, face=_PLAIN)
    sheet.paragraph(left, y, width, facts.city, label="City", sizes=(10.5, 9), lines_max=1, face=_QUIET)


def _seat(sheet: Sheet, facts: TicketFacts) -> None:
    """Section, row and seat, whole, as large as they fit: a dark hall needs large letters."""
    left, top, width = LEFT + 13, TOP + HEIGHT - 33, WIDTH - STUB - 20
    fields = [("Section", facts.section), ("Row", facts.row), ("Seat", facts.seat)]
    shown = [(label, value) for label, value in fields if value]
    x = left
    for (label, value), share in zip(shown, _shares(sheet.letters, [value for _, value in shown], width), strict=True):
        sheet.letters.write(x, top, label.upper(), 7.5, _LABEL, spacing=0.8)
        fitted = sheet.letters.fit(value, share - SEAT_GAP, SEAT_SIZES, _BLACK, height_max=SEAT_HEIGHT)
        if not fitted.is_whole:
            sheet.shortened.append((label, value))
        # One base line where all fit in a line, whatever the sizes.
        drop = (SEAT_SIZES[0] - fitted.size) * POINT * 0.75 if len(fitted.lines) == 1 else 0
        sheet.letters.write_lines(x, top + 4 + drop, fitted, _BLACK)
        x += share
    line = f"{facts.price_level}  ·  {facts.price}"
    sheet.paragraph(left, TOP + HEIGHT - 11, width, line, label="Price", sizes=(10.5, 9, 8), lines_max=1, face=_QUIET)


def _shares(letters: Letters, values: list[str], width: float) -> list[float]:
    """Return the width of each part of the seat: the usual ones if the values fit at a good size, else by their
    lengths."""
    usual = {0: [], 1: [1.0], 2: [0.6, 0.4], 3: [0.52, 0.24, 0.24]}[len(values)]
    wanted = [letters.width(value, SEAT_SIZES[2], _BLACK) + SEAT_GAP for value in values]
    if all(width_wanted <= share * width for width_wanted, share in zip(wanted, usual, strict=True)):
        return [share * width for share in usual]
    narrowest = width / 6
    bounded = [min(max(width_wanted, narrowest), width) for width_wanted in wanted]
    return [width * bounded_width / sum(bounded) for bounded_width in bounded]


def _code(sheet: Sheet, facts: TicketFacts) -> None:
    page = sheet.page
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
    for label, code, name in (
        ("Ticket", facts.ticket_code, facts.ticket),
        ("Booking", facts.booking_code, facts.booking),
    ):
        if code:
            sheet.letters.write(left - 2, below, label.upper(), 6, _LABEL, spacing=0.6)
            sheet.letters.write(left - 2, below + 2.4, code, 10.5, _BOLD)
            sheet.letters.write(left - 2, below + 6.6, name, 5.5, _QUIET)
            below += 10.4
    if facts.holder:
        sheet.letters.write(left - 2, below, "NAME", 6, _LABEL, spacing=0.6)
        sheet.paragraph(
            left - 2, below + 2.6, QR_SIZE + 4, facts.holder, label="Name", sizes=(8.5, 7, 6), lines_max=1, face=_PLAIN
        )


_ADVICE = (
    "This code admits one person, once. Keep it to yourself: the first person who shows it gets in.",
    "Print this page and fold it along the card's edge, or show it on a screen at full brightness.",
)
_LATIN = "Some characters cannot be printed with the fonts at hand; they are written in Latin letters."


def _below(sheet: Sheet, facts: TicketFacts) -> None:
    y = TOP + HEIGHT + 6.0
    if facts.logo is not None:
        right = LEFT + WIDTH - LOGO_WIDTH
        logo = BytesIO(facts.logo)
        sheet.page.image(logo, x=right, y=y, w=LOGO_WIDTH, h=LOGO_HEIGHT, keep_aspect_ratio=True)
    if facts.seller is not None:
        y = sheet.letters.write_lines(LEFT, y, sheet.letters.fit(facts.seller, SELLER_WIDTH, (9, 7), _PLAIN), _PLAIN)
    for line in (*_ADVICE, *((_LATIN,) if sheet.has_missing else ())):
        sheet.letters.write(LEFT, y, line, 9, _QUIET)
        y += 5
    y += 3
    for label, text in sheet.shortened:
        fitted = sheet.letters.fit(f"{label}: {text}", WIDTH, (9, 7), _PLAIN)
        y = sheet.letters.write_lines(LEFT, y, fitted, _PLAIN) + 1
