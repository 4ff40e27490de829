"""State what an organization sold, took and gave back, by event or by month; list the ledger entries behind it."""

from datetime import UTC, date, datetime

from admitone.booking.domain.money_statement import By, CurrencyStatement, statements
from admitone.booking.store.organizer_bookings import sum_discounts
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.refusal import InvalidParameter
from admitone.payments.contracts import LedgerPage, MoneyRange

YEARS_MAX = 10


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


async def list_entries(
    deps: OrganizerDeps, covered: MoneyRange, *, figure: str | None, page: int, size: int
) -> LedgerPage:
    """Return the ledger entries that make a figure; None: all of them."""
    return await deps.list_ledger(covered, figure, page, size)
