"""Doors that work alone and hand in later what they scanned: the first scan by time admits, and nothing is lost."""

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
    House,
)

SEAT = TicketName(EVENT_ID, 7)
OTHER_EVENT = "evt_01jd3x9k7qf0c8v5t2m4n6p8r1"
Scan = dict[str, Any]


def at(house: House, minutes: float) -> datetime:
    return house.now + timedelta(minutes=minutes)


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def a_scan(house: House, scan_id: str, minutes: float, gate: str = "North", *, index: int = 7, **more: Any) -> Scan:
    """By its paper code, so many minutes from now."""
    scan = {"scan_id": scan_id, "gate": gate, "scanned_at": text(at(house, minutes))}
    if not more:
        more = {"code": paper_code(KEYS.newest, TicketName(EVENT_ID, index), version=1, now=house.now)}
    return {**scan, **more}


async def post(
    client: httpx.AsyncClient, *scans: Scan, device: str = "north-1", headers: dict[str, str] | None = None
) -> httpx.Response:
    body = {"event_id": EVENT_ID, "device": device, "scans": list(scans)}
    return await client.post("/check-in/offline-scans", json=body, headers=headers or SCANNER)


async def hand_in(client: httpx.AsyncClient, *scans: Scan, device: str = "north-1") -> list[Scan]:
    answer = await post(client, *scans, device=device)
    assert answer.status_code == 200, answer.text
    results: list[Scan] = answer.json()["scans"]
    assert [one["scan_id"] for one in results] == [one["scan_id"] for one in scans]
    return results


async def ask(client: httpx.AsyncClient, code: str, gate: str) -> str:
    """A door that has a network."""
    answer = await client.post("/check-in/scans", json={"code": code, "gate": gate}, headers=SCANNER)
    return str(answer.json()["result"])


async def conflicts(client: httpx.AsyncClient, **query: Any) -> list[Scan]:
    answer = await client.get("/check-in/conflicts", params={"event_id": EVENT_ID, **query}, headers=OFFICE)
    assert answer.status_code == 200, answer.text
    found: list[Scan] = answer.json()["conflicts"]
    return found


def words(found: list[Scan]) -> list[tuple[str, list[str]]]:
    return [(one["kind"], [scan["gate"] for scan in one["scans"]]) for one in found]


async def test_each_scan_has_its_answer(client: httpx.AsyncClient, house: House) -> None:
    forged = paper_code(derive_keys(["elsewhere"]).newest, SEAT, version=1, now=house.now)

    first, second, refunded, by_name, unknown, elsewhere = await hand_in(
        client,
        a_scan(house, "1", 0),
        a_scan(house, "2", 5, "South"),
        a_scan(house, "3", 1, index=8),
        a_scan(house, "4", 1, ticket_id=TicketName(EVENT_ID, 12).ticket_id),
        a_scan(house, "5", 1, code=forged),
        a_scan(house, "6", 1, ticket_id=TicketName(OTHER_EVENT, 7).ticket_id),
    )

    admission = {"ticket_id": TICKET_ID, "admitted_at": "2026-12-31T19:30:00Z", "gate": "North"}
    assert first == {"scan_id": "1", "result": "admitted", **admission}
    assert second == {"scan_id": "2", "result": "duplicate", **admission}
    assert (refunded["result"], refunded["reason"]) == ("void", "not-sold")
    assert (by_name["result"], by_name["admitted_at"]) == ("admitted", "2026-12-31T19:31:00Z")
    assert unknown == {"scan_id": "5", "result": "unknown", "reason": "forged"}
    assert elsewhere == {"scan_id": "6", "result": "unknown", "reason": "wrong-event"}


async def test_an_earlier_scan_that_is_handed_in_later_wins(client: httpx.AsyncClient, house: House) -> None:
    late, early = a_scan(house, "9", 5, "South"), a_scan(house, "1", 0)

    [told] = await hand_in(client, late, device="south-1")
    [earlier] = await hand_in(client, early)
    [again] = await hand_in(client, late, device="south-1")

    assert (told["result"], told["gate"]) == ("admitted", "South")
    assert (earlier["result"], earlier["gate"]) == ("admitted", "North")
    assert (again["result"], again["gate"], again["admitted_at"]) == ("duplicate", "North", "2026-12-31T19:30:00Z")
    assert await ask(client, late["code"], "West") == "already-admitted"


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_whatever_order_gates_hand_in_the_end_is_the_same(
    client: httpx.AsyncClient, house: House, order: tuple[int, ...]
) -> None:
    """Two gates scan the same tickets; one of them hands in in two parts, the later scans perhaps first."""
    parts = [
        ("north-1", [a_scan(house, "1", 3), a_scan(house, "2", 1, index=5)]),
        ("north-1", [a_scan(house, "3", 9, index=12), a_scan(house, "4", 8, index=6)]),
        ("south-1", [a_scan(house, "1", 2, "South"), a_scan(house, "2", 1, "South", index=5)]),
    ]

    for at_once in order:
        device, scans = parts[at_once]
        await hand_in(client, *scans, device=device)

    everything = {"north-1": [*parts[0][1], *parts[1][1]], "south-1": parts[2][1]}
    results = {device: await hand_in(client, *scans, device=device) for device, scans in everything.items()}
    assert [one["result"] for one in results["north-1"]] == ["duplicate", "admitted", "admitted", "admitted"]
    assert [one["result"] for one in results["south-1"]] == ["admitted", "duplicate"]
    assert [(one["ticket_id"][-2:], *words([one])) for one in await conflicts(client)] == [
        ("_5", ("duplicate", ["North", "South"])),
        ("_7", ("duplicate", ["South", "North"])),
    ]


async def test_handed_in_again_and_at_once_it_is_the_same_scan(client: httpx.AsyncClient, house: House) -> None:
    scans = [a_scan(house, "1", 0), a_scan(house, "2", 1, index=5), a_scan(house, "3", 2, code="hello")]

    answers = await asyncio.gather(*(hand_in(client, *scans) for _ in range(8)))
    in_other_words = await hand_in(client, *reversed(scans))

    assert all(answer == answers[0] for answer in answers)
    assert in_other_words == answers[0][::-1]
    assert words(await conflicts(client)) == [("unknown", ["North"])]


async def test_many_devices_at_once_admit_each_ticket_once(client: httpx.AsyncClient, house: House) -> None:
    """In opposite orders: none waits for another that waits for it."""
    house.sold = list(range(40))
    scans = [a_scan(house, str(index), index / 100, index=index) for index in house.sold]

    await asyncio.gather(
        *(hand_in(client, *(scans[::-1] if number % 2 else scans), device=f"device-{number}") for number in range(8)),
        *(ask(client, scan["code"], "Online") for scan in scans[::5]),
    )
    results = [await hand_in(client, *scans, device=f"device-{number}") for number in range(8)]

    assert [one["result"] for one in results[0]].count("admitted") >= 32  # the smallest of the names; the door may win
    assert all(sum(result[at]["result"] == "admitted" for result in results) <= 1 for at in range(40))
    assert {one["kind"] for one in await conflicts(client, size=100)} == {"duplicate"}


async def test_a_door_that_asked_is_overtaken_by_an_earlier_scan_and_is_not_forgotten(
    client: httpx.AsyncClient, house: House
) -> None:
    scan = a_scan(house, "1", -5, "South")

    asked = await ask(client, scan["code"], "North")
    [result] = await hand_in(client, scan, device="south-1")
    [conflict] = await conflicts(client)
    manifest = await client.get("/check-in/manifest", params={"event_id": EVENT_ID}, headers=SCANNER)

    assert (asked, result["result"]) == ("admitted", "admitted")
    assert (conflict["kind"], conflict["ticket_id"]) == ("duplicate", TICKET_ID)
    assert [(one.get("device"), one["gate"], one["scanned_at"]) for one in conflict["scans"]] == [
        ("south-1", "South", "2026-12-31T19:25:00Z"),
        (None, "North", "2026-12-31T19:30:00Z"),
    ]
    assert manifest.status_code == 200


async def test_a_scan_after_the_door_asked_is_a_duplicate(client: httpx.AsyncClient, house: House) -> None:
    scan = a_scan(house, "1", 5, "South")
    await ask(client, scan["code"], "North")

    [result] = await hand_in(client, scan, device="south-1")

    assert (result["result"], result["gate"], result["admitted_at"]) == ("duplicate", "North", "2026-12-31T19:30:00Z")
    assert words(await conflicts(client)) == [("duplicate", ["North", "South"])]


async def test_an_old_code_is_good_if_it_was_scanned_before_the_ticket_was_given_away(
    client: httpx.AsyncClient, house: House
) -> None:
    before, after = a_scan(house, "1", -1), a_scan(house, "2", 1)
    await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"})

    [too_late] = await hand_in(client, after)
    new_holder = await ask(client, paper_code(KEYS.newest, SEAT, version=2, now=house.now), "North")
    [in_time] = await hand_in(client, before)

    assert (too_late["result"], too_late["reason"]) == ("void", "transferred")
    assert (new_holder, in_time["result"]) == ("admitted", "admitted")
    assert sorted(one["kind"] for one in await conflicts(client)) == ["duplicate", "void"]


async def test_a_screens_code_is_of_the_moment_in_which_it_was_scanned(client: httpx.AsyncClient, house: House) -> None:
    code = screen_code(KEYS.newest, SEAT, version=1, now=house.now)
    fresh, stale = a_scan(house, "1", 0, code=code), a_scan(house, "2", 5, code=code)
    house.now += timedelta(hours=3)

    results = await hand_in(client, fresh, stale)

    assert [(one["result"], one.get("reason")) for one in results] == [("admitted", None), ("void", "stale")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"booking_status": BookingStatus.REFUNDED}, "refunded"),
        ({"event_status": EventStatus.CANCELLED}, "event-cancelled"),
    ],
)
async def test_what_was_undone_is_void_and_who_came_in_with_it_is_told(
    client: httpx.AsyncClient, house: House, change: dict[str, object], reason: str
) -> None:
    for name, value in change.items():
        setattr(house, name, value)

    [result] = await hand_in(client, a_scan(house, "1", 0))

    assert (result["result"], result["reason"]) == ("void", reason)
    [conflict] = await conflicts(client)
    assert (conflict["kind"], conflict["scans"][0]["reason"]) == ("void", reason)


async def test_an_id_that_comes_with_another_scan_loses_neither(client: httpx.AsyncClient, house: House) -> None:
    await hand_in(client, a_scan(house, "1", 0))

    [other] = await hand_in(client, a_scan(house, "1", 0, index=5))
    [same_id_elsewhere] = await hand_in(client, a_scan(house, "1", 0, index=5), device="south-1")
    [first] = await hand_in(client, a_scan(house, "1", 0))

    assert other == {"scan_id": "1", "result": "unknown", "reason": "scan-id-reused"}
    assert (same_id_elsewhere["result"], first["result"]) == ("admitted", "admitted")


async def test_conflicts_are_paged_and_for_the_box_office(client: httpx.AsyncClient, house: House) -> None:
    await hand_in(client, *(a_scan(house, str(number), number, f"Gate {number}", code="hello") for number in range(5)))

    path = "/check-in/conflicts"
    query: dict[str, str | int] = {"event_id": EVENT_ID, "page": 1, "size": 2}
    page = (await client.get(path, params=query, headers=OFFICE)).json()
    scanner = await client.get(path, params=query, headers=SCANNER)
    stranger = await client.get(path, params=query, headers=OTHER_SCANNER)

    assert [one["scans"][0]["gate"] for one in page["conflicts"]] == ["Gate 2", "Gate 3"]
    assert page["page"] == {"number": 1, "size": 2, "total": 5, "total_pages": 3}
    assert (scanner.status_code, stranger.status_code) == (403, 404)


async def test_scans_are_taken_from_the_doors_of_the_events_own_house(client: httpx.AsyncClient, house: House) -> None:
    scan = a_scan(house, "1", 0)

    stranger = await post(client, scan, headers=OTHER_SCANNER)
    nobody = await post(client, scan, headers={"Authorization": "Bearer ak_wrong"})

    assert (stranger.status_code, stranger.json()["code"]) == (404, "event-not-found")
    assert nobody.status_code == 401


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
async def test_a_line_that_is_no_scan_is_named_and_costs_the_others_nothing(
    client: httpx.AsyncClient, house: House, line: Scan, told: str
) -> None:
    results = await hand_in(client, a_scan(house, "0", 0), {**a_scan(house, "1", 0), **line}, a_scan(house, "2", 1))

    assert [one["result"] for one in results] == ["admitted", "unknown", "duplicate"]
    assert results[1]["reason"] == "invalid-line"
    assert told in results[1]["detail"]
    assert words(await conflicts(client)) == [("duplicate", ["North", "North"])]


@pytest.mark.parametrize("line", [None, 5, "x", [], {}, {"scan_id": 5}, {"scan_id": "x" * 5_000}])
async def test_what_is_no_line_at_all_is_answered_in_its_place(
    client: httpx.AsyncClient, house: House, line: Any
) -> None:
    answer = await post(client, line, a_scan(house, "2", 1))

    assert answer.status_code == 200, answer.text
    assert [one["result"] for one in answer.json()["scans"]] == ["unknown", "admitted"]


@pytest.mark.parametrize("end", ["\r\n", "\n", " ", "\t"])
async def test_what_a_scanner_puts_around_a_code_is_no_part_of_it(
    client: httpx.AsyncClient, house: House, end: str
) -> None:
    scan = a_scan(house, "1", 0)

    [first] = await hand_in(client, {**scan, "code": end + scan["code"] + end})
    [again] = await hand_in(client, scan)

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
async def test_an_impossible_time_is_said_and_comes_behind_every_good_one(
    client: httpx.AsyncClient, house: House, told: Any, clock: str
) -> None:
    house.now = at(house, 60)  # handed in an hour later
    broken = {**a_scan(house, "1", -65), "scanned_at": told}
    alone = {**a_scan(house, "2", 0, index=5), "scanned_at": told}

    first, only = await hand_in(client, broken, alone)
    [good] = await hand_in(client, a_scan(house, "1", 10, "South"), device="south-1")
    again = await hand_in(client, broken)

    assert (first["result"], first["clock"], first["admitted_at"]) == ("admitted", clock, text(house.now))
    assert (only["result"], only["clock"]) == ("admitted", clock)
    assert (good["result"], again[0]["result"], again[0]["gate"]) == ("admitted", "duplicate", "South")
    assert "clock" not in good
    found = {one["ticket_id"][-2:]: one for one in await conflicts(client)}
    assert (found["_5"]["kind"], found["_7"]["kind"]) == ("clock", "duplicate")
    assert [one.get("clock") for one in found["_7"]["scans"]] == [None, clock]


async def test_a_scan_from_before_the_sale_has_a_clock_behind(client: httpx.AsyncClient, house: House) -> None:
    house.confirmed_at = at(house, -10)

    [behind, fine] = await hand_in(client, a_scan(house, "1", -24 * 60), a_scan(house, "2", 0, index=5))

    assert (behind["result"], behind["clock"]) == ("admitted", "behind")
    assert "clock" not in fine


async def test_a_screen_is_not_called_stale_by_a_broken_clock(client: httpx.AsyncClient, house: House) -> None:
    code = screen_code(KEYS.newest, SEAT, version=1, now=house.now)

    [ahead, stale] = await hand_in(client, a_scan(house, "1", 24 * 60, code=code), a_scan(house, "2", -5, code=code))

    assert (ahead["result"], ahead["clock"]) == ("admitted", "ahead")
    assert (stale["result"], stale["reason"]) == ("void", "stale")


async def test_so_many_at_once_and_not_more(client: httpx.AsyncClient, house: House) -> None:
    scans = [a_scan(house, str(number), number / 60, code="hello") for number in range(501)]

    too_many, none, enough = await post(client, *scans), await post(client), await post(client, *scans[:500])

    assert [answer.status_code for answer in (too_many, none, enough)] == [422, 422, 200]
