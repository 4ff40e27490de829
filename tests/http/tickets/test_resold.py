"""A place that was refunded and sold again belongs only to the new buyer: no earlier code, transfer or scan counts."""

import base64
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from admitone.tickets.domain.barcode import paper_code
from admitone.tickets.domain.ticket_id import TicketName
from tests.http.tickets.conftest import BUYER, EVENT_ID, KEYS, OFFICE, SCANNER, TICKET_ID, Env, link_signature

SEAT = TicketName(EVENT_ID, 7)


def code(env: Env, version: int = 1) -> str:
    return paper_code(KEYS.newest, SEAT, version=version, now=env.now)


async def scan(client: httpx.AsyncClient, code: str) -> dict[str, Any]:
    answer = await client.post("/check-in/scans", json={"code": code, "gate": "North"}, headers=SCANNER)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def transfer(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"})


async def submit_scan(client: httpx.AsyncClient, env: Env, code: str) -> dict[str, Any]:
    [result] = await submit_scans(client, env, {"1": code})
    return result


async def submit_scans(client: httpx.AsyncClient, env: Env, codes: dict[str, str]) -> list[dict[str, Any]]:
    """`codes`: by the scan's id."""
    scans = [
        {"scan_id": scan_id, "gate": "South", "scanned_at": env.now.isoformat(), "code": code}
        for scan_id, code in codes.items()
    ]
    body = {"event_id": EVENT_ID, "device": "south-1", "scans": scans}
    answer = await client.post("/check-in/offline-scans", json=body, headers=SCANNER)
    return list(answer.json()["scans"])


async def test_an_old_code_of_a_place_that_was_sold_again_admits_no_one(client: httpx.AsyncClient, env: Env) -> None:
    old = code(env)
    env.now += timedelta(hours=1)
    env.sell_again()

    refused, handed_in = await scan(client, old), await submit_scan(client, env, old)
    admitted = await scan(client, code(env))

    assert refused == {"result": "void", "reason": "refunded"}
    assert (handed_in["result"], handed_in["reason"]) == ("void", "refunded")
    assert admitted["result"] == "admitted"


async def test_a_code_of_a_seat_from_before_an_exchange_admits_no_one(client: httpx.AsyncClient, env: Env) -> None:
    """The booking is older than the code: only the exchange tells whose code it is."""
    old = code(env)
    env.now += timedelta(hours=1)
    env.exchanged_at = env.now

    refused, handed_in = await scan(client, old), await submit_scan(client, env, old)
    admitted = await scan(client, code(env))

    assert refused == {"result": "void", "reason": "refunded"}
    assert (handed_in["result"], handed_in["reason"]) == ("void", "refunded")
    assert admitted["result"] == "admitted"


async def test_an_earlier_recipient_has_no_ticket_and_the_new_buyer_may_transfer_it(
    client: httpx.AsyncClient, env: Env
) -> None:
    given = (await transfer(client)).json()
    old = code(env, version=2)
    env.now += timedelta(hours=1)
    env.sell_again()

    shown = await client.get(given["barcode_url"])
    refused = await scan(client, old)
    mine = await client.get(f"/tickets/{TICKET_ID}/barcode", params={"s": link_signature(booking_id=env.booking_id)})
    again = await transfer(client)
    admitted = await scan(client, code(env, version=2))

    assert (shown.status_code, refused["result"], mine.status_code, again.status_code) == (404, "void", 200, 200)
    assert (admitted["result"], admitted["holder_name"]) == ("admitted", "Ben Okafor")


@pytest.mark.parametrize("is_alone", [False, True])
async def test_an_earlier_admission_does_not_block_the_new_buyer(
    client: httpx.AsyncClient, env: Env, is_alone: bool
) -> None:
    await scan(client, code(env))
    env.now += timedelta(hours=1)
    env.sell_again()
    manifest = (await client.get("/check-in/manifest", params={"event_id": EVENT_ID}, headers=SCANNER)).json()[
        "payload"
    ]

    mine = await (submit_scan(client, env, code(env)) if is_alone else scan(client, code(env)))
    conflicts = (await client.get("/check-in/conflicts", params={"event_id": EVENT_ID}, headers=OFFICE)).json()

    read = msgspec.json.decode(base64.urlsafe_b64decode(manifest + "=" * (-len(manifest) % 4)))
    assert (read["admitted"], read["resold"]["7"]) == ({}, int(env.now.timestamp()))
    assert (mine["result"], mine["admitted_at"]) == ("admitted", "2026-12-31T20:30:00Z")
    assert conflicts["conflicts"] == []


async def test_of_a_scan_and_a_refund_at_the_same_moment_one_wins(client: httpx.AsyncClient, env: Env) -> None:
    async def refund() -> None:
        env.refunded = {7}

    env.meanwhile = refund
    refused = await scan(client, code(env))
    env.refunded = set()

    assert (refused["result"], refused["reason"]) == ("void", "refunded")
    assert (await scan(client, code(env)))["result"] == "admitted"  # the refused scan left no admission


async def test_an_offline_scan_that_is_submitted_while_its_ticket_is_refunded_is_void(
    client: httpx.AsyncClient, env: Env
) -> None:
    async def refund() -> None:
        env.refunded = {7}

    other = paper_code(KEYS.newest, TicketName(EVENT_ID, 5), version=1, now=env.now)
    env.after_judging = refund
    refused, kept = await submit_scans(client, env, {"1": code(env), "2": other})
    env.refunded = set()

    assert (refused["result"], refused["reason"], kept["result"]) == ("void", "refunded", "admitted")
    assert (await scan(client, code(env)))["result"] == "admitted"  # the void scan left no admission


async def test_an_offline_scan_of_an_earlier_buyer_does_not_undo_the_new_admission(
    client: httpx.AsyncClient, env: Env
) -> None:
    old = code(env)

    async def sell_again() -> None:
        env.now += timedelta(minutes=1)
        env.sell_again()
        assert (await scan(client, code(env)))["result"] == "admitted"

    env.after_judging = sell_again
    void = await submit_scan(client, env, old)

    assert (void["result"], void["reason"]) == ("void", "refunded")
    assert (await scan(client, code(env)))["result"] == "already-admitted"


@pytest.mark.parametrize("is_transfer", [False, True])
async def test_what_the_earlier_buyer_began_before_the_resale_does_not_undo_the_new_admission(
    client: httpx.AsyncClient, env: Env, is_transfer: bool
) -> None:
    old = code(env)

    async def sell_again() -> None:
        env.now += timedelta(minutes=1)
        env.sell_again()
        assert (await scan(client, code(env)))["result"] == "admitted"

    env.meanwhile = sell_again
    if is_transfer:
        assert (await transfer(client)).status_code == 404
    else:
        assert (await scan(client, old))["result"] == "void"

    assert (await scan(client, code(env)))["result"] == "already-admitted"
