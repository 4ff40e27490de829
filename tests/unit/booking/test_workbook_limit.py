"""A workbook of bookings or tickets has a limit; CSV has none."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest

from admitone.booking.contracts import Booking
from admitone.booking.domain.refusals import ExportTooLarge
from admitone.booking.usecases.list_bookings import WORKBOOK_ROWS_MAX, BookingsFound, check_workbook


async def none() -> AsyncIterator[Booking]:
    return
    yield


@pytest.mark.parametrize("rows", ["bookings", "tickets"])
def test_a_workbook_of_too_many_rows_is_refused(rows: Literal["bookings", "tickets"]) -> None:
    most = WORKBOOK_ROWS_MAX[rows]

    def found(number: int) -> BookingsFound:
        return BookingsFound((), number if rows == "bookings" else 1, none(), number if rows == "tickets" else 4)

    check_workbook(found(most), rows)

    with pytest.raises(ExportTooLarge, match=f"at most, and {most + 1} are found") as refused:
        check_workbook(found(most + 1), rows)
    assert refused.value.members == {"rows": most + 1, "rows_max": most}
