"""A settlement as PDF: A4 across, a table for each currency, the letters and colours of the printed tickets."""

import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from fpdf import FPDF

from admitone.booking.domain.money_statement import FIGURES, CurrencyStatement, Figures, Settlement, Statement
from admitone.kit.money import Money, decimal_text
from admitone.kit.pdf.letters import POINT, Face, Letters, one_line

INK, GREY, PAPER, LINE, ACCENT = (20, 22, 30), (105, 110, 125), (246, 244, 238), (190, 186, 176), (178, 58, 38)
_PLAIN, _BOLD, _QUIET, _BLACK, _MARK = (
    Face("", INK),
    Face("B", INK),
    Face("", GREY),
    Face("black", INK),
    Face("B", ACCENT),
)
LEFT, RIGHT, TOP, BOTTOM = 15.0, 282.0, 14.0, 192.0
FIGURE_WIDTH, GAP = 21.0, 3.0
SIZES = (8.5, 7.5, 6.5, 5.5, 4.5)
ROW_HEIGHT, LINE_OF_NAME = 6.2, 3.6
LABELS = {
    "list_price": "List price",
    "discount": "Discounts",
    "prices": "Sold",
    "fees": "Fees",
    "captured": "Captured",
    "outstanding": "Outstanding",
    "refunded": "Refunded",
    "disputed": "Disputed",
    "received": "Received",
    "processor_fees": "Processor",
}
RULES = (
    "List price − discounts = sold. Sold + fees = captured + outstanding. Captured − refunded − disputed = received."
)
PROCESSOR = "Processor: the fees that the payment processor says it kept; they are no part of the other figures."
_PAGES = "\ue000" * 3
"""fpdf2 writes the number of pages in its place, in the width of three digits. `one_line` removes these characters (for
private use) from names, so that no name contains it."""


def draw_settlement(settlement: Settlement, *, made_at: datetime) -> bytes:
    """Return the PDF. Amounts are decimals with their currency above them; days and months are those of UTC."""
    page = FPDF(orientation="landscape", unit="mm", format="A4")
    page.set_auto_page_break(False)
    page.alias_nb_pages(_PAGES)
    texts = [one_line(text) for text in (settlement.organization, *settlement.names.values())]
    with tempfile.TemporaryDirectory(prefix="settlement-fonts-") as folder:
        letters = Letters(page, [*texts, RULES, PROCESSOR, "–"], Path(folder))
        page.set_title(f"Settlement {settlement.since} – {settlement.until}")
        page.set_creator("AdmitOne")
        page.set_lang("en")
        _Document(page, letters, settlement, made_at).draw()
        return bytes(page.output())


class _Document:
    """The pages while they are drawn; `y` is where the next row begins."""

    def __init__(self, page: FPDF, letters: Letters, settlement: Settlement, made_at: datetime) -> None:
        self.page = page
        self.letters = letters
        self.settlement = settlement
        self.made_at = made_at
        self.y = TOP

    def draw(self) -> None:
        self._new_page()
        self._head()
        for statement in self.settlement.statements:
            self._currency(statement)
        if not self.settlement.statements:
            self.letters.write(LEFT, self.y + 4, "No money in this period.", 11, _QUIET)

    def _new_page(self) -> None:
        self.page.add_page()
        self.y = TOP
        made = f"{self.made_at:%Y-%m-%d %H:%M} UTC, from the ledger"
        self.letters.write(LEFT, 199, made, 7.5, _QUIET)
        number = f"Page {self.page.page_no()} of "
        self.letters.write(RIGHT - 26, 199, number, 7.5, _QUIET)
        after = RIGHT - 26 + self.letters.width(number, 7.5, _QUIET)
        # The placeholder is no text of a font: it is written without shaping, so that fpdf2 finds it.
        self.letters.write(after, 199, _PAGES, 7.5, _QUIET)

    def _head(self) -> None:
        settlement = self.settlement
        self.letters.write(LEFT, self.y, "ADMIT ONE", 9, _MARK, spacing=1.4)
        self.letters.write(LEFT, self.y + 5, "Settlement", 22, _BLACK)
        fitted = self.letters.fit(self._drawable(settlement.organization), 150, (13, 11, 9), _BOLD, lines_max=2)
        below = self.letters.write_lines(LEFT, self.y + 15.5, fitted, _BOLD)
        rows = "a row for each event" if settlement.by == "event" else "a row for each month"
        period = f"{settlement.since} to {settlement.until} (UTC), {rows}"
        self.letters.write(LEFT, below + 0.5, period, 10, _QUIET)
        self.letters.write(LEFT, below + 6, RULES, 8, _QUIET)
        if any(statement.total.processor_fees for statement in settlement.statements):
            self.letters.write(LEFT, below + 10, PROCESSOR, 8, _QUIET)
        self.y = below + 18

    def _currency(self, statement: CurrencyStatement) -> None:
        shown = tuple(name for name in FIGURES if name != "processor_fees" or statement.total.processor_fees)
        if self.y + 5 * ROW_HEIGHT > BOTTOM:
            self._new_page()
        self._table_head(statement.currency, shown)
        for name, row in statement.rows.items():
            self._row(self.settlement.label(name), row, statement.currency, shown)
        self._total(statement, shown)
        self.y += 8

    def _table_head(self, currency: str, shown: Figures) -> None:
        self.letters.write(LEFT, self.y, currency, 12, _BLACK)
        self.y += 7
        self.page.set_fill_color(*PAPER)
        self.page.rect(LEFT, self.y, RIGHT - LEFT, ROW_HEIGHT, style="F")
        self.letters.write(LEFT + 2, self.y + 1.4, "Event" if self.settlement.by == "event" else "Month", 8, _BOLD)
        for x, name in self._columns(shown):
            self._right(x, self.y + 1.4, LABELS[name], _BOLD, (8, 7, 6))
        self.y += ROW_HEIGHT

    def _row(self, name: str, row: Statement, currency: str, shown: Figures) -> None:
        width = RIGHT - LEFT - len(shown) * FIGURE_WIDTH - 2
        fitted = self.letters.fit(self._drawable(name), width, (9, 8), _PLAIN, lines_max=3)
        height = max(ROW_HEIGHT, fitted.height + 2.4)
        if self.y + height > BOTTOM:
            self._new_page()
            self._table_head(currency, shown)
        self.letters.write_lines(LEFT + 2, self.y + 1.2, fitted, _PLAIN)
        self._figures(self.y + 1.4, row, currency, shown, _PLAIN)
        self.y += height
        self._rule(0.1)

    def _total(self, statement: CurrencyStatement, shown: Figures) -> None:
        if self.y + ROW_HEIGHT > BOTTOM:
            self._new_page()
            self._table_head(statement.currency, shown)
        self._rule(0.4)
        self.letters.write(LEFT + 2, self.y + 1.4, f"Total {statement.currency}", 9, _BOLD)
        self._figures(self.y + 1.6, statement.total, statement.currency, shown, _BOLD)
        self.y += ROW_HEIGHT

    def _figures(self, y: float, row: Statement, currency: str, shown: Figures, face: Face) -> None:
        for x, name in self._columns(shown):
            self._right(x, y, amount_text(row.figures[name], currency), face, SIZES)

    def _columns(self, shown: Figures) -> Iterable[tuple[float, str]]:
        """(right edge, figure)"""
        return ((RIGHT - 2 - FIGURE_WIDTH * (len(shown) - 1 - place), name) for place, name in enumerate(shown))

    def _right(self, x: float, y: float, text: str, face: Face, sizes: tuple[float, ...]) -> None:
        """Write one line that ends at `x`, in the largest size that fits its column."""
        size = next((size for size in sizes if self.letters.width(text, size, face) <= FIGURE_WIDTH - GAP), sizes[-1])
        drop = (sizes[0] - size) * POINT * 0.75
        self.letters.write(x - self.letters.width(text, size, face), y + drop, text, size, face)

    def _rule(self, width: float) -> None:
        self.page.set_draw_color(*LINE)
        self.page.set_line_width(width)
        self.page.line(LEFT, self.y, RIGHT, self.y)

    def _drawable(self, text: str) -> str:
        return self.letters.drawable(one_line(text))


def amount_text(amount: int, currency: str) -> str:
    """`-1234567` EUR → `-12,345.67`."""
    whole, point, cents = decimal_text(Money(amount, currency)).partition(".")
    return f"{int(whole):,}{point}{cents}" if whole not in ("-0", "0") else f"{whole}{point}{cents}"
