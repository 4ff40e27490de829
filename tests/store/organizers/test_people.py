"""One-time links and sessions end; the last owner stays, also when two requests come at the same moment."""

import asyncio
from datetime import timedelta

import pytest

from admitone.kit.ids import new_id
from admitone.kit.postgres import Pool
from admitone.kit.refusal import InvalidBody, Refusal
from admitone.organizers.contracts import LinkPurpose, Newcomer, Origin, PasswordSignIn, Permission, Role
from admitone.organizers.domain.console_session import IDLE, LIFETIME
from admitone.organizers.domain.member import Person
from admitone.organizers.store import people
from admitone.organizers.usecases.account import change_password
from admitone.organizers.usecases.api_keys import create_api_key, revoke_api_key
from admitone.organizers.usecases.authenticate import NotAuthenticated, authenticate
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.members import LastOwner, change_role, list_members, remove_member
from admitone.organizers.usecases.one_time_links import (
    LinkExpired,
    create_access_link,
    create_demo_link,
    create_link,
    read_link,
    use_link,
)
from admitone.organizers.usecases.organizations import create_organization
from admitone.organizers.usecases.sign_in import sign_in
from tests.store.organizers.test_authenticate import Clock

ORIGIN = Origin("203.0.113.7", "Browser/1")
AT_ONCE = 5


async def test_of_two_people_with_one_link_one_becomes_a_member(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    house = await create_organization(deps, name="Kölner Bühnen")
    _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.OWNER)
    newcomers = [Newcomer("Ada", f"ada{number}@house.example", "four quiet bassoons") for number in range(AT_ONCE)]

    outcomes = await asyncio.gather(
        *(use_link(deps, token, newcomer, ORIGIN) for newcomer in newcomers), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes].count(LinkExpired) == AT_ONCE - 1
    assert len(await list_members(deps, organization_id=house)) == 1


async def test_a_link_ends_by_itself(pool: Pool) -> None:
    clock = Clock()
    deps = Deps(pool, clock)
    house = await create_organization(deps, name="Kölner Bühnen")
    _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.OWNER)
    await read_link(deps, token)
    clock.now += timedelta(days=7)

    with pytest.raises(LinkExpired):
        await read_link(deps, token)


async def test_a_session_ends_when_it_is_not_used_and_in_any_case(pool: Pool) -> None:
    clock = Clock()
    deps = Deps(pool, clock)
    house = await create_organization(deps, name="Kölner Bühnen")

    async def enter() -> str:
        return (await use_link(deps, await create_demo_link(deps, organization_id=house), None, ORIGIN)).token

    idle, busy = await enter(), await enter()
    hours = LIFETIME // timedelta(hours=1)
    for _ in range(hours - 1):
        clock.now += timedelta(hours=1)
        await authenticate(deps, busy, Permission.ADMINISTER)

    with pytest.raises(NotAuthenticated):
        await authenticate(deps, idle, Permission.BELONG)
    assert timedelta(hours=1) < IDLE
    clock.now += timedelta(hours=1)
    with pytest.raises(NotAuthenticated):
        await authenticate(deps, busy, Permission.BELONG)


async def test_two_owners_who_remove_each_other_leave_one(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    house = await create_organization(deps, name="Kölner Bühnen")
    owners = [Person(new_id("prs"), f"Owner {number}", None, None) for number in range(AT_ONCE)]
    async with pool.connection() as conn:
        for person in owners:
            await people.insert_person(conn, person=person, now=deps.now())
            await people.insert_membership(
                conn, organization_id=house, person_id=person.id, role=Role.OWNER, now=deps.now()
            )

    outcomes = await asyncio.gather(
        *(remove_member(deps, organization_id=house, person_id=person.id) for person in owners),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Refusal)] == [LastOwner]
    assert len(await list_members(deps, organization_id=house)) == 1


async def test_a_password_that_changes_during_a_sign_in_opens_no_session(pool: Pool) -> None:
    """Without the lock, the session would begin after the change ended all others, and outlive it."""
    deps, email = Deps(pool, Clock()), f"{new_id('ada').lower()}@house.example"
    house = await create_organization(deps, name="Kölner Bühnen")
    _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.OWNER)
    await use_link(deps, token, Newcomer("Ada", email, "four quiet bassoons"), ORIGIN)
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    async with pool.connection() as conn:
        async with conn.transaction():
            await conn.execute("UPDATE organizers.people SET password_hash = 'new' WHERE email = %s", [email])
            attempt = asyncio.create_task(sign_in(deps, PasswordSignIn(email, "four quiet bassoons"), ORIGIN))
            async with pool.connection() as other:
                while not attempt.done() and await (await other.execute(waiting)).fetchone() is None:
                    await asyncio.wait({attempt}, timeout=0.01)
        with pytest.raises(InvalidBody):
            await attempt


async def test_a_stronger_hash_of_the_old_password_overwrites_no_new_password(pool: Pool) -> None:
    person = Person(new_id("prs"), "Ada", None, "new")
    async with pool.connection() as conn:
        await people.insert_person(conn, person=person, now=Clock()())

        is_replaced = await people.replace_password_hash(conn, person_id=person.id, old_hash="old", new_hash="stronger")
        stored = await people.read_person(conn, person_id=person.id)

    assert not is_replaced
    assert stored is not None
    assert stored.password_hash == "new"


@pytest.mark.parametrize("becomes", [None, Role.MANAGER])
async def test_an_owner_who_is_no_owner_any_more_leaves_no_invitations(pool: Pool, becomes: Role | None) -> None:
    deps = Deps(pool, Clock())
    house = await create_organization(deps, name="Kölner Bühnen")
    eve, ada = Person(new_id("prs"), "Eve", None, None), Person(new_id("prs"), "Ada", None, None)
    async with pool.connection() as conn:
        for person in (eve, ada):
            await people.insert_person(conn, person=person, now=deps.now())
            await people.insert_membership(
                conn, organization_id=house, person_id=person.id, role=Role.OWNER, now=deps.now()
            )
    of_eve, of_ada = [
        (await create_link(deps, organization_id=house, purpose=LinkPurpose.INVITATION, created_by=person.id))[1]
        for person in (eve, ada)
    ]

    if becomes is None:
        await remove_member(deps, organization_id=house, person_id=eve.id)
    else:
        await change_role(deps, organization_id=house, person_id=eve.id, role=becomes)

    with pytest.raises(LinkExpired):
        await read_link(deps, of_eve)
    assert (await read_link(deps, of_ada)).purpose is LinkPurpose.INVITATION


async def test_a_new_password_ends_every_link_that_could_set_another(pool: Pool) -> None:
    deps, email = Deps(pool, Clock()), f"{new_id('ada').lower()}@house.example"
    house = await create_organization(deps, name="Kölner Bühnen")
    _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.OWNER)
    session = await use_link(deps, token, Newcomer("Ada", email, "four quiet bassoons"), ORIGIN)

    async def ask() -> str:
        found = await create_access_link(deps, email=email)
        assert found is not None
        return found[1]

    before = await ask()
    await change_password(deps, await authenticate(deps, session.token, Permission.BELONG), "seven loud trombones")
    first, second = await ask(), await ask()
    await use_link(deps, second, Newcomer("", "", "three soft violas"), ORIGIN)

    for link in (before, first):
        with pytest.raises(LinkExpired):
            await read_link(deps, link)


async def test_a_revoked_key_leaves_no_invitations(pool: Pool) -> None:
    deps = Deps(pool, Clock())
    house = await create_organization(deps, name="Kölner Bühnen")
    key = await create_api_key(deps, organization_id=house, role=Role.OWNER, label="import")
    _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.INVITATION, created_by=key.id)

    await revoke_api_key(deps, organization_id=house, key_id=key.id)

    with pytest.raises(LinkExpired):
        await read_link(deps, token)
