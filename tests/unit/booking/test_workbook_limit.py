"""A workbook of bookings has a limit; CSV has none."""

from collections.abc import AsyncIterator

import pytest

from admitone.booking.contracts import Booking
from admitone.booking.domain.refusals import ExportTooLarge
from admitone.booking.usecases.list_bookings import WORKBOOK_BOOKINGS_MAX, BookingsFound, check_workbook


async def none() -> AsyncIterator[Booking]:
    return
    yield


def test_a_workbook_of_too_many_bookings_is_refused() -> None:
    check_workbook(BookingsFound((), WORKBOOK_BOOKINGS_MAX, none()))

    with pytest.raises(ExportTooLarge) as refused:
        check_workbook(BookingsFound((), WORKBOOK_BOOKINGS_MAX + 1, none()))
    assert refused.value.members == {"rows": WORKBOOK_BOOKINGS_MAX + 1, "rows_max": WORKBOOK_BOOKINGS_MAX}
