"""Gates that scan offline and submit their scans later: the first scan by time admits, and no scan is lost."""

import asyncio
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import httpx
import pytest

from admitone.booking.contracts import BookingStatus
from admitone.catalogue.contracts import EventStatus
from admitone.tickets.domain.barcode import paper_code, screen_code
from admitone.tickets.domain.keys import derive_keys
from admitone.tickets.domain.ticket_id import TicketName
from tests.http.tickets.conftest import (
    BUYER,
    EVENT_ID,
    KEYS,
    OFFICE,
    OTHER_SCANNER,
    SCANNER,
    TICKET_ID,
    Env,
)

SEAT = TicketName(EVENT_ID, 7)
OTHER_EVENT = "evt_01jd3x9k7qf0c8v5t2m4n6p8r1"
Scan = dict[str, Any]


def at(env: Env, minutes: float) -> datetime:
    return env.now + timedelta(minutes=minutes)


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def a_scan(env: Env, scan_id: str, minutes: float, gate: str = "North", *, index: int = 7, **more: Any) -> Scan:
    """Return a scan of the ticket's paper code, this many minutes from now."""
    scan = {"scan_id": scan_id, "gate": gate, "scanned_at": text(at(env, minutes))}
    if not more:
        more = {"code": paper_code(KEYS.newest, TicketName(EVENT_ID, index), version=1, now=env.now)}
    return {**scan, **more}


async def post(
    client: httpx.AsyncClient, *scans: Scan, device: str = "north-1", headers: dict[str, str] | None = None
) -> httpx.Response:
    body = {"event_id": EVENT_ID, "device": device, "scans": list(scans)}
    return await client.post("/check-in/offline-scans", json=body, headers=headers or SCANNER)


async def submit_scan(client: httpx.AsyncClient, *scans: Scan, device: str = "north-1") -> list[Scan]:
    answer = await post(client, *scans, device=device)
    assert answer.status_code == 200, answer.text
    results: list[Scan] = answer.json()["scans"]
    assert [result["scan_id"] for result in results] == [scan["scan_id"] for scan in scans]
    return results


async def ask(client: httpx.AsyncClient, code: str, gate: str) -> str:
    """Scan at an online gate."""
    answer = await client.post("/check-in/scans", json={"code": code, "gate": gate}, headers=SCANNER)
    return str(answer.json()["result"])


async def conflicts(client: httpx.AsyncClient, **query: Any) -> list[Scan]:
    answer = await client.get("/check-in/conflicts", params={"event_id": EVENT_ID, **query}, headers=OFFICE)
    assert answer.status_code == 200, answer.text
    found: list[Scan] = answer.json()["conflicts"]
    return found


def words(found: list[Scan]) -> list[tuple[str, list[str]]]:
    return [(conflict["kind"], [scan["gate"] for scan in conflict["scans"]]) for conflict in found]


async def test_each_scan_has_its_answer(client: httpx.AsyncClient, env: Env) -> None:
    forged = paper_code(derive_keys(["elsewhere"]).newest, SEAT, version=1, now=env.now)

    first, second, refunded, by_name, unknown, elsewhere = await submit_scan(
        client,
        a_scan(env, "1", 0),
        a_scan(env, "2", 5, "South"),
        a_scan(env, "3", 1, index=8),
        a_scan(env, "4", 1, ticket_id=TicketName(EVENT_ID, 12).ticket_id),
        a_scan(env, "5", 1, code=forged),
        a_scan(env, "6", 1, ticket_id=TicketName(OTHER_EVENT, 7).ticket_id),
    )

    admission = {"ticket_id": TICKET_ID, "admitted_at": "2026-12-31T19:30:00Z", "gate": "North"}
    assert first == {"scan_id": "1", "result": "admitted", **admission}
    assert second == {"scan_id": "2", "result": "duplicate", **admission}
    assert (refunded["result"], refunded["reason"]) == ("void", "not-sold")
    assert (by_name["result"], by_name["admitted_at"]) == ("admitted", "2026-12-31T19:31:00Z")
    assert unknown == {"scan_id": "5", "result": "unknown", "reason": "forged"}
    assert elsewhere == {"scan_id": "6", "result": "unknown", "reason": "wrong-event"}


async def test_an_earlier_scan_that_is_submitted_later_wins(client: httpx.AsyncClient, env: Env) -> None:
    late, early = a_scan(env, "9", 5, "South"), a_scan(env, "1", 0)

    [told] = await submit_scan(client, late, device="south-1")
    [earlier] = await submit_scan(client, early)
    [again] = await submit_scan(client, late, device="south-1")

    assert (told["result"], told["gate"]) == ("admitted", "South")
    assert (earlier["result"], earlier["gate"]) == ("admitted", "North")
    assert (again["result"], again["gate"], again["admitted_at"]) == ("duplicate", "North", "2026-12-31T19:30:00Z")
    assert await ask(client, late["code"], "West") == "already-admitted"


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_the_order_of_submissions_does_not_change_the_result(
    client: httpx.AsyncClient, env: Env, order: tuple[int, ...]
) -> None:
    """Two gates scan the same tickets; one of them submits in two parts, possibly the later scans first."""
    parts = [
        ("north-1", [a_scan(env, "1", 3), a_scan(env, "2", 1, index=5)]),
        ("north-1", [a_scan(env, "3", 9, index=12), a_scan(env, "4", 8, index=6)]),
        ("south-1", [a_scan(env, "1", 2, "South"), a_scan(env, "2", 1, "South", index=5)]),
    ]

    for at_once in order:
        device, scans = parts[at_once]
        await submit_scan(client, *scans, device=device)

    everything = {"north-1": [*parts[0][1], *parts[1][1]], "south-1": parts[2][1]}
    results = {device: await submit_scan(client, *scans, device=device) for device, scans in everything.items()}
    assert [result["result"] for result in results["north-1"]] == ["duplicate", "admitted", "admitted", "admitted"]
    assert [result["result"] for result in results["south-1"]] == ["admitted", "duplicate"]
    assert [(conflict["ticket_id"][-2:], *words([conflict])) for conflict in await conflicts(client)] == [
        ("_5", ("duplicate", ["North", "South"])),
        ("_7", ("duplicate", ["South", "North"])),
    ]


async def test_a_scan_submitted_again_or_concurrently_is_the_same_scan(client: httpx.AsyncClient, env: Env) -> None:
    scans = [a_scan(env, "1", 0), a_scan(env, "2", 1, index=5), a_scan(env, "3", 2, code="hello")]

    answers = await asyncio.gather(*(submit_scan(client, *scans) for _ in range(8)))
    in_other_words = await submit_scan(client, *reversed(scans))

    assert all(answer == answers[0] for answer in answers)
    assert in_other_words == answers[0][::-1]
    assert words(await conflicts(client)) == [("unknown", ["North"])]


async def test_many_devices_at_once_admit_each_ticket_once(client: httpx.AsyncClient, env: Env) -> None:
    """Submit in opposite orders: no transaction deadlocks."""
    env.sold = list(range(40))
    scans = [a_scan(env, str(index), index / 100, index=index) for index in env.sold]

    await asyncio.gather(
        *(
            submit_scan(client, *(scans[::-1] if number % 2 else scans), device=f"device-{number}")
            for number in range(8)
        ),
        *(ask(client, scan["code"], "Online") for scan in scans[::5]),
    )
    results = [await submit_scan(client, *scans, device=f"device-{number}") for number in range(8)]

    assert [result["result"] for result in results[0]].count(
        "admitted"
    ) >= 32  # the smallest of the names; the online gate may win
    assert all(sum(result[at]["result"] == "admitted" for result in results) <= 1 for at in range(40))
    assert {conflict["kind"] for conflict in await conflicts(client, size=100)} == {"duplicate"}


async def test_an_earlier_offline_scan_overrides_an_online_one_and_keeps_it_on_record(
    client: httpx.AsyncClient, env: Env
) -> None:
    scan = a_scan(env, "1", -5, "South")

    asked = await ask(client, scan["code"], "North")
    [result] = await submit_scan(client, scan, device="south-1")
    [conflict] = await conflicts(client)
    manifest = await client.get("/check-in/manifest", params={"event_id": EVENT_ID}, headers=SCANNER)

    assert (asked, result["result"]) == ("admitted", "admitted")
    assert (conflict["kind"], conflict["ticket_id"]) == ("duplicate", TICKET_ID)
    assert [
        (conflicting_scan.get("device"), conflicting_scan["gate"], conflicting_scan["scanned_at"])
        for conflicting_scan in conflict["scans"]
    ] == [
        ("south-1", "South", "2026-12-31T19:25:00Z"),
        (None, "North", "2026-12-31T19:30:00Z"),
    ]
    assert manifest.status_code == 200


async def test_an_offline_scan_after_an_online_one_is_a_duplicate(client: httpx.AsyncClient, env: Env) -> None:
    scan = a_scan(env, "1", 5, "South")
    await ask(client, scan["code"], "North")

    [result] = await submit_scan(client, scan, device="south-1")

    assert (result["result"], result["gate"], result["admitted_at"]) == ("duplicate", "North", "2026-12-31T19:30:00Z")
    assert words(await conflicts(client)) == [("duplicate", ["North", "South"])]


async def test_an_old_code_is_valid_if_it_was_scanned_before_the_transfer(client: httpx.AsyncClient, env: Env) -> None:
    before, after = a_scan(env, "1", -1), a_scan(env, "2", 1)
    await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"})

    [too_late] = await submit_scan(client, after)
    new_holder = await ask(client, paper_code(KEYS.newest, SEAT, version=2, now=env.now), "North")
    [in_time] = await submit_scan(client, before)

    assert (too_late["result"], too_late["reason"]) == ("void", "transferred")
    assert (new_holder, in_time["result"]) == ("admitted", "admitted")
    assert sorted(conflict["kind"] for conflict in await conflicts(client)) == ["duplicate", "void"]


async def test_a_screen_code_is_judged_by_the_time_of_its_scan(client: httpx.AsyncClient, env: Env) -> None:
    code = screen_code(KEYS.newest, SEAT, version=1, now=env.now)
    fresh, stale = a_scan(env, "1", 0, code=code), a_scan(env, "2", 5, code=code)
    env.now += timedelta(hours=3)

    results = await submit_scan(client, fresh, stale)

    assert [(result["result"], result.get("reason")) for result in results] == [("admitted", None), ("void", "stale")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"booking_status": BookingStatus.REFUNDED}, "refunded"),
        ({"event_status": EventStatus.CANCELLED}, "event-cancelled"),
    ],
)
async def test_scans_of_a_refund_or_a_cancelled_event_are_void_and_a_conflict(
    client: httpx.AsyncClient, env: Env, change: dict[str, object], reason: str
) -> None:
    for name, value in change.items():
        setattr(env, name, value)

    [result] = await submit_scan(client, a_scan(env, "1", 0))

    assert (result["result"], result["reason"]) == ("void", reason)
    [conflict] = await conflicts(client)
    assert (conflict["kind"], conflict["scans"][0]["reason"]) == ("void", reason)


async def test_a_reused_scan_id_is_refused_and_loses_no_scan(client: httpx.AsyncClient, env: Env) -> None:
    await submit_scan(client, a_scan(env, "1", 0))

    [other] = await submit_scan(client, a_scan(env, "1", 0, index=5))
    [same_id_elsewhere] = await submit_scan(client, a_scan(env, "1", 0, index=5), device="south-1")
    [first] = await submit_scan(client, a_scan(env, "1", 0))

    assert other == {"scan_id": "1", "result": "unknown", "reason": "scan-id-reused"}
    assert (same_id_elsewhere["result"], first["result"]) == ("admitted", "admitted")


async def test_conflicts_are_paged_and_for_the_box_office(client: httpx.AsyncClient, env: Env) -> None:
    await submit_scan(
        client, *(a_scan(env, str(number), number, f"Gate {number}", code="hello") for number in range(5))
    )

    path = "/check-in/conflicts"
    query: dict[str, str | int] = {"event_id": EVENT_ID, "page": 1, "size": 2}
    page = (await client.get(path, params=query, headers=OFFICE)).json()
    scanner = await client.get(path, params=query, headers=SCANNER)
    stranger = await client.get(path, params=query, headers=OTHER_SCANNER)

    assert [conflict["scans"][0]["gate"] for conflict in page["conflicts"]] == ["Gate 2", "Gate 3"]
    assert page["page"] == {"number": 1, "size": 2, "total": 5, "total_pages": 3}
    assert (scanner.status_code, stranger.status_code) == (403, 404)


async def test_scans_are_accepted_from_the_events_own_organization_only(client: httpx.AsyncClient, env: Env) -> None:
    scan = a_scan(env, "1", 0)

    stranger = await post(client, scan, headers=OTHER_SCANNER)
    unauthenticated = await post(client, scan, headers={"Authorization": "Bearer ak_wrong"})

    assert (stranger.status_code, stranger.json()["code"]) == (404, "event-not-found")
    assert unauthenticated.status_code == 401


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"code": None, "ticket_id": None}, "either the code or the ticket"),
        ({"ticket_id": TICKET_ID}, "either the code or the ticket"),
        ({"scan_id": ""}, "/scan_id"),
        ({"code": "a\u0000b"}, "/code"),
        ({"gate": 5}, "/gate"),
        ({"more": 1}, "more"),
    ],
)
async def test_an_invalid_line_is_named_and_does_not_affect_the_others(
    client: httpx.AsyncClient, env: Env, line: Scan, told: str
) -> None:
    results = await submit_scan(client, a_scan(env, "0", 0), {**a_scan(env, "1", 0), **line}, a_scan(env, "2", 1))

    assert [result["result"] for result in results] == ["admitted", "unknown", "duplicate"]
    assert results[1]["reason"] == "invalid-line"
    assert told in results[1]["detail"]
    assert words(await conflicts(client)) == [("duplicate", ["North", "North"])]


@pytest.mark.parametrize("line", [None, 5, "x", [], {}, {"scan_id": 5}, {"scan_id": "x" * 5_000}])
async def test_an_unreadable_line_is_answered_in_its_place(client: httpx.AsyncClient, env: Env, line: Any) -> None:
    answer = await post(client, line, a_scan(env, "2", 1))

    assert answer.status_code == 200, answer.text
    assert [scan["result"] for scan in answer.json()["scans"]] == ["unknown", "admitted"]


@pytest.mark.parametrize("end", ["\r\n", "\n", " ", "\t"])
async def test_characters_that_a_scanner_adds_around_a_code_are_ignored(
    client: httpx.AsyncClient, env: Env, end: str
) -> None:
    scan = a_scan(env, "1", 0)

    [first] = await submit_scan(client, {**scan, "code": end + scan["code"] + end})
    [again] = await submit_scan(client, scan)

    assert first["result"] == "admitted"
    assert again == first


@pytest.mark.parametrize(
    ("told", "clock"),
    [
        ("1970-01-01T00:00:00Z", "unset"),
        ("0001-01-01T00:00:00+14:00", "unset"),
        ("2027-01-01T19:30:00Z", "ahead"),
        ("9999-12-31T23:59:59-14:00", "ahead"),
        ("2026-12-31T19:30:00", "unreadable"),
        ("yesterday", "unreadable"),
        (None, "unreadable"),
        (1_798_745_400, "unreadable"),
    ],
)
async def test_an_impossible_time_is_reported_and_sorts_after_every_valid_one(
    client: httpx.AsyncClient, env: Env, told: Any, clock: str
) -> None:
    env.now = at(env, 60)  # submitted an hour later
    broken = {**a_scan(env, "1", -65), "scanned_at": told}
    alone = {**a_scan(env, "2", 0, index=5), "scanned_at": told}

    first, only = await submit_scan(client, broken, alone)
    [good] = await submit_scan(client, a_scan(env, "1", 10, "South"), device="south-1")
    again = await submit_scan(client, broken)

    assert (first["result"], first["clock"], first["admitted_at"]) == ("admitted", clock, text(env.now))
    assert (only["result"], only["clock"]) == ("admitted", clock)
    assert (good["result"], again[0]["result"], again[0]["gate"]) == ("admitted", "duplicate", "South")
    assert "clock" not in good
    found = {conflict["ticket_id"][-2:]: conflict for conflict in await conflicts(client)}
    assert (found["_5"]["kind"], found["_7"]["kind"]) == ("clock", "duplicate")
    assert [scan.get("clock") for scan in found["_7"]["scans"]] == [None, clock]


async def test_a_scan_from_before_the_sale_is_reported_as_a_slow_clock(client: httpx.AsyncClient, env: Env) -> None:
    env.confirmed_at = at(env, -10)

    [behind, fine] = await submit_scan(client, a_scan(env, "1", -24 * 60), a_scan(env, "2", 0, index=5))

    assert (behind["result"], behind["clock"]) == ("admitted", "behind")
    assert "clock" not in fine


async def test_a_screen_is_not_called_stale_by_a_broken_clock(client: httpx.AsyncClient, env: Env) -> None:
    code = screen_code(KEYS.newest, SEAT, version=1, now=env.now)

    [ahead, stale] = await submit_scan(client, a_scan(env, "1", 24 * 60, code=code), a_scan(env, "2", -5, code=code))

    assert (ahead["result"], ahead["clock"]) == ("admitted", "ahead")
    assert (stale["result"], stale["reason"]) == ("void", "stale")


async def test_a_submission_has_a_maximum_number_of_scans(client: httpx.AsyncClient, env: Env) -> None:
    scans = [a_scan(env, str(number), number / 60, code="hello") for number in range(501)]

    too_many, none, enough = await post(client, *scans), await post(client), await post(client, *scans[:500])

    assert [answer.status_code for answer in (too_many, none, enough)] == [422, 422, 200]
