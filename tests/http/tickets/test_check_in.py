"""Check-in: one ticket admits one person, once."""

import asyncio
import base64
from datetime import timedelta

import httpx
import msgspec
import pytest

from admitone.booking.contracts import BookingStatus, ticket_code
from admitone.catalogue.contracts import EventStatus
from admitone.kit.short_codes import spaced
from admitone.tickets.domain.barcode import is_of_sale, paper_code, read_code, screen_code
from admitone.tickets.domain.keys import derive_keys
from admitone.tickets.domain.ticket_id import TicketName
from admitone.tickets.usecases.holding import read_pass
from tests.http.tickets.conftest import BUYER, CODES, EVENT_ID, KEYS, OTHER_SCANNER, SCANNER, TICKET_ID, TOKEN, Env

SEAT = TicketName(EVENT_ID, 7)


def paper(env: Env, ticket: TicketName = SEAT, version: int = 1) -> str:
    return paper_code(KEYS.newest, ticket, version=version, now=env.now)


async def scan(
    client: httpx.AsyncClient, code: str, gate: str = "North", headers: dict[str, str] | None = None
) -> dict[str, object]:
    answer = await client.post("/check-in/scans", json={"code": code, "gate": gate}, headers=headers or SCANNER)
    assert answer.status_code == 200, answer.text
    result: dict[str, object] = answer.json()
    return result


async def test_the_first_scan_admits_and_the_second_shows_when(client: httpx.AsyncClient, env: Env) -> None:
    code = screen_code(KEYS.newest, SEAT, version=1, now=env.now)

    first = await scan(client, code, "North")
    second = await scan(client, code, "South")

    assert first["result"] == "admitted"
    assert first["ticket"]["seat"] == "112"  # type: ignore[index]
    assert (second["result"], second["gate"], second["admitted_at"]) == (
        "already-admitted",
        "North",
        "2026-12-31T19:30:00Z",
    )


async def test_a_code_names_the_time_of_its_sale_whenever_it_is_made(client: httpx.AsyncClient, env: Env) -> None:
    """A code that its holder opens while the place is sold to another buyer belongs to the earlier sale."""
    env.confirmed_at = env.now - timedelta(days=2)

    shown = await read_pass(env.deps, ticket_id=TICKET_ID, signature=None, bearer=TOKEN)
    codes = [read_code(code, [KEYS.newest])[0].issued_at for code in (shown.screen_code, shown.paper_code)]

    assert codes == [int(env.confirmed_at.timestamp())] * 2
    assert not is_of_sale(codes[0], env.now)


async def test_of_many_gates_at_once_one_admits(client: httpx.AsyncClient, env: Env) -> None:
    results = await asyncio.gather(*(scan(client, paper(env), f"Gate {number}") for number in range(20)))

    assert sorted(str(result["result"]) for result in results) == ["admitted"] + ["already-admitted"] * 19


async def test_an_old_screenshot_is_stale(client: httpx.AsyncClient, env: Env) -> None:
    code = screen_code(KEYS.newest, SEAT, version=1, now=env.now)
    env.now += timedelta(minutes=2)

    assert await scan(client, code) == {"result": "void", "reason": "stale"}


async def test_a_forged_code_is_void(client: httpx.AsyncClient, env: Env) -> None:
    forged = paper_code(derive_keys(["elsewhere"]).newest, SEAT, version=1, now=env.now)

    assert await scan(client, forged) == {"result": "void", "reason": "forged"}
    assert await scan(client, "hello") == {"result": "void", "reason": "malformed"}


async def test_a_code_of_an_unsold_place_is_void(client: httpx.AsyncClient, env: Env) -> None:
    assert await scan(client, paper(env, TicketName(EVENT_ID, 8))) == {"result": "void", "reason": "not-sold"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"booking_status": BookingStatus.REFUNDED}, "refunded"),
        ({"event_status": EventStatus.CANCELLED}, "event-cancelled"),
    ],
)
async def test_tickets_of_a_refund_or_a_cancelled_event_are_void(
    client: httpx.AsyncClient, env: Env, change: dict[str, object], reason: str
) -> None:
    for name, value in change.items():
        setattr(env, name, value)

    answer = await scan(client, paper(env))

    assert (answer["result"], answer["reason"]) == ("void", reason)


async def test_scanners_of_another_organization_or_event_get_wrong_event(client: httpx.AsyncClient, env: Env) -> None:
    body = {"code": paper(env), "gate": "North", "event_id": "evt_01jd3x9k7qf0c8v5t2m4n6p8r1"}

    elsewhere = await scan(client, paper(env), headers=OTHER_SCANNER)
    other_gate = await client.post("/check-in/scans", json=body, headers=SCANNER)

    assert elsewhere == {"result": "wrong-event"}
    assert other_gate.json()["result"] == "wrong-event"


async def test_a_transferred_tickets_old_code_is_void_and_the_new_one_admits(
    client: httpx.AsyncClient, env: Env
) -> None:
    await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"})

    old = await scan(client, paper(env))
    new = await scan(client, paper(env, version=2))

    assert (old["result"], old["reason"]) == ("void", "transferred")
    assert (new["result"], new["holder_name"]) == ("admitted", "Ben Okafor")


async def test_a_typed_code_admits_once_at_its_event(client: httpx.AsyncClient, env: Env) -> None:
    typed = spaced(ticket_code(CODES, env.booking_id, 7)).lower()

    async def enter(code: str, event_id: str = EVENT_ID, headers: dict[str, str] = SCANNER) -> tuple[object, object]:
        body = {"code": code, "gate": "North", "event_id": event_id}
        result = (await client.post("/check-in/scans", json=body, headers=headers)).json()
        return result["result"], result.get("reason")

    without_event = await client.post("/check-in/scans", json={"code": typed, "gate": "North"}, headers=SCANNER)

    assert without_event.status_code == 422
    assert await enter(typed, headers=OTHER_SCANNER) == ("void", "not-sold")
    assert await enter(typed, "evt_01jd3x9k7qf0c8v5t2m4n6p8r1") == ("void", "not-sold")
    assert await enter(ticket_code(CODES, env.booking_id, 8)) == ("void", "not-sold")
    assert await enter(ticket_code(CODES, "bkg_another", 7)) == ("void", "not-sold")
    assert await enter(typed) == ("admitted", None)
    assert await enter(typed) == ("already-admitted", None)


async def test_a_transfer_ends_the_typed_code(client: httpx.AsyncClient, env: Env) -> None:
    await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"})

    results = []
    for version in (1, 2):
        code = ticket_code(CODES, env.booking_id, 7, version)
        body = {"code": code, "gate": "North", "event_id": EVENT_ID}
        results.append((await client.post("/check-in/scans", json=body, headers=SCANNER)).json())

    assert [(result["result"], result.get("reason")) for result in results] == [
        ("void", "transferred"),
        ("admitted", None),
    ]


async def test_a_used_ticket_cannot_be_transferred(client: httpx.AsyncClient, env: Env) -> None:
    await scan(client, paper(env))

    answer = await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"})

    assert (answer.status_code, answer.json()["code"]) == (409, "ticket-used")


async def test_of_a_transfer_and_a_scan_at_once_one_wins(client: httpx.AsyncClient, env: Env) -> None:
    transfer, scanned = await asyncio.gather(
        client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"}),
        scan(client, paper(env)),
    )

    assert (transfer.status_code == 200) != (scanned["result"] == "admitted")


async def test_a_scan_without_a_key_is_refused(client: httpx.AsyncClient, env: Env) -> None:
    answer = await client.post("/check-in/scans", json={"code": paper(env), "gate": "North"})

    assert answer.status_code == 401


async def test_the_manifest_is_signed_and_works_offline(client: httpx.AsyncClient, env: Env) -> None:
    await scan(client, paper(env))

    answer = await client.get("/check-in/manifest", params={"event_id": EVENT_ID}, headers=SCANNER)
    signed = answer.json()

    message = f"{signed['protected']}.{signed['payload']}".encode()
    KEYS.newest.public_key.verify(_raw(signed["signature"]), message)
    manifest = msgspec.json.decode(_raw(signed["payload"]))
    assert (manifest["sold"], manifest["admitted"]) == ([[5, 7], [12, 12]], {"7": "2026-12-31T19:30:00Z"})
    assert _raw(manifest["public_key"]) == KEYS.newest.public_bytes


@pytest.mark.parametrize(
    ("query", "headers", "status", "code"),
    [
        ({"event_id": EVENT_ID}, {}, 401, "not-authenticated"),
        ({"event_id": EVENT_ID}, OTHER_SCANNER, 404, "event-not-found"),
        ({"event_id": "evt_nobody"}, SCANNER, 404, "event-not-found"),
        ({}, SCANNER, 400, "invalid-parameter"),
    ],
)
async def test_the_manifest_is_for_the_events_own_scanners(
    client: httpx.AsyncClient, query: dict[str, str], headers: dict[str, str], status: int, code: str
) -> None:
    answer = await client.get("/check-in/manifest", params=query, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
