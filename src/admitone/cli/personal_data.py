"""Implement `admitone person export` and `erase`; `person_group` parses their arguments."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from admitone.booking.schemas.personal_data import person_document
from admitone.booking.usecases.personal_data import Erasure, PersonData, erase_person, find_person
from admitone.embedded.startup_error import StartupError
from admitone.kit.redis import open_redis
from admitone.kit.text import clean_name, email_fault
from admitone.organizers.usecases.audit_trail import record_command
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import Wiring, open_wiring, utc_now

Answer = TypeVar("Answer")


def export(email: str) -> bytes | None:
    """Return a JSON document with what all slices store of the address; None for nothing. Raises `StartupError`."""
    address = _address(email)

    async def find(wiring: Wiring) -> bytes | None:
        found = await find_person(wiring.personal_data, organization_id=None, address=address)
        if found.is_empty:
            return None
        await _record(wiring, found, "exportPerson")
        return person_document(found, exported_at=utc_now())

    return _run(find)


def write_private(path: Path, document: bytes) -> None:
    """Write a new file that only this user can read. Raises `StartupError` if it cannot be created."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(document)
    except OSError as error:
        raise StartupError(f"{path} cannot be written: {error.strerror}.") from error


def look(email: str) -> PersonData:
    """Return what is stored of the address, and what prevents its erasure. Raises `StartupError`."""
    address = _address(email)
    return _run(lambda wiring: find_person(wiring.personal_data, organization_id=None, address=address))


def erase(email: str, *, also_upcoming: bool) -> Erasure:
    """Erase the address in one transaction a slice. Raises `StartupError`, `PersonNotErasable`."""
    address = _address(email)

    async def erase_all(wiring: Wiring) -> Erasure:
        erased = await erase_person(
            wiring.personal_data, organization_id=None, address=address, also_upcoming=also_upcoming
        )
        await _record(wiring, erased.data, "erasePerson")
        return erased

    return _run(erase_all)


async def _record(wiring: Wiring, found: PersonData, action: str) -> None:
    """Append an entry to the audit trail of each organization whose data it is; the entry has no address."""
    for organization_id in found.organization_ids:
        await record_command(
            wiring.organizers,
            organization_id=organization_id,
            user=getpass.getuser(),
            action=action,
            subject=f"people/{found.reference}",
        )


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
