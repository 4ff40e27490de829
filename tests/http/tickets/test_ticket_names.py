"""Names of guests on tickets: entered by the holder until the show, shown at the gate; the codes stay as they are."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx

from admitone.catalogue.contracts import EventStatus
from admitone.tickets.domain.barcode import paper_code
from admitone.tickets.domain.ticket_id import TicketName
from admitone.tickets.store.tickets import name_tickets
from admitone.tickets.usecases.read_holding import read_holding
from tests.http.tickets.conftest import BOOKING_ID, BUYER, EVENT_ID, KEYS, MANAGER, SCANNER, TICKET_ID, Env

TERMS = f"/organizer/events/{EVENT_ID}/transfers"


async def ask_for_names(client: httpx.AsyncClient) -> None:
    answer = await client.put(TERMS, headers=MANAGER, json={"asks_names": True})
    assert (answer.status_code, answer.json()["asks_names"]) == (200, True)


async def name(
    client: httpx.AsyncClient, names: dict[str, str], *, holder: str = BOOKING_ID, headers: dict[str, str] = BUYER
) -> str | None:
    answer = await client.put("/tickets/names", headers=headers, json={"holder_id": holder, "names": names})
    return None if answer.status_code == 204 else str(answer.json()["code"])


async def scan(client: httpx.AsyncClient, env: Env, version: int = 1) -> dict[str, Any]:
    code = paper_code(KEYS.newest, TicketName(EVENT_ID, 7), version=version, now=env.now)
    answer = await client.post("/check-in/scans", json={"code": code, "gate": "North"}, headers=SCANNER)
    return dict(answer.json())


async def give(client: httpx.AsyncClient, name: str) -> httpx.Response:
    return await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": name})


async def test_a_name_is_on_the_ticket_and_the_code_stays(client: httpx.AsyncClient, env: Env) -> None:
    unasked = await name(client, {TICKET_ID: "Mia Novak"})
    await ask_for_names(client)

    named = await name(client, {TICKET_ID: "Mia Novak"})
    corrected = await name(client, {TICKET_ID: "Mia Nováková"})
    holding = await read_holding(env.deps, holder_id=BOOKING_ID)
    admitted = await scan(client, env)

    assert (unasked, named, corrected) == ("names-closed", None, None)
    assert holding.asks_names
    assert [(held.guest, held.name) for held in holding.tickets] == [("Mia Nováková",) * 2]
    assert (admitted["result"], admitted["holder_name"]) == ("admitted", "Mia Nováková")
    assert await name(client, {TICKET_ID: "Ana Ruiz"}) == "ticket-used"


async def test_names_are_the_holders_until_the_show_starts(client: httpx.AsyncClient, env: Env) -> None:
    await ask_for_names(client)
    refused = {
        "stranger": await name(client, {TICKET_ID: "Mia"}, headers={}),
        "other ticket": await name(client, {env.ticket_id(7): "Mia", env.ticket_id(12): "Ben"}),
    }
    env.refunded = {7}
    refused["refunded"] = await name(client, {TICKET_ID: "Mia"})
    env.refunded = set()
    env.event_status = EventStatus.CANCELLED
    refused["cancelled"] = await name(client, {TICKET_ID: "Mia"})
    env.event_status = EventStatus.SCHEDULED
    started, env.event_starts_at = env.event_starts_at, env.now - timedelta(seconds=1)
    refused["started"] = await name(client, {TICKET_ID: "Mia"})
    env.event_starts_at = started
    await give(client, "Ben Okafor")
    refused["transferred"] = await name(client, {TICKET_ID: "Mia"})

    assert refused == {
        "stranger": "transfer-not-found",
        "other ticket": "ticket-not-found",
        "refunded": "ticket-refunded",
        "cancelled": "names-closed",
        "started": "names-closed",
        "transferred": "ticket-transferred",
    }
    assert (await scan(client, env, version=2))["holder_name"] == "Ben Okafor"


async def test_a_name_that_comes_after_a_transfer_or_a_scan_changes_nothing(
    client: httpx.AsyncClient, env: Env
) -> None:
    """The version is the one that the holder had when the request read it."""
    await ask_for_names(client)
    assert (await give(client, "Ben Okafor")).status_code == 200

    async with env.deps.pool.connection() as conn:
        transferred = await name_tickets(conn, EVENT_ID, BOOKING_ID, [(TICKET_ID, 7, 1, "Mia Novak")])
    admitted = await scan(client, env, version=2)
    async with env.deps.pool.connection() as conn:
        used = await name_tickets(conn, EVENT_ID, BOOKING_ID, [(TICKET_ID, 7, 2, "Mia Novak")])

    assert (transferred, used) == (set(), set())
    assert (admitted["result"], admitted["holder_name"]) == ("admitted", "Ben Okafor")
    assert (await scan(client, env, version=2))["result"] == "already-admitted"


async def test_of_a_name_and_a_resale_at_the_same_moment_the_new_buyers_ticket_stays(
    client: httpx.AsyncClient, env: Env
) -> None:
    await ask_for_names(client)

    async def sell_again() -> None:
        env.now += timedelta(minutes=1)
        env.sell_again()
        assert (await scan(client, env))["result"] == "admitted"

    env.meanwhile = sell_again
    refused = await name(client, {TICKET_ID: "Mia Novak"})

    assert refused == "ticket-refunded"
    assert (await scan(client, env))["result"] == "already-admitted"


async def test_names_and_scans_at_once_admit_once(client: httpx.AsyncClient, env: Env) -> None:
    await ask_for_names(client)

    outcomes = await asyncio.gather(
        *(scan(client, env) for _ in range(3)), *(name(client, {TICKET_ID: f"Guest {number}"}) for number in range(3))
    )

    results = [outcome["result"] for outcome in outcomes if isinstance(outcome, dict)]
    assert sorted(results) == ["admitted", "already-admitted", "already-admitted"]
