"""A buyer makes every code from before void: the tickets get new codes, all in one transaction or none."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from admitone.catalogue.contracts import EventStatus
from admitone.kit.postgres import Connection, Pool
from admitone.kit.refusal import Refusal
from admitone.tickets.contracts import TransferNews
from admitone.tickets.domain.refusals import (
    TicketOffered,
    TicketRefunded,
    TicketTransferred,
    TicketUsed,
    TransfersClosed,
)
from admitone.tickets.usecases.read_holding import read_holding
from admitone.tickets.usecases.transfers import renew_tickets
from tests.http.tickets.conftest import BOOKING_ID, BUYER, MANAGER, TICKET_ID, Env
from tests.http.tickets.test_ticket_names import ask_for_names, name
from tests.http.tickets.test_transfers import TERMS, accept, offer, offered, scan, undo

ANA = ("Ana Ruiz", "ana@example.org")


async def renew(env: Env) -> str | None:
    """Return the id of the transfer, the code of the refusal, or None."""
    try:
        return await renew_tickets(env.deps, booking_id=BOOKING_ID)
    except Refusal as refusal:
        return refusal.code


async def rows(pool: Pool) -> list[tuple[str, bool]]:
    """Return the state of each transfer, and whether its tickets are in an open offer."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT state, bool_or(is_open) AS is_open FROM tickets.transfers"
            " JOIN tickets.transfer_tickets ON transfer_id = id GROUP BY id ORDER BY id"
        )
        return [(row["state"], row["is_open"]) for row in await cursor.fetchall()]


async def test_the_codes_from_before_are_void_and_the_buyer_has_new_ones(
    client: httpx.AsyncClient, env: Env, pool: Pool
) -> None:
    env.bought = [5, 7]

    transfer_id = await renew(env)
    again = await renew(env)
    assert transfer_id is not None
    holding = await read_holding(env.deps, holder_id=transfer_id)

    assert [held.ticket.index for held in holding.tickets] == [5, 7]
    assert (holding.name, again) == (ANA[0], None)
    assert [(news.kind, news.holder_name, news.holder_email) for news in env.news] == [("accepted", *ANA)]
    assert await rows(pool) == [("accepted", False)]
    for index in env.bought:
        assert await scan(client, env, 1, index) == ("void", "transferred")
        assert await scan(client, env, 2, index) == ("admitted", None)


@pytest.mark.parametrize("asks_names", [True, False])
async def test_guests_keep_their_names_while_the_organizer_asks_for_them(
    client: httpx.AsyncClient, env: Env, *, asks_names: bool
) -> None:
    env.bought = [5, 7]
    await ask_for_names(client)
    await name(client, {TICKET_ID: "Mia Novak"})
    await client.put(TERMS, headers=MANAGER, json={"asks_names": asks_names})

    transfer_id = await renew(env)
    assert transfer_id is not None
    holding = await read_holding(env.deps, holder_id=transfer_id)

    named = "Mia Novak" if asks_names else ANA[0]
    assert {held.ticket.index: held.guest for held in holding.tickets} == {5: ANA[0], 7: named}


async def test_a_name_that_is_entered_at_the_same_moment_is_kept(client: httpx.AsyncClient, env: Env) -> None:
    await ask_for_names(client)
    _between(env, lambda: name(client, {TICKET_ID: "Mia Novak"}))

    transfer_id = await renew(env)
    assert transfer_id is not None
    (held,) = (await read_holding(env.deps, holder_id=transfer_id)).tickets

    assert held.guest == "Mia Novak"


async def test_tickets_that_are_used_or_on_their_way_to_a_friend_are_left_out(
    client: httpx.AsyncClient, env: Env
) -> None:
    env.bought = [5, 6, 7]
    await scan(client, env, 1, 5)
    _, code = await offered(client, ticket_ids=[env.ticket_id(6)])

    assert await renew(env) is not None

    assert env.news[-1].ticket_ids == (TICKET_ID,)
    assert (await accept(client, code)).status_code == 200


async def test_without_an_address_or_a_ticket_and_for_a_friend_nothing_changes(
    client: httpx.AsyncClient, env: Env, pool: Pool
) -> None:
    transfer_id, code = await offered(client)
    given = await renew(env)
    await accept(client, code)
    friends = await renew_tickets(env.deps, booking_id=transfer_id)
    env.bought, env.buyer_email = [5], None
    without_address = await renew(env)
    env.buyer_email, env.event_status = ANA[1], EventStatus.CANCELLED
    cancelled = await renew(env)

    assert [given, friends, without_address, cancelled] == [None] * 4
    assert await rows(pool) == [("accepted", False)]


async def test_a_fault_at_the_end_leaves_everything_as_it_was(client: httpx.AsyncClient, env: Env, pool: Pool) -> None:
    """Neither an offer stays open, nor does a guest lose the name."""
    await ask_for_names(client)
    await name(client, {TICKET_ID: "Mia Novak"})

    async def fail(_conn: Connection, _news: TransferNews) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await renew_tickets(replace(env.deps, announce=fail), booking_id=BOOKING_ID)
    (held,) = (await read_holding(env.deps, holder_id=BOOKING_ID)).tickets

    assert await rows(pool) == []
    assert held.guest == "Mia Novak"
    assert await scan(client, env, 1) == ("admitted", None)


async def test_of_two_at_once_one_gives_new_codes(client: httpx.AsyncClient, env: Env, pool: Pool) -> None:
    for index in env.sold:
        env.bought = [index]

        answers = await asyncio.gather(renew(env), renew(env), renew(env))

        made = [answer for answer in answers if answer is not None and answer.startswith("trf_")]
        assert len(made) == 1
        assert set(answers) - set(made) <= {None, TicketTransferred.code}
        assert await scan(client, env, 3, index) == ("void", "transferred")
        assert await scan(client, env, 2, index) == ("admitted", None)
    assert await rows(pool) == [("accepted", False)] * len(env.sold)


async def test_of_a_scan_at_the_same_moment_one_wins(client: httpx.AsyncClient, env: Env, pool: Pool) -> None:
    renewed = 0
    for number, index in enumerate(env.sold):
        env.bought = [index]

        if number % 2:
            entered, answer = await asyncio.gather(scan(client, env, 1, index), renew(env))
        else:
            answer, entered = await asyncio.gather(renew(env), scan(client, env, 1, index))

        is_renewed = answer is not None and answer.startswith("trf_")
        renewed += is_renewed
        assert entered == (("void", "transferred") if is_renewed else ("admitted", None))
        assert is_renewed or answer in (None, TicketUsed.code)
        assert await scan(client, env, 2, index) == (("admitted", None) if is_renewed else ("void", "transferred"))
    assert await rows(pool) == [("accepted", False)] * renewed


async def test_of_an_offer_at_the_same_moment_one_wins(client: httpx.AsyncClient, env: Env) -> None:
    for number, index in enumerate(env.sold):
        env.bought = [index]
        wish = {"ticket_ids": [env.ticket_id(index)]}

        if number % 2:
            offering, answer = await asyncio.gather(offer(client, **wish), renew(env))
        else:
            answer, offering = await asyncio.gather(renew(env), offer(client, **wish))

        # Offers lock no tickets. One that was chosen before the new codes and written after them is never accepted: it
        # names the version from before.
        is_renewed = answer is not None and answer.startswith("trf_")
        assert is_renewed or answer in (None, TicketOffered.code)
        assert is_renewed or offering.status_code == 201
        if offering.status_code == 201:
            accepted = await accept(client, offering.json()["transfer_url"].partition("?c=")[2])
            assert accepted.status_code == (410 if is_renewed else 200)
        assert await scan(client, env, 1, index) == ("void", "transferred")
        assert await scan(client, env, 2, index) == ("admitted", None)


async def test_what_happens_between_the_choice_and_the_writes_wins(
    client: httpx.AsyncClient, env: Env, pool: Pool
) -> None:
    async def refund() -> None:
        env.refunded = {7}

    async def close() -> None:
        await client.put(TERMS, headers=MANAGER, json={"allowed": False})

    async def start() -> None:
        env.event_starts_at = env.now - timedelta(seconds=1)

    async def give() -> None:
        await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Eve Lind"})

    refused = {}
    refused["offered"] = await _renew_while(env, lambda: offer(client))
    async with pool.connection() as conn:
        cursor = await conn.execute("SELECT id FROM tickets.transfers")
        (row,) = await cursor.fetchall()
    await undo(client, row["id"])
    refused["refunded"] = await _renew_while(env, refund)
    env.refunded = set()
    starts_at = env.event_starts_at
    refused["started"] = await _renew_while(env, start)
    env.event_starts_at = starts_at
    refused["closed"] = await _renew_while(env, close)
    await client.put(TERMS, headers=MANAGER, json={})
    refused["given"] = await _renew_while(env, give)

    assert refused == {
        "offered": TicketOffered.code,
        "refunded": TicketRefunded.code,
        "started": TransfersClosed.code,
        "closed": TransfersClosed.code,
        "given": TicketTransferred.code,
    }
    assert await rows(pool) == [("undone", False)]


async def _renew_while(env: Env, meanwhile: Callable[[], Awaitable[object]]) -> str | None:
    _between(env, meanwhile)
    return await renew(env)


def _between(env: Env, meanwhile: Callable[[], Awaitable[object]]) -> None:
    """Let this happen when the event is read for the second time: after the tickets were chosen."""

    async def later() -> None:
        env.meanwhile = meanwhile

    env.meanwhile = later
