from datetime import UTC, datetime, timedelta

import pytest

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Permission, Role
from admitone.organizers.usecases.api_keys import ApiKeyNotFound, OrganizationNotFound, create_api_key, revoke_api_key
from admitone.organizers.usecases.authenticate import NotAuthenticated, RoleMissing, authenticate
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization, find_organization


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_a_key_authenticates_its_organization(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    organization_id = await create_organization(deps, name="Kölner Bühnen")
    key = (await create_api_key(deps, organization_id=organization_id, role=Role.MANAGER, label="box")).key
    identity = await authenticate(deps, key, Permission.SELL)
    assert (organization_id, Role.MANAGER) == (identity.organization_id, identity.role)


async def test_the_key_itself_is_not_in_the_database(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    organization_id = await create_organization(deps, name="Kölner Bühnen")
    key = (await create_api_key(deps, organization_id=organization_id, role=Role.OWNER, label="box")).key
    async with pool.connection() as conn:
        row = await (await conn.execute("SELECT api_keys::text AS whole FROM organizers.api_keys")).fetchone()
    assert row is not None
    assert key not in row["whole"]


async def test_unknown_keys_and_missing_headers_are_refused(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    for key in (None, "", "no key", "ak_" + "x" * 43):
        with pytest.raises(NotAuthenticated):
            await authenticate(deps, key, Permission.SCAN)


async def test_a_key_without_the_required_role_is_refused(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    organization_id = await create_organization(deps, name="Kölner Bühnen")
    key = (await create_api_key(deps, organization_id=organization_id, role=Role.SCANNER, label="door")).key
    with pytest.raises(RoleMissing):
        await authenticate(deps, key, Permission.SELL)


async def test_a_key_is_cached_for_ten_seconds_and_revoked_at_once_in_its_own_process(pool: Pool) -> None:
    clock = Clock()
    here, elsewhere = Deps(pool, clock), Deps(pool, clock)
    organization_id = await create_organization(here, name="Kölner Bühnen")
    key = (await create_api_key(here, organization_id=organization_id, role=Role.OWNER, label="box")).key
    identity = await authenticate(here, key, Permission.ADMINISTER)
    await authenticate(elsewhere, key, Permission.ADMINISTER)
    await revoke_api_key(here, organization_id=organization_id, key_id=identity.actor_id)
    with pytest.raises(NotAuthenticated):
        await authenticate(here, key, Permission.ADMINISTER)
    clock.now += timedelta(seconds=9)
    await authenticate(elsewhere, key, Permission.ADMINISTER)
    clock.now += timedelta(seconds=1)
    with pytest.raises(NotAuthenticated):
        await authenticate(elsewhere, key, Permission.ADMINISTER)


async def test_only_its_own_organization_revokes_a_key_and_only_once(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    own = await create_organization(deps, name="Kölner Bühnen")
    other = await create_organization(deps, name="Wiener Bühnen")
    key = (await create_api_key(deps, organization_id=own, role=Role.OWNER, label="box")).key
    key_id = (await authenticate(deps, key, Permission.ADMINISTER)).actor_id
    with pytest.raises(ApiKeyNotFound):
        await revoke_api_key(deps, organization_id=other, key_id=key_id)
    await revoke_api_key(deps, organization_id=own, key_id=key_id)
    with pytest.raises(ApiKeyNotFound):
        await revoke_api_key(deps, organization_id=own, key_id=key_id)


async def test_last_use_is_recorded_at_most_once_a_minute(pool: Pool) -> None:
    clock = Clock()
    deps = Deps(pool, clock)
    organization_id = await create_organization(deps, name="Kölner Bühnen")
    key = (await create_api_key(deps, organization_id=organization_id, role=Role.OWNER, label="box")).key
    used = []
    for seconds in (0, 30, 40):
        clock.now += timedelta(seconds=seconds)
        await authenticate(deps, key, Permission.ADMINISTER)
        async with pool.connection() as conn:
            row = await (await conn.execute("SELECT last_used_at FROM organizers.api_keys")).fetchone()
        assert row is not None
        used.append(row["last_used_at"])
    assert [timedelta(0), timedelta(seconds=70)] == [used[1] - used[0], used[2] - used[0]]


async def test_a_key_needs_an_organization(pool: Pool) -> None:
    with pytest.raises(OrganizationNotFound):
        await create_api_key(Deps(pool, Clock()), organization_id="org_none", role=Role.OWNER, label="box")


async def test_an_organization_is_found_by_its_name(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    organization_id = await create_organization(deps, name="Kölner Bühnen")
    found = [await find_organization(deps, name=name) for name in ("Kölner Bühnen", "Wiener Bühnen")]
    assert [organization_id, None] == found
