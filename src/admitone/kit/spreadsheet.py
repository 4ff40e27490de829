"""CSV (RFC 4180) that a spreadsheet opens without running anything in it."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime

from admitone.kit.money import Money, decimal_text

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Without it, Excel reads UTF-8 as the machine's old code page: "MÃ¼ller"."""

_FORMULA = re.compile(r"^(?=[=+\-@\t\r\n＝＋－＠])")
_HIDDEN_FORMULA = re.compile(r"([;,\t\r\n|][\s\"]*)(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet whose separator is a semicolon begins a cell of its own."""


def safe_cell(text: str) -> str:
    """Return the text; one that a spreadsheet would run as a formula begins with an apostrophe."""
    return _HIDDEN_FORMULA.sub(r"\1'", _FORMULA.sub("'", text))


def csv_text(cell: str | int | Money | datetime | None) -> str:
    """Return a cell as CSV has it: amounts as decimals, moments by ISO 8601, texts safe."""
    match cell:
        case None:
            return ""
        case Money():
            return decimal_text(cell)
        case datetime():
            return cell.isoformat()
        case int():
            return str(cell)
    return safe_cell(cell)


def csv_line(cells: Sequence[str]) -> bytes:
    """Return a line as it is: `safe_cell` comes first for what people wrote."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
