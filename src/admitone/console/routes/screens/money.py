"""Money: statements by event or month, each figure opening into its ledger entries; as a file too."""

from calendar import monthrange
from datetime import date
from typing import Any

from litestar import Response

from admitone.console.domain.navigation import Area
from admitone.console.domain.sales_words import FIGURES
from admitone.console.routes.downloads import download
from admitone.console.routes.visit import OpenVisit, Visit, screen
from admitone.console.usecases.api import ApiRefused
from admitone.console.usecases.read_events import read_events
from admitone.organizers.contracts import Permission

# Discounts never were money: the ledger has no entries of them.
OPENED = ("prices", "fees", "captured", "outstanding", "refunded", "disputed", "received", "processor_fees")
_READ = ("by", "since", "until")


@screen("/console/money", needs=Permission.SEE_MONEY, area=Area.MONEY, entry=True, reads=_READ)
async def show_money(visit: OpenVisit) -> Response[bytes]:
    asked = _period(visit)
    by = "month" if visit.query.get("by") == "month" else "event"
    found: dict[str, Any] = {"statements": []}
    if not visit.form.faults:
        try:
            found = await visit.api.get("/organizer/money", **asked, by=by)
        except ApiRefused as refused:
            visit.form.faults[_field_of(refused)] = refused.problem.detail
    rows = [row for statement in found["statements"] for row in statement["rows"]]
    is_fee_known = any(statement["total"]["processor_fees"] for statement in found["statements"])
    return await visit.render(
        "money.html",
        status=422 if visit.form.faults else 200,
        asked=asked,
        by=by,
        statements=found["statements"],
        events=await read_events(visit.api, [row["event_id"] for row in rows] if by == "event" else []),
        months={row["month"]: _month(row["month"], asked) for row in rows} if by == "month" else {},
        figures={name: label for name, label in FIGURES.items() if name != "processor_fees" or is_fee_known},
        opened=OPENED,
    )


@screen("/console/money.csv", needs=Permission.SEE_MONEY, area=Area.MONEY, reads=_READ)
async def download_money(visit: OpenVisit) -> Response[bytes]:
    return await _download(visit, "csv")


@screen("/console/money.xlsx", needs=Permission.SEE_MONEY, area=Area.MONEY, reads=_READ)
async def download_money_workbook(visit: OpenVisit) -> Response[bytes]:
    return await _download(visit, "xlsx")


@screen("/console/money.pdf", needs=Permission.SEE_MONEY, area=Area.MONEY, reads=_READ)
async def download_settlement(visit: OpenVisit) -> Response[bytes]:
    return await _download(visit, "pdf")


@screen(
    "/console/money/entries",
    needs=Permission.SEE_MONEY,
    area=Area.MONEY,
    reads=("figure", "event_id", "since", "until", "page"),
)
async def show_money_entries(visit: OpenVisit) -> Response[bytes]:
    asked = {
        **_period(visit),
        **{name: value for name in ("figure", "event_id") if (value := visit.query.get(name, ""))},
    }
    found = await visit.api.get("/organizer/money/entries", **asked, page=visit.page)
    return await visit.render(
        "money_entries.html",
        asked=asked,
        found=found,
        events=await read_events(visit.api, [entry["event_id"] for entry in found["entries"]]),
        figures=FIGURES,
    )


async def _download(visit: OpenVisit, ending: str) -> Response[bytes]:
    by = "month" if visit.query.get("by") == "month" else "event"
    return await download(visit, "/organizer/money", ending, **_period(visit), by=by)


def _period(visit: Visit) -> dict[str, str]:
    """Return the days that the query names; by default the last twelve months. A fault is recorded in the form."""
    today = visit.deps.now().date()
    first = date(today.year - 1, today.month % 12 + 1, 1) if today.month < 12 else date(today.year, 1, 1)
    period = {}
    for name, usual in (("since", first), ("until", today)):
        text = visit.query.get(name, "").strip()
        try:
            period[name] = (date.fromisoformat(text) if text else usual).isoformat()
        except ValueError:
            visit.form.faults[name] = "Write the day as 2026-10-31."
            period[name] = usual.isoformat()
    return period


def _month(month: str, asked: dict[str, str]) -> dict[str, str]:
    """Return the days of a month that lie in the period."""
    year, number = int(month[:4]), int(month[5:])
    last = date(year, number, monthrange(year, number)[1]).isoformat()
    return {"since": max(f"{month}-01", asked["since"]), "until": min(last, asked["until"])}


def _field_of(refused: ApiRefused) -> str:
    parameter = refused.problem.members.get("parameter")
    if parameter not in ("since", "until"):
        raise refused
    return str(parameter)
