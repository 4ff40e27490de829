"""The contract of corrections: a buyer moves a booking to another address."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct


class CorrectionView(Struct, frozen=True):
    """`state`: asked, made, stopped, replaced or lapsed. `new_email` None: it has ended."""

    state: str
    new_email: str | None


AskForCorrection = Callable[[str, str, str, str | None], Awaitable[datetime]]
"""(booking_id, booking_token, new address, address block of the client) → when it lapses. Raises `BookingNotFound`,
`BookingLinkReplaced`, `CorrectionNotPossible`, `TooManyCorrections`."""

ReadCorrection = Callable[[str, str, str], Awaitable[CorrectionView]]
"""(correction id, code of a link, `confirm` or `stop`) → the correction. Raises `CorrectionNotFound`."""

ConfirmCorrection = Callable[[str, str], Awaitable[tuple[str, str]]]
"""(correction id, code) → (booking id, booking token of the new links). Raises `CorrectionNotFound`, `CorrectionOver`,
`CorrectionNotPossible`."""

StopCorrection = Callable[[str, str], Awaitable[None]]
"""(correction id, code). Raises `CorrectionNotFound`, `CorrectionOver`."""
