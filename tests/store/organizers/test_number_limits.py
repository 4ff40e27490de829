"""What an organization or a person has is limited in number, also for requests at the same moment."""

import asyncio

import pytest

from admitone.kit.ids import new_id
from admitone.kit.postgres import Pool
from admitone.organizers.contracts import LinkPurpose, Newcomer, Origin, Permission, Role
from admitone.organizers.domain.number_limits import SESSIONS_MAX, Limited, LimitReached
from admitone.organizers.usecases.account import list_sessions
from admitone.organizers.usecases.api_keys import create_api_key, revoke_api_key
from admitone.organizers.usecases.authenticate import authenticate
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.invitations import list_invitations
from admitone.organizers.usecases.one_time_links import create_demo_link, create_link, use_link
from admitone.organizers.usecases.organizations import create_organization
from tests.store.organizers.test_authenticate import Clock

ORIGIN = Origin("203.0.113.7", "Browser/1")
FILL = {
    Limited.API_KEYS: "INSERT INTO organizers.api_keys (id, organization_id, key_hash, role, label, created_at) "
    "SELECT %(house)s || n, %(house)s, sha256((%(house)s || n)::bytea), 'scanner', 'gate', %(now)s "
    "FROM generate_series(1, %(number)s) n",
    Limited.INVITATIONS: "INSERT INTO organizers.one_time_links "
    "(id, token_hash, purpose, organization_id, role, created_at, expires_at) "
    "SELECT %(house)s || n, sha256((%(house)s || n)::bytea), 'invitation', %(house)s, 'scanner', %(now)s, "
    "%(now)s + interval '1 day' FROM generate_series(1, %(number)s) n",
    Limited.MEMBERS: "WITH people AS (INSERT INTO organizers.people (id, name, created_at) "
    "SELECT %(house)s || n, 'Ada', %(now)s FROM generate_series(1, %(number)s) n RETURNING id) "
    "INSERT INTO organizers.memberships (organization_id, person_id, role, created_at) "
    "SELECT %(house)s, id, 'scanner', %(now)s FROM people",
}


async def a_house_with(deps: Deps, limited: Limited, number: int) -> str:
    house = await create_organization(deps, name="Kölner Bühnen")
    async with deps.pool.connection() as conn:
        await conn.execute(FILL[limited].encode(), {"house": house, "now": deps.now(), "number": number})
    return house


async def test_of_two_keys_at_once_one_is_within_the_limit(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    house = await a_house_with(deps, Limited.API_KEYS, Limited.API_KEYS.most - 1)

    outcomes = await asyncio.gather(
        *(create_api_key(deps, organization_id=house, role=Role.SCANNER, label="gate") for _ in range(2)),
        return_exceptions=True,
    )

    [refusal] = [outcome for outcome in outcomes if isinstance(outcome, LimitReached)]
    assert refusal.detail == (
        "An organization has at most 200 API keys that work. Revoke one that is not used any more."
    )
    assert refusal.members == {"limit": 200, "of": "api_keys"}
    await revoke_api_key(deps, organization_id=house, key_id=f"{house}1")
    assert (await create_api_key(deps, organization_id=house, role=Role.SCANNER, label="gate")).id


async def test_invitations_are_limited_and_the_way_of_the_operator_is_not(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    house = await a_house_with(deps, Limited.INVITATIONS, Limited.INVITATIONS.most)

    with pytest.raises(LimitReached, match="at most 200 open invitations"):
        await create_link(deps, organization_id=house, purpose=LinkPurpose.INVITATION)
    await create_link(deps, organization_id=house, purpose=LinkPurpose.OWNER)

    assert len(await list_invitations(deps, organization_id=house)) == Limited.INVITATIONS.most


async def test_an_invitation_beyond_the_limit_of_members_stays_unused(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    house = await a_house_with(deps, Limited.MEMBERS, Limited.MEMBERS.most)
    _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.INVITATION, role=Role.SCANNER)
    newcomer = Newcomer("Ada", f"{new_id('ada').lower()}@house.example", "four quiet bassoons")

    with pytest.raises(LimitReached, match="at most 1000 members"):
        await use_link(deps, token, newcomer, ORIGIN)
    async with pool.connection() as conn:
        await conn.execute("DELETE FROM organizers.memberships WHERE person_id = %s", [f"{house}1"])

    assert (await use_link(deps, token, newcomer, ORIGIN)).token


async def test_a_sign_in_too_many_ends_the_session_that_was_used_the_longest_ago(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    house = await create_organization(deps, name="Kölner Bühnen")

    async def enter() -> str:
        return (await use_link(deps, await create_demo_link(deps, organization_id=house), None, ORIGIN)).token

    first = await authenticate(deps, await enter(), Permission.BELONG)
    for _ in range(SESSIONS_MAX):
        last = await enter()
    running = await list_sessions(deps, await authenticate(deps, last, Permission.BELONG))

    assert len(running) == SESSIONS_MAX
    assert first.session_id not in {session.id for session in running}
