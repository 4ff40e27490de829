"""The waiting room over HTTP, as the contract has it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient

from admitone.kit.http.declared_request import check_declared
from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.kit.http.strict_request import StrictRequest
from admitone.kit.postgres import Pool
from admitone.waiting_room.routes import router
from tests.waiting_room_fixtures import Env, solve

MANAGER = {"Authorization": "Bearer ak_manager"}
Client = AsyncTestClient[Litestar]


@pytest.fixture
def env(pool: Pool) -> Env:
    return Env(pool)


@pytest_asyncio.fixture
async def client(env: Env) -> AsyncIterator[Client]:
    app = Litestar(
        [router(lambda: env.deps, env.authenticate)],
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        before_request=check_declared,
        openapi_config=None,
    )
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


async def test_the_way_through(env: Env, client: Client) -> None:
    await env.announce(max_active=1)
    path = f"/events/{env.event_id}/queue"
    joined = [await client.post(path, json={"nonce": f"http fan {i}"}) for i in range(2)]
    await env.announce(opens_in=-1, max_active=1)
    early = await client.post(f"{path}/admission", json={"queue_token": joined[0].json()["queue_token"]})
    await env.round()
    status = await client.get(path)
    answers = [
        await client.post(f"{path}/admission", json={"queue_token": answer.json()["queue_token"]}) for answer in joined
    ]

    assert [answer.status_code for answer in joined] == [201, 201]
    assert {answer.json()["entry"] for answer in joined} == {0, 1}
    assert joined[0].json()["state"] == "pre_queue"
    assert "nonce" not in joined[0].json()
    assert (early.status_code, early.json()["code"], early.json()["position"]) == (425, "not-yet", None)
    assert status.headers["cache-control"] == "public, max-age=1, stale-while-revalidate=2"
    assert status.json()["state"] == "draining"
    assert status.json()["serving"] == 1
    assert len(status.json()["seed"]) == 64
    given, waiting = sorted(answers, key=lambda answer: answer.status_code)
    assert (given.status_code, waiting.status_code) == (200, 425)
    assert given.json().keys() == {"pass", "expires_at"}
    assert waiting.json()["position"] == 1
    assert waiting.json()["eta_seconds"] >= 0
    assert "retry-after" in waiting.headers


async def test_the_status_is_the_same_bytes_for_everyone(env: Env, client: Client) -> None:
    await env.announce()
    await client.post(f"/events/{env.event_id}/queue", json={"nonce": "one of the fans"})

    first = await client.get(f"/events/{env.event_id}/queue")
    two = await client.get(f"/events/{env.event_id}/queue", headers={"Cookie": "a=b", "Authorization": "Bearer x"})

    assert first.content == two.content
    assert "set-cookie" not in first.headers


async def test_whoever_sends_no_nonce_is_given_one(env: Env, client: Client) -> None:
    await env.announce()

    first = await client.post(f"/events/{env.event_id}/queue")
    again = await client.post(f"/events/{env.event_id}/queue", json={"nonce": first.json()["nonce"]})

    assert first.status_code == 201
    assert again.json()["entry"] == first.json()["entry"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"nonce": "short"}', 422, "invalid-body"),
        (b'{"nonce": 12345678}', 422, "invalid-body"),
        (b'{"name": "unknown"}', 422, "invalid-body"),
        (b"{", 400, "malformed-body"),
        (b'{"nonce": "nul \\u0000 is fine, it is hashed"}', 201, None),
        (b'{"nonce": "half a pair \\ud800"}', 400, "malformed-body"),
    ],
)
async def test_what_joins_and_what_does_not(
    env: Env, client: Client, body: bytes, status: int, code: str | None
) -> None:
    await env.announce()

    answer = await client.post(
        f"/events/{env.event_id}/queue", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == status
    assert answer.json().get("code") == code


async def test_where_there_is_no_queue(env: Env, client: Client) -> None:
    unknown = await client.get("/events/evt_none/queue")
    await env.announce(mode="off")
    status = await client.get(f"/events/{env.event_id}/queue")
    joined = await client.post(f"/events/{env.event_id}/queue")
    await env.announce(published=False)
    draft = await client.get(f"/events/{env.event_id}/queue")
    withdrawn = await client.post(f"/events/{env.event_id}/queue")
    forged = await client.post(f"/events/{env.event_id}/queue/admission", json={"queue_token": "q1.x.1.1.x"})

    assert (unknown.status_code, unknown.json()["code"]) == (404, "event-not-found")
    assert (status.json()["state"], status.json()["required"]) == ("open", False)
    assert (joined.status_code, joined.json()["code"]) == (409, "queue-not-needed")
    assert draft.status_code == 404
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (404, "event-not-found")
    assert (forged.status_code, forged.json()["code"]) == (403, "queue-token-invalid")


async def test_joining_costs_work_unless_the_organizer_turns_it_off(env: Env, client: Client) -> None:
    await env.announce(proof=True)
    path = f"/events/{env.event_id}/queue"
    refused = await client.post(path, json={"nonce": "a hard worker"})
    proof = solve(refused.json()["challenge"])
    joined = await client.post(path, json={"nonce": "a hard worker", "proof": proof})
    other = await client.post(path, json={"nonce": "a lazy thief", "proof": proof})

    off = await client.patch(f"/organizer{path}", json={"proof_above_per_minute": None}, headers=MANAGER)
    env.deps.queues.clear()
    free = await client.post(path, json={"nonce": "a free rider"})

    assert (refused.status_code, refused.json()["code"], refused.json()["nonce"]) == (
        403,
        "proof-required",
        "a hard worker",
    )
    assert joined.status_code == 201
    assert other.status_code == 403
    assert (off.status_code, free.status_code) == (200, 201)


async def test_the_organizer_sees_numbers_and_changes_the_pace(env: Env, client: Client) -> None:
    await env.announce(opens_in=-1, max_active=3)
    path = f"/organizer/events/{env.event_id}/queue"
    for i in range(5):
        await env.join(f"counted fan {i}")
    await env.round()
    await env.pass_time(1)
    await env.round()
    numbers = await client.get(path, headers=MANAGER)
    changed = await client.patch(
        path, json={"paused": True, "message": "Soon.", "rate_per_minute": 30, "max_active": 2}, headers=MANAGER
    )
    back = await client.patch(path, json={"message": None, "max_active": None}, headers=MANAGER)

    body = numbers.json()
    assert (body["waiting"], body["called"], body["active"], body["max_active"]) == (2, 3, 0, 3)
    assert changed.json()["max_active"] == 2
    assert changed.json()["rate_per_minute"] == 30
    assert changed.json()["status"]["paused"] is True
    assert changed.json()["status"]["message"] == "Soon."
    assert "message" not in back.json()["status"]
    assert back.json()["max_active"] == 3


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"rate_per_minute": 0}, "/rate_per_minute"),
        ({"max_active": -1}, "/max_active"),
        ({"beacon_value": "xyz"}, "/beacon_value"),
        ({"seed": "00"}, "/seed"),
        ({"message": "a\0"}, "/message"),
    ],
)
async def test_faults_are_named(env: Env, client: Client, body: dict[str, Any], pointer: str) -> None:
    await env.announce()

    answer = await client.patch(f"/organizer/events/{env.event_id}/queue", json=body, headers=MANAGER)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_queue_is_its_organizers_own(env: Env, client: Client) -> None:
    await env.announce()
    path = f"/organizer/events/{env.event_id}/queue"

    nobody = await client.get(path)
    other = await client.patch(path, json={"paused": True}, headers={"Authorization": "Bearer ak_other"})

    assert nobody.status_code == 401
    assert (other.status_code, other.json()["code"]) == (404, "queue-not-found")
