"""Setting up a second factor in two windows at once locks no person out of their account."""

import asyncio

import pyotp
import pytest

from admitone.kit.ids import new_id
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool
from admitone.kit.refusal import InvalidBody
from admitone.organizers.contracts import Identity, LinkPurpose, Newcomer, Origin, Permission
from admitone.organizers.store.second_factors import begin_second_factor as store_secret
from admitone.organizers.store.second_factors import read_second_factor
from admitone.organizers.usecases.authenticate import authenticate
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_link, use_link
from admitone.organizers.usecases.organizations import create_organization
from admitone.organizers.usecases.second_factor import begin_second_factor, confirm_second_factor
from tests.store.organizers.test_authenticate import Clock

WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def an_owner(deps: Deps) -> Identity:
    house = await create_organization(deps, name="Kölner Bühnen")
    _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.OWNER)
    newcomer = Newcomer("Ada", f"{new_id('ada').lower()}@house.example", "four quiet bassoons")
    session = await use_link(deps, token, newcomer, Origin("203.0.113.7", "Browser/1"))
    return await authenticate(deps, session.token, Permission.BELONG)


async def test_the_code_of_a_secret_that_was_replaced_meanwhile_turns_nothing_on(pool: Pool) -> None:
    """Without the lock, the secret of the other window would start to count, and its app may be gone."""
    deps = Deps(pool, Clock(), keys=derive_ring(("a secret of thirty-two characters",), "second factor"))
    ada = await an_owner(deps)
    code = pyotp.TOTP((await begin_second_factor(deps, ada)).secret).at(int(deps.now().timestamp()))

    async with pool.connection() as conn:
        async with conn.transaction():
            await store_secret(conn, person_id=ada.actor_id, totp_secret=b"of the other window")
            attempt = asyncio.create_task(confirm_second_factor(deps, ada, code))
            async with pool.connection() as other:
                while not attempt.done() and await (await other.execute(WAITING)).fetchone() is None:
                    await asyncio.wait({attempt}, timeout=0.01)
        with pytest.raises(InvalidBody):
            await attempt
        _, since = await read_second_factor(conn, person_id=ada.actor_id)

    assert since is None
