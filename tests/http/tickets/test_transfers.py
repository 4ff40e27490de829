"""Transfer by a link: the old code dies in the moment of acceptance, exactly once, whatever happens beside it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from admitone.booking.contracts import ticket_code
from admitone.catalogue.contracts import EventStatus
from admitone.kit.ids import new_id
from admitone.kit.postgres import Pool
from admitone.tickets.domain.barcode import paper_code
from admitone.tickets.domain.refusals import TransferOver
from admitone.tickets.domain.ticket_id import TicketName
from admitone.tickets.usecases.transfers import accept_offer
from tests.http.tickets.conftest import (
    BOOKING_ID,
    BUYER,
    CODES,
    EVENT_ID,
    KEYS,
    MANAGER,
    OFFICE,
    OTHER_SCANNER,
    SCANNER,
    TICKET_ID,
    TOKEN,
    Env,
    link_signature,
)

BEN = {"name": "Ben Okafor", "email": "ben@example.org"}
TERMS = f"/organizer/events/{EVENT_ID}/transfers"


async def offer(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    body = {"holder_id": BOOKING_ID, "ticket_ids": [TICKET_ID], "friend": "Ben", **changes}
    return await client.post("/tickets/transfers", headers=BUYER, json=body)


async def offered(client: httpx.AsyncClient, **changes: Any) -> tuple[str, str]:
    """Return the transfer's id, and the code of its link."""
    answer = await offer(client, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()["transfer_id"], answer.json()["transfer_url"].partition("?c=")[2]


async def accept(client: httpx.AsyncClient, code: str, **changes: Any) -> httpx.Response:
    return await client.post("/tickets/transfers/accept", json={"code": code, **BEN, **changes})


async def undo(client: httpx.AsyncClient, transfer_id: str, headers: dict[str, str] = BUYER) -> httpx.Response:
    path = f"/tickets/transfers/{transfer_id}/undo"
    return await client.post(path, headers=headers, json={"holder_id": BOOKING_ID})


async def scan(client: httpx.AsyncClient, env: Env, version: int, index: int = 7) -> tuple[str, str | None]:
    code = paper_code(KEYS.newest, TicketName(EVENT_ID, index), version=version, now=env.now)
    result = (await client.post("/check-in/scans", json={"code": code, "gate": "North"}, headers=SCANNER)).json()
    return result["result"], result.get("reason")


def code_of(answer: httpx.Response) -> str | None:
    return str(answer.json()["code"]) if answer.content and answer.status_code >= 400 else None


async def test_acceptance_ends_the_givers_code_and_starts_the_friends(client: httpx.AsyncClient, env: Env) -> None:
    transfer_id, code = await offered(client)
    before = await client.get(f"/tickets/{TICKET_ID}/barcode", params={"s": link_signature()})

    accepted = await accept(client, code)
    old = await client.get(f"/tickets/{TICKET_ID}/barcode", params={"s": link_signature()})
    (ticket,) = accepted.json()["tickets"]
    new = await client.get(ticket["barcode_url"])

    assert (before.status_code, accepted.status_code, old.status_code, new.status_code) == (200, 200, 410, 200)
    assert accepted.json()["transfer_id"] == transfer_id
    assert ticket["code"] == ticket_code(CODES, BOOKING_ID, 7, 2) != ticket_code(CODES, BOOKING_ID, 7)
    assert await scan(client, env, version=1) == ("void", "transferred")
    assert await scan(client, env, version=2) == ("admitted", None)
    assert [(news.kind, news.holder_email) for news in env.news] == [("offered", None), ("accepted", BEN["email"])]
    assert env.news[0].code == code


async def test_a_link_works_once_and_is_stored_as_a_hash(client: httpx.AsyncClient, pool: Pool) -> None:
    _, code = await offered(client)
    async with pool.connection() as conn:
        rows = await (await conn.execute("SELECT transfers::text AS row FROM tickets.transfers")).fetchall()

    first, second = await accept(client, code), await accept(client, code, name="Eve Lind")

    assert all(code not in row["row"] for row in rows)
    assert (first.status_code, second.status_code) == (200, 410)
    assert (code_of(second), second.json()["state"]) == ("transfer-over", "accepted")
    assert code_of(await accept(client, "guess")) == "transfer-not-found"


async def test_of_many_friends_at_once_one_gets_the_tickets(client: httpx.AsyncClient, env: Env) -> None:
    env.bought = [5, 7]
    _, code = await offered(client, ticket_ids=[env.ticket_id(5), env.ticket_id(7)])

    answers = await asyncio.gather(*(accept(client, code, name=f"Friend {number}") for number in range(12)))

    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 11
    assert [await scan(client, env, 2, index) for index in (5, 7)] == [("admitted", None)] * 2
    assert [news.kind for news in env.news] == ["offered", "accepted"]


async def test_of_an_undo_and_an_acceptance_at_once_one_wins(client: httpx.AsyncClient, env: Env) -> None:
    for index in env.sold:
        env.bought = [index]
        transfer_id, code = await offered(client, ticket_ids=[env.ticket_id(index)])

        accepted, undone = await asyncio.gather(accept(client, code), undo(client, transfer_id))

        assert (accepted.status_code, undone.status_code) in {(200, 410), (410, 204)}
        valid = 2 if accepted.status_code == 200 else 1
        assert await scan(client, env, valid, index) == ("admitted", None)
        assert (await scan(client, env, 3 - valid, index))[0] != "admitted"


async def test_of_a_scan_and_an_acceptance_at_once_one_wins(client: httpx.AsyncClient, env: Env) -> None:
    for index in env.sold:
        env.bought = [index]
        _, code = await offered(client, ticket_ids=[env.ticket_id(index)])

        accepted, entered = await asyncio.gather(accept(client, code), scan(client, env, 1, index))

        assert (accepted.status_code, entered) in {(200, ("void", "transferred")), (409, ("admitted", None))}
        assert await scan(client, env, 2, index) == (
            ("admitted", None) if accepted.status_code == 200 else ("void", "transferred")
        )


async def test_what_happens_during_an_acceptance_wins(client: httpx.AsyncClient, env: Env) -> None:
    """Each in the moment between the first look at the offer and the writes of the acceptance."""
    give_away = f"/tickets/{TICKET_ID}/transfer"

    transfer_id, code = await offered(client)
    env.meanwhile = lambda: undo(client, transfer_id)
    undone = await accept(client, code)
    _, code = await offered(client)
    env.meanwhile = lambda: client.post(give_away, headers=BUYER, json={"name": "Eve Lind"})
    given = await accept(client, code)

    assert (undone.status_code, undone.json()["state"]) == (410, "undone")
    assert (given.status_code, code_of(given)) == (410, "ticket-transferred")
    assert await scan(client, env, 1) == await scan(client, env, 3) == ("void", "transferred")
    assert await scan(client, env, 2) == ("admitted", None)


async def test_a_scan_during_an_acceptance_wins(client: httpx.AsyncClient, env: Env) -> None:
    _, code = await offered(client)
    env.meanwhile = lambda: scan(client, env, 1)

    refused = await accept(client, code)

    assert (refused.status_code, code_of(refused)) == (409, "ticket-used")
    assert await scan(client, env, 2) == ("void", "transferred")


async def test_an_offer_lapses_during_its_acceptance(client: httpx.AsyncClient, env: Env) -> None:
    await client.put(TERMS, headers=MANAGER, json={"ends_at": f"{env.now + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"})
    _, code = await offered(client)

    async def wait() -> None:
        env.now += timedelta(days=8)

    env.meanwhile = wait
    refused = await accept(client, code)

    assert (refused.status_code, refused.json()["state"]) == (410, "lapsed")


async def test_a_form_that_is_sent_twice_gets_one_answer(client: httpx.AsyncClient, env: Env) -> None:
    deps = env.deps
    _, code = await offered(client)
    keys = ["the form", "the form", "another form", None]
    answers = await asyncio.gather(
        *(accept_offer(deps, code=code, name="Ben", email="b@example.org", form_key=key) for key in keys[:2])
    )

    assert answers[0] == answers[1]
    for key in keys[2:]:
        with pytest.raises(TransferOver):
            await accept_offer(deps, code=code, name="Eve", email="e@example.org", form_key=key)


async def test_all_tickets_of_an_offer_are_accepted_or_none(client: httpx.AsyncClient, env: Env) -> None:
    env.bought = [5, 7]
    transfer_id, code = await offered(client, ticket_ids=[env.ticket_id(5), env.ticket_id(7)])
    await scan(client, env, 1, 7)

    refused = await accept(client, code)

    assert (refused.status_code, code_of(refused)) == (409, "ticket-used")
    assert await scan(client, env, 1, 5) == ("admitted", None)
    assert (await undo(client, transfer_id)).status_code == 204


async def test_a_refund_ends_the_offer_and_the_transferred_ticket(client: httpx.AsyncClient, env: Env) -> None:
    env.bought = [5, 7]
    _, code = await offered(client)
    env.refunded = {7}

    assert code_of(await accept(client, code)) == "ticket-refunded"
    assert code_of(await offer(client)) == "ticket-refunded"


@pytest.mark.parametrize("undone_by", ["giver", "time"])
async def test_an_offer_ends_by_its_giver_or_by_time(client: httpx.AsyncClient, env: Env, undone_by: str) -> None:
    transfer_id, code = await offered(client)
    assert code_of(await offer(client)) == "ticket-offered"
    if undone_by == "giver":
        assert (await undo(client, transfer_id)).status_code == 204
        assert (await undo(client, transfer_id)).status_code == 204
    else:
        await client.put(TERMS, headers=MANAGER, json={"ends_at": f"{env.now + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"})
        env.now += timedelta(days=8)

    refused = await accept(client, code)
    again = await offer(client)

    assert refused.json()["state"] == ("undone" if undone_by == "giver" else "lapsed")
    assert again.status_code == 201
    assert await scan(client, env, 1) == ("admitted", None)


async def test_only_the_holder_offers_and_undoes(client: httpx.AsyncClient, env: Env) -> None:
    body = {"holder_id": BOOKING_ID, "ticket_ids": [TICKET_ID], "friend": "Ben"}
    strangers = [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {TOKEN}x"}]
    for headers in strangers:
        answer = await client.post("/tickets/transfers", headers=headers, json=body)
        assert (answer.status_code, code_of(answer)) == (404, "transfer-not-found")
    transfer_id, code = await offered(client)

    assert (await undo(client, transfer_id, {})).status_code == 404
    assert (await undo(client, new_id("trf"))).status_code == 404
    accepted = (await accept(client, code)).json()
    ben = {"Authorization": f"Bearer {accepted['holder_token']}"}
    assert code_of(await offer(client)) == "ticket-transferred"
    onward = await client.post("/tickets/transfers", headers=ben, json={**body, "holder_id": transfer_id})
    assert onward.status_code == 201
    eve = await accept(client, onward.json()["transfer_url"].partition("?c=")[2], name="Eve Lind")
    assert eve.json()["tickets"][0]["code"] == ticket_code(CODES, BOOKING_ID, 7, 3)
    assert await scan(client, env, 2) == ("void", "transferred")
    assert await scan(client, env, 3) == ("admitted", None)


async def test_a_used_ticket_and_another_bookings_ticket_are_not_offered(client: httpx.AsyncClient, env: Env) -> None:
    env.bought = [5, 7]

    assert code_of(await offer(client, ticket_ids=[env.ticket_id(12)])) == "ticket-not-found"
    await scan(client, env, 1)
    assert code_of(await offer(client)) == "ticket-used"


@pytest.mark.parametrize(
    ("terms", "reason"),
    [({"allowed": False}, "off"), ({"ends_at": "2026-12-31T19:00:00Z"}, "ended")],
)
async def test_the_organizer_closes_transfers(client: httpx.AsyncClient, terms: dict[str, object], reason: str) -> None:
    _, code = await offered(client)
    changed = await client.put(TERMS, headers=MANAGER, json=terms)
    shown = await client.get(TERMS, headers=OFFICE)

    refused = [
        await accept(client, code),
        await offer(client),
        await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"}),
    ]

    assert (
        changed.json()
        == shown.json()
        == {"allowed": True, "ends_at": None, "shows_names": False, "asks_names": False} | terms
    )
    assert [(answer.status_code, answer.json().get("reason")) for answer in refused] == [(409, reason)] * 3


async def test_transfers_end_when_the_event_starts_or_is_cancelled(client: httpx.AsyncClient, env: Env) -> None:
    answer = await offer(client)
    assert answer.json()["expires_at"] == "2026-12-31T20:30:00Z"

    env.event_status = EventStatus.CANCELLED
    assert (await accept(client, answer.json()["transfer_url"].partition("?c=")[2])).json()[
        "reason"
    ] == "event-cancelled"


async def test_terms_are_the_organizers(client: httpx.AsyncClient) -> None:
    refused = [
        await client.put(TERMS, headers=OFFICE, json={}),
        await client.put(TERMS, headers=SCANNER, json={}),
        await client.get(TERMS, headers=OTHER_SCANNER),
        await client.get(TERMS),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 404, 401]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"friend": ""},
        {"friend": "Ben", "ticket_ids": []},
        {"friend": "Ben", "ticket_ids": [TICKET_ID] * 101},
        {"friend": "Ben", "friend_email": "nonsense"},
        {"friend": "Ben", "more": 1},
    ],
)
async def test_a_refused_offer_names_its_faults(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    answer = await client.post(
        "/tickets/transfers", headers=BUYER, json={"holder_id": BOOKING_ID, "ticket_ids": [TICKET_ID], **body}
    )

    assert (answer.status_code, code_of(answer)) == (422, "invalid-body")


async def test_an_offer_lasts_a_week_at_most(client: httpx.AsyncClient, env: Env) -> None:
    await client.put(TERMS, headers=MANAGER, json={"ends_at": "2027-06-01T00:00:00Z"})

    answer = await offer(client)

    assert answer.json()["expires_at"] == f"{env.now + timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}"
