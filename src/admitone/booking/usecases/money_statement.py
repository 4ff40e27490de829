"""State what an organization sold, took and gave back, by event or by month; list the ledger entries behind it."""

from datetime import UTC, date, datetime

from admitone.booking.domain.money_statement import By, CurrencyStatement, Settlement, statements
from admitone.booking.domain.refusals import ExportTooLarge
from admitone.booking.store.organizer_bookings import sum_discounts
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.refusal import InvalidParameter
from admitone.payments.contracts import LedgerPage, MoneyRange

YEARS_MAX = 10
PDF_ROWS_MAX = 500
"""Rows of one PDF: some 25 pages, drawn in about 3 s."""


def money_range(*, organization_id: str, event_id: str | None, since: date, until: date) -> MoneyRange:
    """Return the days from `since` to `until`, both included, in UTC. Raises `InvalidParameter`."""
    if until < since:
        raise InvalidParameter("until", "The last day is before the first.")
    if (until - since).days > YEARS_MAX * 366:
        raise InvalidParameter("since", f"A statement covers at most {YEARS_MAX} years.")
    first = datetime(since.year, since.month, since.day, tzinfo=UTC)
    end = datetime.fromordinal(until.toordinal() + 1).replace(tzinfo=UTC)
    return MoneyRange(organization_id, first, end, event_id)


async def read_statements(deps: OrganizerDeps, covered: MoneyRange, *, by: By) -> list[CurrencyStatement]:
    """Return a statement for each currency."""
    rows = await deps.read_money(covered)
    async with deps.booking.pool.connection() as conn:
        found = await sum_discounts(conn, covered)
    discounts = {(row["event_id"], row["month"], row["currency"]): int(row["discount"]) for row in found}
    return statements(rows, discounts, by=by)


async def read_settlement(
    deps: OrganizerDeps, covered: MoneyRange, *, since: date, until: date, by: By, rows_max: int | None = None
) -> Settlement:
    """Return the statements with the names of the organization and of the events. Raises `ExportTooLarge`."""
    found = await read_statements(deps, covered, by=by)
    names: dict[str, str] = {}
    if by == "event":
        shown = sorted({name for statement in found for name in statement.rows})
        names = await deps.read_event_names(covered.organization_id, shown)
    organization = await deps.read_organization_name(covered.organization_id)
    settlement = Settlement(organization or covered.organization_id, since, until, by, found, names)
    if rows_max is not None and settlement.row_count > rows_max:
        raise ExportTooLarge(
            f"This document would have {settlement.row_count} rows; it can have {rows_max}. Choose a shorter period, a "
            "row for each month, or a table.",
            rows=settlement.row_count,
            rows_max=rows_max,
        )
    return settlement


async def list_entries(
    deps: OrganizerDeps, covered: MoneyRange, *, figure: str | None, page: int, size: int
) -> LedgerPage:
    """Return the ledger entries that make a figure; None: all of them."""
    return await deps.list_ledger(covered, figure, page, size)
