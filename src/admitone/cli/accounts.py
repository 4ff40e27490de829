"""`admitone organizer …` and `admitone key …`: manage organizations and their API keys."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from rich.table import Table

from admitone.cli.tables import make_table, print_table
from admitone.embedded.startup_error import StartupError
from admitone.kit.postgres import open_pool
from admitone.kit.text import clean_name, name_fault
from admitone.organizers.contracts import LinkPurpose, Role
from admitone.organizers.usecases.api_keys import CreatedKey, create_api_key, list_api_keys, revoke_api_key
from admitone.organizers.usecases.audit_trail import record_command
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_access_link, create_link
from admitone.organizers.usecases.organizations import create_organization, find_organization, list_organizations
from admitone.runtime.settings import Settings

NAME_CHARACTERS_MAX = 200

Answer = TypeVar("Answer")


def create_organizer(name: str) -> tuple[str, str]:
    """Return (the new organization's id, address of a one-time link for its first owner).

    Raises `StartupError` if the name is blank, too long or taken.
    """
    name = _plain_name(name)

    async def create(deps: Deps) -> tuple[str, str]:
        if await find_organization(deps, name=name) is not None:
            raise StartupError(f"There is an organization {name!r} already.")
        organization_id = await create_organization(deps, name=name)
        await _record(deps, organization_id, "createOrganization", f"organizations/{organization_id}")
        _, token = await create_link(deps, organization_id=organization_id, purpose=LinkPurpose.OWNER)
        return organization_id, token

    organization_id, token = _run(create)
    return organization_id, _welcome_address(token)


def create_owner_link(organizer: str) -> str:
    """Return the address of a one-time link that makes an owner. Raises `StartupError` for an unknown organization."""

    async def create(deps: Deps) -> str:
        organization_id = await _organization(deps, organizer)
        await _record(deps, organization_id, "createOwnerLink", f"organizations/{organization_id}")
        _, token = await create_link(deps, organization_id=organization_id, purpose=LinkPurpose.OWNER)
        return token

    return _welcome_address(_run(create))


def create_person_link(email: str) -> str:
    """Return the address of a one-time link by which a person sets a new password. Raises `StartupError`."""

    async def create(deps: Deps) -> str:
        found = await create_access_link(deps, email=email)
        if found is None:
            raise StartupError(f"No member of an organization has the address {email!r}.")
        organization_id, token = found
        await _record(deps, organization_id, "createAccessLink", f"people/{email}")
        return token

    return _welcome_address(_run(create))


def _welcome_address(token: str) -> str:
    return f"{Settings.from_environment().public_url}/console/welcome/{token}"


def print_organizers() -> None:
    table = make_table("id", "name", "created", "live keys")
    for organization in _run(list_organizations):
        keys = str(organization.live_keys)
        table.add_row(organization.id, organization.name, _moment(organization.created_at), keys)
    print_table(table, "There is no organization yet: admitone organizer create --name …")


def create_key(organizer: str, *, role: str, name: str, days: int | None) -> CreatedKey:
    """Return the new key. Raises `StartupError` if the organization does not exist, and `InvalidBody`."""
    label = _plain_name(name)

    async def create(deps: Deps) -> CreatedKey:
        expires_at = None if days is None else deps.now() + timedelta(days=days)
        organization_id = await _organization(deps, organizer)
        created = await create_api_key(
            deps, organization_id=organization_id, role=Role(role), label=label, expires_at=expires_at
        )
        await _record(deps, organization_id, "createApiKey", f"keys/{created.id}")
        return created

    return _run(create)


def print_keys(organizer: str) -> None:
    """Print the keys of an organization. Raises `StartupError` if the organization does not exist."""

    async def collect(deps: Deps) -> Table:
        table = make_table("id", "name", "role", "state", "created", "last use", "expires")
        for key in await list_api_keys(deps, organization_id=await _organization(deps, organizer)):
            last_use = "never" if key.last_used_at is None else _moment(key.last_used_at)
            expires = "never" if key.expires_at is None else _moment(key.expires_at)
            state = key.state(deps.now())
            table.add_row(key.id, key.label, key.role.value, state, _moment(key.created_at), last_use, expires)
        return table

    print_table(_run(collect), f"There is no key yet: admitone key create --organizer {organizer!r} …")


def revoke_key(organizer: str, key_id: str) -> None:
    """Revoke a key. Raises `StartupError` if the organization does not exist, and `ApiKeyNotFound`."""

    async def revoke(deps: Deps) -> None:
        organization_id = await _organization(deps, organizer)
        await revoke_api_key(deps, organization_id=organization_id, key_id=key_id)
        await _record(deps, organization_id, "revokeApiKey", f"keys/{key_id}")

    _run(revoke)


async def _record(deps: Deps, organization_id: str, action: str, subject: str) -> None:
    """Append an entry to the audit trail, in the name of the user of this machine."""
    user = getpass.getuser()
    await record_command(deps, organization_id=organization_id, user=user, action=action, subject=subject)


async def _organization(deps: Deps, organizer: str) -> str:
    known = await list_organizations(deps)
    organizer = clean_name(organizer)
    found = [organization.id for organization in known if organizer in (organization.id, organization.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise StartupError(f"{len(found)} organizations have the name {organizer!r}: give the id.")
    raise StartupError(f"There is no organization {organizer!r}: see admitone organizer list.")


def _run(call: Callable[[Deps], Awaitable[Answer]]) -> Answer:
    settings = Settings.from_environment()

    async def run() -> Answer:
        async with _deps(settings) as deps:
            return await call(deps)

    return asyncio.run(run())


@asynccontextmanager
async def _deps(settings: Settings) -> AsyncIterator[Deps]:
    async with open_pool(settings.database_url) as pool:
        yield Deps(pool=pool, now=lambda: datetime.now(UTC))


def _plain_name(name: str) -> str:
    if not name.isascii() and any(0xD800 <= ord(character) <= 0xDFFF for character in name):
        raise StartupError("--name is not UTF-8 text.")
    cleaned = clean_name(name)
    if (fault := name_fault(cleaned)) is not None:
        raise StartupError(f"--name cannot be used: {fault}")
    if len(cleaned) > NAME_CHARACTERS_MAX:
        raise StartupError(f"--name has {len(cleaned)} characters; at most {NAME_CHARACTERS_MAX} are allowed.")
    return cleaned


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
