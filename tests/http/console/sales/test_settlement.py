"""The settlement as page, CSV, workbook and PDF says the same of random sales, refunds and disputes, and each figure
opens into ledger entries that add up to it."""

import csv
import io
import re
from calendar import monthrange
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest

from admitone.booking.drawing.settlement_pages import amount_text
from admitone.booking.routes.files import PDF, XLSX
from admitone.kit.money import Money, decimal_text
from admitone.kit.postgres import Pool
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, text_of
from tests.http.console.sales.random_ledger import RandomLedger
from tests.workbooks import sheets_of

PERIOD = {"since": "2026-01-01", "until": "2026-12-31"}
LEDGER_FIGURES = ("prices", "fees", "captured", "outstanding", "refunded", "disputed", "processor_fees")
OPENED = (*LEDGER_FIGURES, "received")
FIGURES = ("list_price", "discount", *LEDGER_FIGURES[:-1], "received", "processor_fees")


async def read(organizer: Organizer, media_type: str, by: str) -> Any:
    answer = await organizer.http.get("/organizer/money", params={**PERIOD, "by": by}, headers={"Accept": media_type})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type), answer.text
    return answer.json() if media_type == "application/json" else answer.content


def rows_of(document: Any, by: str) -> dict[tuple[str, str], dict[str, int]]:
    """Return (event id or month, currency) → figures."""
    return {
        (row[f"{by}_id" if by == "event" else by], statement["currency"]): {name: row[name] for name in FIGURES}
        for statement in document["statements"]
        for row in statement["rows"]
    }


@pytest.mark.parametrize("seed", [1, 2])
async def test_page_table_workbook_and_pdf_equal_the_ledger(
    owner: Browser, organizer: Organizer, console_pool: Pool, seed: int
) -> None:
    shows = [await organizer.show(standing=5, name=name) for name in ("=1+1 Leær", "日本語の公演")]
    names = {show.id: show.name for show in shows}
    organization = (await organizer.http.get("/organizer/me")).json()["organization"]
    random_ledger = RandomLedger(seed, organization["id"], tuple(names))
    await random_ledger.store(console_pool)

    for by in ("event", "month"):
        document = await read(organizer, "application/json", by)
        rows = rows_of(document, by)
        table = list(csv.reader(io.StringIO((await read(organizer, "text/csv", by)).decode())))
        [sheet] = sheets_of(await read(organizer, XLSX, by))
        pdf = text_of_pdf(await read(organizer, PDF, by))
        page = text_of(await owner.get(f"/console/money?since={PERIOD['since']}&until={PERIOD['until']}&by={by}"))

        assert rows == expected_rows(random_ledger, by)
        assert any(row["discount"] for row in rows.values())
        assert table[1:] == [
            [name, currency, *(decimal_text(Money(amount, currency)) for amount in row.values())]
            for (name, currency), row in sorted(rows.items(), key=lambda item: (item[0][1], item[0][0]))
        ]
        assert [[str(cell) for cell in line if cell not in names.values()][:2] for line in sheet[1:]] == [
            line[:2] for line in table[1:]
        ]
        assert [line[-len(FIGURES) :] for line in sheet[1:]] == [
            [Decimal(cell) for cell in line[2:]] for line in table[1:]
        ]
        has_fees = {currency for (_, currency), row in totals_of(document) if row["processor_fees"]}
        for (_, currency), row in [*rows.items(), *totals_of(document)]:
            shown = [amount for name, amount in row.items() if name != "processor_fees" or currency in has_fees]
            line = " ".join(amount_text(amount, currency) for amount in shown)
            assert line in pdf, (line, pdf)
        assert organization["name"] in pdf
        assert "2026-01-01 to 2026-12-31 (UTC)" in pdf
        assert re.search(r"Page 1 of [12]\b", pdf)
        for (_, currency), row in rows.items():
            if currency == "EUR":
                assert " ".join(f"€{amount_text(amount, currency)}" for amount in row.values()) in page.replace(
                    "-€", "€-"
                )
        await check_entries(organizer, rows, by)


def expected_rows(random_ledger: RandomLedger, by: str) -> dict[tuple[str, str], dict[str, int]]:
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for (event_id, month, currency, figure), amount in random_ledger.expected.items():
        row = rows.setdefault((event_id if by == "event" else month, currency), dict.fromkeys(FIGURES, 0))
        row[figure] += amount
    for row in rows.values():
        row["list_price"] = row["prices"] + row["discount"]
        row["received"] = row["captured"] - row["refunded"] - row["disputed"]
    return rows


def totals_of(document: Any) -> list[tuple[tuple[str, str], dict[str, int]]]:
    return [
        (("", statement["currency"]), {name: statement["total"][name] for name in FIGURES})
        for statement in document["statements"]
    ]


async def check_entries(organizer: Organizer, rows: dict[tuple[str, str], dict[str, int]], by: str) -> None:
    """Open each figure, and add its entries up."""
    for name in {name for name, _ in rows}:
        asked = {**PERIOD, "event_id": name} if by == "event" else month_of(name)
        for figure in OPENED:
            found = await organizer.http.get(
                "/organizer/money/entries", params={**asked, "figure": figure, "size": "100"}
            )
            document = found.json()
            assert document["page"]["total_pages"] <= 1
            for currency in {currency for _, currency in rows}:
                added = sum(
                    entry["amount"]["amount"]
                    for entry in document["entries"]
                    if entry["amount"]["currency"] == currency
                )
                sums = {part["currency"]: part["amount"] for part in document["sums"]}
                assert added == sums.get(currency, 0) == rows.get((name, currency), {}).get(figure, 0), (name, figure)


def month_of(month: str) -> dict[str, str]:
    year, number = int(month[:4]), int(month[5:])
    return {"since": f"{month}-01", "until": f"{month}-{monthrange(year, number)[1]}"}


def text_of_pdf(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


async def test_a_pdf_that_would_be_too_long_names_its_limit(
    organizer: Organizer, monkeypatch: pytest.MonkeyPatch, console_pool: Pool
) -> None:
    monkeypatch.setattr("admitone.booking.routes.money.PDF_ROWS_MAX", 1)
    show = await organizer.show(standing=5)
    organization = (await organizer.http.get("/organizer/me")).json()["organization"]
    await RandomLedger(9, organization["id"], (show.id,)).store(console_pool)

    refused = await organizer.http.get("/organizer/money", params=PERIOD, headers={"Accept": PDF})

    assert (refused.status_code, refused.json()["code"], refused.json()["rows_max"]) == (422, "export-too-large", 1)
