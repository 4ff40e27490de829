"""Read a workbook (XLSX) as a spreadsheet does: texts, numbers, and whether there are formulas."""

import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

Read = str | Decimal


def sheets_of(content: bytes) -> list[list[list[Read]]]:
    """Return the cells of each sheet by row; empty cells are missing. Fails on a formula."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        return [_rows(archive.read(name)) for name in names]


def _rows(sheet: bytes) -> list[list[Read]]:
    assert b"<f>" not in sheet
    return [[_value(cell) for cell in row] for row in ElementTree.fromstring(sheet).iter(f"{_MAIN}row")]


def _value(cell: ElementTree.Element) -> Read:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
    value = cell.find(f"{_MAIN}v")
    assert value is not None
    assert value.text is not None
    return Decimal(value.text)
