"""The order of a waiting list by a draw: once, of all who wait at its moment, and anybody can verify it."""

import asyncio
import hashlib
from datetime import timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from admitone.booking.contracts.resale import EntryState, JoinedList, ResaleTerms, WaitingListMode
from admitone.booking.domain.resale_refusals import WaitingDrawNotFound
from admitone.booking.usecases.offer_places import offer_places, tend_waiting_lists
from admitone.booking.usecases.resale_terms import put_resale_terms
from admitone.booking.usecases.waiting_draw import get_waiting_draw
from admitone.kit.postgres import Pool
from admitone.kit.refusal import InvalidBody
from admitone.waiting_room.domain.draw import draw_key, empty_chain, extend_chain, mark_of, rank
from tests.store.booking.list_env import ListEnv
from tests.store.booking.sale_env import ORGANIZER

PEOPLE = ("ada", "ben", "cleo", "dan", "eve")


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> ListEnv:
    env = await ListEnv(pool, redis).open()
    await choose_draw(env, timedelta(hours=1))
    return env


async def choose_draw(env: ListEnv, until: timedelta) -> None:
    terms = ResaleTerms(waiting_list=WaitingListMode.DRAW, draw_at=env.deps.now() + until)
    await put_resale_terms(env.deps, organization_id=ORGANIZER.organization_id, event_id=env.show.event_id, terms=terms)


def drawn_order(env: ListEnv, seed: str, joined: dict[str, JoinedList]) -> list[str]:
    """Return the names in the order that anybody computes from the seed and the list of entrants."""
    event_id = env.show.event_id
    marks = [mark_of(event_id, place.entry.id) for place in joined.values()]
    key = draw_key(bytes.fromhex(seed), extend_chain(empty_chain(event_id), marks), b"")
    ranks = {name: rank(key, len(marks), entry) for entry, name in enumerate(joined)}
    return sorted(ranks, key=ranks.__getitem__)


async def test_the_order_is_drawn_once_and_everybody_can_verify_it(env: ListEnv) -> None:
    joined = {name: await env.join(name) for name in PEOPLE}
    left = await env.join("fay")
    await env.leave(left)
    before = await get_waiting_draw(env.deps, event_id=env.show.event_id, page=0)
    waiting = await env.look(joined["ada"])
    await env.refund(env.pairs[0], ticket_ids=(env.pairs[0].tickets[0].ticket_id,))
    await env.work()
    withheld = await env.states()

    await choose_draw(env, timedelta(seconds=-1))
    await asyncio.gather(*(tend_waiting_lists(env.deps, seen={}) for _ in range(4)))
    after = await get_waiting_draw(env.deps, event_id=env.show.event_id, page=0)
    late = await env.join("late")
    again = await get_waiting_draw(env.deps, event_id=env.show.event_id, page=0)

    assert (before.seed, before.marks, waiting.position) == (None, (), None)
    assert waiting.draw_at is not None
    assert withheld[0] == "w"
    assert after.seed is not None
    assert hashlib.sha256(bytes.fromhex(after.seed)).hexdigest() == before.seed_commitment
    assert after.marks == tuple(mark_of(env.show.event_id, place.entry.id).hex() for place in joined.values())
    assert replace(again, draw_at=None) == replace(after, draw_at=None)
    first, *others = drawn_order(env, after.seed, joined)
    assert (await env.look(joined[first])).state is EntryState.OFFERED
    assert [(await env.look(joined[name])).position for name in others] == [1, 2, 3, 4]
    assert (await env.look(late)).position == 5


async def test_places_go_on_in_the_drawn_order(env: ListEnv) -> None:
    joined = {name: await env.join(name) for name in PEOPLE}
    await choose_draw(env, timedelta(seconds=-1))
    await tend_waiting_lists(env.deps, seen={})
    seed = (await get_waiting_draw(env.deps, event_id=env.show.event_id, page=0)).seed
    assert seed is not None
    order = drawn_order(env, seed, joined)

    offered: list[str] = []
    tickets = [(booking, ticket.ticket_id) for booking in env.pairs for ticket in booking.tickets]
    for bought, ticket_id in tickets[: len(PEOPLE)]:
        await env.refund(bought, ticket_ids=(ticket_id,))
        await env.work()
        waiting = {name: await env.look(joined[name]) for name in order if name not in offered}
        offered += [name for name, entry in waiting.items() if entry.state is EntryState.OFFERED]

    assert offered == order


async def test_people_who_join_at_the_moment_of_the_draw_are_drawn_or_wait_behind(env: ListEnv) -> None:
    joined = {name: await env.join(name) for name in PEOPLE}
    await choose_draw(env, timedelta(seconds=-1))

    late = [f"late{number}" for number in range(8)]
    places = await asyncio.gather(
        *(env.join(name) for name in late), *(tend_waiting_lists(env.deps, seen={}) for _ in range(3))
    )
    joined |= {name: place for name, place in zip(late, places, strict=False) if place is not None}

    draw = await get_waiting_draw(env.deps, event_id=env.show.event_id, page=0)
    marks = {mark_of(env.show.event_id, place.entry.id).hex(): name for name, place in joined.items()}
    drawn = [marks[mark] for mark in draw.marks]
    assert draw.seed is not None
    order = drawn_order(env, draw.seed, {name: joined[name] for name in drawn})
    positions = {name: (await env.look(place)).position for name, place in joined.items()}
    assert [positions[name] for name in order] == list(range(1, len(order) + 1))
    assert set(PEOPLE) <= set(order)
    assert sorted(positions.values(), key=int) == list(range(1, len(joined) + 1))  # type: ignore[arg-type] # all wait


async def test_a_draw_that_nobody_waits_for_keeps_no_place_from_the_public(env: ListEnv) -> None:
    ada = await env.join("ada")
    await env.refund(env.pairs[0])
    await env.work()
    withheld = await env.states()

    await env.leave(ada)
    await env.work()

    assert (withheld[:2], (await env.states())[:2]) == ("ww", "aa")


async def test_a_draw_needs_its_moment_and_a_list_without_one_has_none(pool: Pool, redis: Redis) -> None:
    env = await ListEnv(pool, redis).open()
    organization, event_id = ORGANIZER.organization_id, env.show.event_id

    with pytest.raises(InvalidBody):
        await put_resale_terms(
            env.deps,
            organization_id=organization,
            event_id=event_id,
            terms=ResaleTerms(waiting_list=WaitingListMode.DRAW),
        )
    with pytest.raises(WaitingDrawNotFound):
        await get_waiting_draw(env.deps, event_id=event_id, page=0)

    await choose_draw(env, timedelta(hours=1))
    ada = await env.join("ada")
    await env.refund(env.pairs[0])
    await put_resale_terms(env.deps, organization_id=organization, event_id=event_id, terms=ResaleTerms())
    await offer_places(env.deps, event_id=event_id)
    assert (await env.look(ada)).state is EntryState.OFFERED
