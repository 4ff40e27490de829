"""Joining costs proof of work: little for a person, more for an address block with many places; none is refused."""

from typing import Any

import pytest

from admitone.kit.postgres import Pool
from admitone.waiting_room.contracts import Joined
from admitone.waiting_room.domain.proof import JOINS_A_STEP, JOINS_AT_BASE, WORK_BASE
from admitone.waiting_room.domain.refusals import ProofRequired
from admitone.waiting_room.usecases.join_queue import join_queue
from tests.waiting_room_fixtures import Env, solve

FARM, HOME = "198.51.100.7/32", "203.0.113.9/32"


async def challenge_of(env: Env, nonce: str, block: str | None) -> dict[str, Any]:
    with pytest.raises(ProofRequired) as refused:
        await join_queue(env.deps, event_id=env.event_id, nonce=nonce, block=block)
    challenge: dict[str, Any] = refused.value.members["challenge"]
    return challenge


async def join(env: Env, nonce: str, proof: str, block: str | None) -> Joined:
    return await join_queue(env.deps, event_id=env.event_id, nonce=nonce, proof=proof, block=block)


async def test_a_place_costs_work_unless_the_organizer_turns_it_off(pool: Pool) -> None:
    env = Env(pool)
    await env.announce(proof=True)

    challenge = await challenge_of(env, "the first fan", HOME)

    assert challenge["maxnumber"] == WORK_BASE
    assert (await join(env, "the first fan", solve(challenge), HOME)).entry == 0


async def test_each_further_place_of_a_network_costs_more_work_and_none_is_refused(pool: Pool) -> None:
    env = Env(pool)
    await env.announce(proof=True)
    bots = [f"bot number {number}" for number in range(JOINS_AT_BASE + 2 * JOINS_A_STEP)]
    # All challenges at the base price first, as an attacker would.
    proofs = {bot: solve(await challenge_of(env, bot, FARM)) for bot in bots}
    more_expensive = []
    for bot in bots:
        try:
            await join(env, bot, proofs[bot], FARM)
        except ProofRequired as refused:
            challenge = refused.members["challenge"]
            more_expensive.append(challenge["maxnumber"])
            await join(env, bot, solve(challenge), FARM)

    assert more_expensive
    assert min(more_expensive) > 2 * WORK_BASE
    assert (await env.queue()).size == len(bots)
    assert (await challenge_of(env, "a neighbour", HOME))["maxnumber"] == WORK_BASE


async def test_an_existing_place_costs_no_more_work(pool: Pool) -> None:
    env = Env(pool)
    await env.announce(proof=True)
    proof = solve(await challenge_of(env, "the first fan", FARM))
    first = await join(env, "the first fan", proof, FARM)
    async with pool.connection() as conn:
        await conn.execute("update waiting_room.block_joins set joins = 1000")

    again = await join(env, "the first fan", proof, FARM)

    assert again.entry == first.entry
