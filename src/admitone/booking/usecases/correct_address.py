"""Correct the address of a booking by its buyer: ask, confirm from the new address, or stop from the old one.

Each change locks the booking's row. So of two corrections, a stop, a refund and a dispute at once one comes first, and
the others see what it did. A transfer that is accepted meanwhile is not affected: its tickets are the friend's, and the
booking with the rest has the new address.
"""

from datetime import datetime

from admitone.booking.contracts import Booking
from admitone.booking.contracts.corrections import CorrectionView
from admitone.booking.contracts.resale import PersonNotice
from admitone.booking.domain.correction_refusals import (
    CorrectionNotFound,
    CorrectionNotPossible,
    CorrectionOver,
    TooManyCorrections,
)
from admitone.booking.domain.origin import stored_key
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.domain.token import booking_token, check_link_version, is_booking_token
from admitone.booking.store import address_corrections as store
from admitone.booking.store.address_corrections import Correction
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.refunds import BOUGHT
from admitone.kit.postgres import Connection
from admitone.kit.text import masked_address

CORRECTIONS_OF_BOOKING_MAX = 3
"""In a day."""
CORRECTIONS_OF_BLOCK_MAX = 10
"""In a day, by the client's address block."""
HOURS = 24
"""Until a correction that no person confirms lapses."""
_CODE_CHARACTERS_MAX = 200


async def ask_for_correction(
    deps: Deps, *, booking_id: str, booking_token: str, email: str, block: str | None
) -> datetime:
    """Send a link to the new address that confirms it, and one to the old address that stops it. Return when it lapses.

    `block`: the client's address block. Raises `BookingNotFound`, `BookingLinkReplaced`, `CorrectionNotPossible`,
    `TooManyCorrections`.
    """
    if not is_booking_token(deps.token_keys, booking_id, booking_token):
        raise BookingNotFound
    async with deps.pool.connection() as conn, conn.transaction():
        booking = await _lock(conn, booking_id)
        check_link_version(booking, booking_token)
        correction = Correction(deps.new_id("cor"), booking_id, email, "asked")
        expires_at = await store.insert_correction(
            conn,
            correction,
            block_key=stored_key(deps.token_keys, "block", block),
            booking_max=CORRECTIONS_OF_BOOKING_MAX,
            block_max=CORRECTIONS_OF_BLOCK_MAX,
            hours=HOURS,
        )
        if expires_at is None:
            raise TooManyCorrections
        facts = {"event_id": booking.event_id, "correction_id": correction.id, "new": masked_address(email)}
        confirm, stop = (_code(deps, purpose, correction.id) for purpose in ("confirm", "stop"))
        await deps.announce(conn, PersonNotice.ADDRESS_ASKED, correction.id, {**facts, "email": email, "code": confirm})
        if booking.buyer_email is not None:
            told = {**facts, "email": booking.buyer_email, "code": stop}
            await deps.announce(conn, PersonNotice.ADDRESS_TOLD, correction.id, told)
    return expires_at


async def read_correction(deps: Deps, *, correction_id: str, code: str, purpose: str) -> CorrectionView:
    """Return a correction for the page of its link. `purpose`: `confirm` or `stop`. Raises `CorrectionNotFound`."""
    correction = await _find(deps, correction_id, code, purpose)
    return CorrectionView(correction.state, correction.new_email)


async def confirm_correction(deps: Deps, *, correction_id: str, code: str) -> tuple[str, str]:
    """Change the address and end all links from before. Return (booking id, booking token of the new links).

    Raises `CorrectionNotFound`, `CorrectionOver`, `CorrectionNotPossible`.
    """
    found = await _find(deps, correction_id, code, "confirm")
    async with deps.pool.connection() as conn, conn.transaction():
        before = await _lock(conn, found.booking_id)
        email = _open_address(await store.read_correction(conn, correction_id))
        await store.end_correction(conn, found.booking_id, "made")
        after = await store.correct_address(conn, found.booking_id, email)
        facts = {
            "event_id": after.event_id,
            "correction_id": correction_id,
            "booking_id": after.id,
            "link_version": after.link_version,
            "new": masked_address(email),
        }
        await deps.announce(conn, PersonNotice.ADDRESS_CORRECTED, correction_id, {**facts, "email": email})
        if before.buyer_email is not None:
            left = {**facts, "email": before.buyer_email}
            await deps.announce(conn, PersonNotice.ADDRESS_LEFT, correction_id, left)
    return after.id, booking_token(deps.token_keys, after.id, after.link_version)


async def stop_correction(deps: Deps, *, correction_id: str, code: str) -> None:
    """End a correction before it is confirmed; stopped before, it stays so. Raises `CorrectionNotFound`,
    `CorrectionOver` where it was made."""
    found = await _find(deps, correction_id, code, "stop")
    async with deps.pool.connection() as conn, conn.transaction():
        await store.lock_corrected_booking(conn, found.booking_id)
        now = await store.read_correction(conn, correction_id)
        if now is not None and now.state == "made":
            raise CorrectionOver(now.state)
        if now is not None and now.state == "asked":
            await store.end_correction(conn, found.booking_id, "stopped")


async def lapse_corrections(deps: Deps) -> None:
    """Erase the addresses of corrections that no person confirmed in time."""
    async with deps.pool.connection() as conn:
        await store.lapse_corrections(conn)


async def _lock(conn: Connection, booking_id: str) -> Booking:
    locked = await store.lock_corrected_booking(conn, booking_id)
    if locked is None:
        raise BookingNotFound
    if locked.booking.status not in BOUGHT or not locked.has_tickets:
        raise CorrectionNotPossible("no-tickets")
    if locked.is_disputed:
        raise CorrectionNotPossible("in-dispute")
    if locked.is_erased:
        raise CorrectionNotPossible("erased")
    return locked.booking


def _open_address(correction: Correction | None) -> str:
    if correction is None:
        raise CorrectionNotFound
    if correction.state != "asked" or correction.new_email is None:
        raise CorrectionOver(correction.state)
    return correction.new_email


async def _find(deps: Deps, correction_id: str, code: str, purpose: str) -> Correction:
    if not deps.token_keys.is_signature(_signed(purpose, correction_id), code[:_CODE_CHARACTERS_MAX]):
        raise CorrectionNotFound
    async with deps.pool.connection() as conn:
        correction = await store.read_correction(conn, correction_id)
    if correction is None:
        raise CorrectionNotFound
    return correction


def _code(deps: Deps, purpose: str, correction_id: str) -> str:
    return deps.token_keys.sign(_signed(purpose, correction_id))


def _signed(purpose: str, correction_id: str) -> str:
    return f"{purpose} correction {correction_id}"
