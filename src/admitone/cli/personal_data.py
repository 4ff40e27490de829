"""Implement `admitone person export` and `erase`; `person_group` parses their arguments."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from admitone.booking.usecases import personal_data as booking
from admitone.embedded.startup_error import StartupError
from admitone.kit.redis import open_redis
from admitone.kit.text import clean_name, email_fault
from admitone.mail.usecases import personal_data as mail
from admitone.payments.usecases import personal_data as payments
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import Wiring, open_wiring
from admitone.tickets.usecases import personal_data as tickets

Answer = TypeVar("Answer")


def export(email: str) -> bytes:
    """Return a JSON document with what all slices store of the address. Raises `StartupError`."""
    address = _address(email)
    found = _run(lambda wiring: _collect(wiring, address))
    document = {"address": address, "exported_at": datetime.now(UTC), **found}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def write_private(path: Path, document: bytes) -> None:
    """Write a new file that only this user can read. Raises `StartupError` if it cannot be created."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(document)
    except OSError as error:
        raise StartupError(f"{path} cannot be written: {error.strerror}.") from error


def check_erasable(email: str, *, also_upcoming: bool) -> None:
    """Raise `StartupError` if bookings are held or being paid, or (without `also_upcoming`) have a show to come."""
    address = _address(email)
    _run(lambda wiring: _check(wiring, address, also_upcoming=also_upcoming))


class Erased(Struct, frozen=True):
    """`rows`: (slice, changed rows by table). `is_whole`: nothing has the address any more."""

    rows: list[tuple[str, dict[str, int]]]
    is_whole: bool


def erase(email: str, *, also_upcoming: bool) -> Erased:
    """Erase the address in one transaction a slice. Raises `StartupError` as `check_erasable`."""
    address = _address(email)

    async def erase_all(wiring: Wiring) -> Erased:
        pool, keys = wiring.pool, wiring.mail.keys
        found = await _check(wiring, address, also_upcoming=also_upcoming)
        booking_ids = [row["id"] for row in found["booking"]["bookings"]]
        transfer_ids = [row["id"] for row in found["tickets"]["transfers"]]
        # A repeated run finds mails by bookings and transfers: these lose the address after the mails.
        rows = [
            (
                "mail",
                await mail.erase_person(
                    pool, keys, address=address, booking_ids=booking_ids, transfer_ids=transfer_ids
                ),
            ),
            ("tickets", await tickets.erase_person(pool, address=address)),
            ("payments", await payments.erase_person(pool, address=address)),
            ("booking", await booking.erase_person(pool, wiring.defer, address=address)),
        ]
        left = await _collect(wiring, address)
        return Erased(rows, is_whole=not any(value for found in left.values() for value in found.values()))

    return _run(erase_all)


async def _collect(wiring: Wiring, address: str) -> dict[str, dict[str, Any]]:
    booked = await booking.export_person(wiring.pool, address=address)
    ids = [row["id"] for row in booked["bookings"]]
    return {
        "booking": booked,
        "tickets": await tickets.export_person(wiring.pool, address=address, booking_ids=ids),
        "payments": await payments.export_person(wiring.pool, address=address),
        "mail": await mail.export_person(wiring.pool, wiring.mail.keys, address=address, booking_ids=ids),
    }


async def _check(wiring: Wiring, address: str, *, also_upcoming: bool) -> dict[str, dict[str, Any]]:
    """Return what is stored of the address."""
    found = await _collect(wiring, address)
    booking_ids = [row["booking_id"] for row in found["tickets"]["transfers"]]
    unfinished = await booking.list_unfinished_bookings(
        wiring.pool, address=address, booking_ids=booking_ids, now=datetime.now(UTC)
    )
    if held := [row.id for row in unfinished if row.is_held]:
        raise StartupError(f"Bookings are held or being paid: {', '.join(held)}. Repeat the command when they ended.")
    if unfinished and not also_upcoming:
        listed = ", ".join(f"{row.id} ({_start(row.starts_at)})" for row in unfinished)
        raise StartupError(f"Shows of these bookings are still to come: {listed}. To erase anyway: --also-upcoming.")
    return found


def _start(at: datetime | None) -> str:
    return "no date yet" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _address(email: str) -> str:
    address = clean_name(email)
    if (fault := email_fault(address)) is not None:
        raise StartupError(fault)
    return address


def _run(call: Callable[[Wiring], Awaitable[Answer]]) -> Answer:
    settings = Settings.from_environment()

    async def run() -> Answer:
        async with open_redis(settings.redis_url) as redis, open_wiring(settings, redis) as wiring:
            return await call(wiring)

    return asyncio.run(run())
