"""A table as a workbook (XLSX), written row by row in constant memory; no spreadsheet runs anything in it.

Every text is a text cell, whatever it begins with: no formula, link or number is guessed. Amounts are numbers with the
decimals of their currency, moments are dates in UTC.
"""

import tempfile
from collections.abc import AsyncIterable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from admitone.kit.money import Money, currency_exponent, decimal_text
from admitone.kit.off_loop import reserve_off_loop

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS_MAX = 1_048_576
"""Of the file format; further rows go to another sheet."""
TEXT_CHARACTERS_MAX = 32_767
BATCH = 500
"""Rows that are written without a break: some 0.1 s."""

Cell = str | int | Money | datetime | None
"""None: an empty cell."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
    "remove_timezone": True,
}


async def build_workbook(*, title: str, columns: Sequence[str], rows: AsyncIterable[Sequence[Cell]]) -> bytes:
    """Return the file. A thread writes the rows in batches; the caller limits their number.

    Raises `Busy` before the first row; a workbook that is begun is finished.
    """
    with reserve_off_loop() as thread, tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        path = Path(folder) / "table.xlsx"
        book = await thread.run(Workbook, path, title=title, columns=columns)
        batch: list[Sequence[Cell]] = []
        async for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                await thread.run(book.write, batch)
                batch = []
        await thread.run(book.write, batch)
        await thread.run(book.close)
        return await thread.run(path.read_bytes)


class Workbook:
    """One table in the file `path`; beside it, temporary files until `close`. Call it in a thread: it blocks."""

    def __init__(self, path: Path, *, title: str, columns: Sequence[str], sheet_rows_max: int = SHEET_ROWS_MAX) -> None:
        import xlsxwriter  # type: ignore[import-untyped]  # few requests need it: not loaded at the start of each role

        self._book = xlsxwriter.Workbook(path, _OPTIONS | {"tmpdir": str(path.parent)})
        self._book.set_properties({"title": title, "comments": "Made by AdmitOne. Times are UTC."})
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._amounts: dict[int, object] = {}
        self._columns = columns
        self._sheet_rows_max = sheet_rows_max
        self._open_sheet()

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            if self._row == self._sheet_rows_max:
                self._open_sheet()
            for column, cell in enumerate(row):
                self._write(column, cell)
            self._row += 1

    def close(self) -> None:
        """Write the file. Without it, there is none."""
        self._book.close()

    def _open_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._columns):
            self._sheet.set_column(column, column, max(12, len(name) + 2))
            self._sheet.write_string(0, column, name, self._head)
        self._row = 1

    def _write(self, column: int, cell: Cell) -> None:
        sheet, row = self._sheet, self._row
        match cell:
            case None | "":
                return
            case Money():
                sheet.write_number(row, column, Decimal(decimal_text(cell)), self._amount(cell.currency))
            case datetime():
                sheet.write_datetime(row, column, cell.astimezone(UTC))
            case int():
                sheet.write_number(row, column, cell)
            case str():
                sheet.write_string(row, column, cell[:TEXT_CHARACTERS_MAX])

    def _amount(self, currency: str) -> object:
        """Return the format of amounts with the decimals of a currency."""
        exponent = currency_exponent(currency)
        if exponent not in self._amounts:
            decimals = "." + "0" * exponent if exponent else ""
            self._amounts[exponent] = self._book.add_format({"num_format": f"#,##0{decimals}"})
        return self._amounts[exponent]
