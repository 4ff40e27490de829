"""API keys have a name, a last use and an expiry; an organization sees only its own."""

from datetime import timedelta

import pytest

from admitone.kit.postgres import Pool
from admitone.kit.refusal import InvalidBody
from admitone.organizers.contracts import Permission, Role
from admitone.organizers.usecases.api_keys import create_api_key, list_api_keys, revoke_api_key
from admitone.organizers.usecases.authenticate import NotAuthenticated, authenticate
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization, list_organizations
from tests.store.organizers.test_authenticate import Clock


async def test_an_expired_key_stops_working_at_once_also_where_it_is_cached(pool: Pool) -> None:
    clock = Clock()
    deps = Deps(pool, clock)
    organization_id = await create_organization(deps, name="Kölner Bühnen")
    ends = clock.now + timedelta(seconds=5)
    key = (
        await create_api_key(deps, organization_id=organization_id, role=Role.SCANNER, label="temp", expires_at=ends)
    ).key
    await authenticate(deps, key, Permission.SCAN)
    clock.now = ends

    with pytest.raises(NotAuthenticated):
        await authenticate(deps, key, Permission.SCAN)
    with pytest.raises(NotAuthenticated):
        await authenticate(Deps(pool, clock), key, Permission.SCAN)


async def test_a_key_with_an_expiry_in_the_past_is_not_made(pool: Pool) -> None:
    clock = Clock()
    deps = Deps(pool, clock)
    organization_id = await create_organization(deps, name="Kölner Bühnen")

    with pytest.raises(InvalidBody):
        await create_api_key(deps, organization_id=organization_id, role=Role.OWNER, label="late", expires_at=clock.now)


async def test_keys_are_listed_with_their_state(pool: Pool) -> None:
    clock = Clock()
    deps = Deps(pool, clock)
    own, other = [await create_organization(deps, name=name) for name in ("Kölner Bühnen", "Wiener Bühnen")]
    used = await create_api_key(deps, organization_id=own, role=Role.MANAGER, label="laptop")
    clock.now += timedelta(seconds=1)
    revoked = await create_api_key(deps, organization_id=own, role=Role.SCANNER, label="gate")
    await create_api_key(deps, organization_id=other, role=Role.OWNER, label="theirs")
    await authenticate(deps, used.key, Permission.MANAGE)
    await revoke_api_key(deps, organization_id=own, key_id=revoked.id)

    listed = await list_api_keys(deps, organization_id=own)
    organizations = await list_organizations(deps)

    assert [(key.id, key.label, key.state(clock.now)) for key in listed] == [
        (revoked.id, "gate", "revoked"),
        (used.id, "laptop", "live"),
    ]
    assert [key.last_used_at for key in listed] == [None, clock.now]
    assert [(organization.name, organization.live_keys) for organization in organizations] == [
        ("Kölner Bühnen", 1),
        ("Wiener Bühnen", 1),
    ]
