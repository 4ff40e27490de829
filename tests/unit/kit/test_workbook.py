"""A workbook keeps texts as they are, numbers exact, and goes on to another sheet where one is full."""

import warnings
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from admitone.kit.money import Money
from admitone.kit.workbook import Workbook, build_workbook
from tests.workbooks import sheets_of


async def test_texts_that_look_like_formulas_numbers_and_links_stay_texts() -> None:
    texts = ["=1+1", "{=1+1}", "0012", "https://example.org", "+49 30", "@x", "a\x0bb", "Żółć 東京"]

    async def rows() -> object:
        yield texts

    [sheet] = sheets_of(await build_workbook(title="t", columns=["a"] * len(texts), rows=rows()))  # type: ignore[arg-type]

    assert sheet[1] == [*texts[:6], "a_x000B_b", texts[7]]


def test_amounts_are_exact_in_every_currency(tmp_path: Path) -> None:
    book = Workbook(tmp_path / "a.xlsx", title="t", columns=["a"] * 5)
    moment = datetime(2026, 10, 31, 12, tzinfo=UTC)
    book.write([[Money(1, "EUR"), Money(-123_456_789_012, "EUR"), Money(5, "JPY"), Money(1_001, "KWD"), moment]])
    book.close()

    [sheet] = sheets_of((tmp_path / "a.xlsx").read_bytes())

    assert sheet[1] == [
        *(Decimal("0.01"), Decimal("-1234567890.12"), Decimal(5), Decimal("1.001")),
        Decimal("46326.5"),  # days since 1899-12-30
    ]


def test_a_full_sheet_is_followed_by_another(tmp_path: Path) -> None:
    book = Workbook(tmp_path / "a.xlsx", title="t", columns=["n"], sheet_rows_max=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book.write([[number] for number in range(5)])
    book.close()

    sheets = sheets_of((tmp_path / "a.xlsx").read_bytes())

    assert sheets == [[["n"], [0], [1]], [["n"], [2], [3]], [["n"], [4]]]
