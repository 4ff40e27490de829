"""Pictures of events: uploads, and addresses on other hosts that a job fetches once."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from admitone.catalogue.domain.pictures import PictureRefused, PictureUnreachable
from admitone.catalogue.usecases.pictures import FETCH, TRIES_MAX, WAIT_SECONDS, fetch_picture
from tests.catalogue_fixtures import Env
from tests.http.catalogue.steps import Client, created, event_body, published_event

ELSEWHERE = "https://band.example/poster.jpg"


def a_picture(color: str = "red") -> bytes:
    written = BytesIO()
    Image.new("RGB", (900, 1200), color).save(written, "JPEG")
    return written.getvalue()


async def upload(client: Client, body: bytes, media_type: str = "image/jpeg") -> Any:
    return await client.post("/organizer/pictures", content=body, headers={"content-type": media_type})


async def work(env: Env) -> None:
    """Do the queued jobs of pictures, and those that they queue."""
    while env.jobs:
        name, _, arguments = env.jobs.pop(0)
        assert name == FETCH
        await fetch_picture(env.deps, **arguments)


async def image_of(client: Client, event: dict[str, Any]) -> str:
    return str((await client.get(f"/events/details/{event['id']}")).json()["image_url"])


async def fate_of(client: Client, event: dict[str, Any]) -> Any:
    return (await client.get(f"/organizer/events/{event['id']}")).json()["image"]


async def test_an_upload_is_served_in_every_size_and_for_ever(client: Client) -> None:
    answer = await upload(client, a_picture())
    assert answer.status_code == 201
    found = answer.json()
    assert (found["width"], found["height"]) == (900, 1200)
    assert answer.headers["location"] == found["url"]
    del client.headers["authorization"]
    served = [await client.get(size["url"]) for size in found["sizes"]]
    assert [(file.status_code, file.headers["content-type"]) for file in served] == [
        (200, size["media_type"]) for size in found["sizes"]
    ]
    assert {file.headers["cache-control"] for file in served} == {"public, max-age=31536000, immutable"}
    assert {file.headers["x-content-type-options"] for file in served} == {"nosniff"}


async def test_the_same_upload_has_the_same_address(client: Client) -> None:
    first, second, other = [(await upload(client, a_picture(color))).json()["id"] for color in ("red", "red", "blue")]
    assert first == second != other


async def test_an_uploaded_picture_is_shown_with_an_event(client: Client) -> None:
    url = (await upload(client, a_picture())).json()["url"]
    event = await published_event(client, image_url=url)
    assert await image_of(client, event) == url
    assert await fate_of(client, event) is None


async def test_an_unknown_picture_of_ours_is_a_fault_of_the_event(client: Client, env: Env) -> None:
    url = (await upload(client, a_picture())).json()["url"]
    client.headers["authorization"] = f"Bearer {await env.key(await env.organization('Another house'))}"
    answers = [
        await client.post("/organizer/events", json=await event_body(client, image_url=address))
        for address in (url, "/pictures/pic_0/800.webp")
    ]
    assert [answer.json()["errors"][0]["pointer"] for answer in answers] == ["/image_url", "/image_url"]


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"no picture", "image/jpeg", 422),
        (b"{}", "application/json", 415),
        (b"\0" * (10 * 1024 * 1024 + 1), "image/png", 413),
    ],
)
async def test_an_upload_that_is_no_picture_is_refused(
    client: Client, body: bytes, media_type: str, status: int
) -> None:
    assert (await upload(client, body, media_type)).status_code == status


async def test_an_upload_needs_a_key(client: Client) -> None:
    del client.headers["authorization"]
    assert (await upload(client, a_picture())).status_code == 401


async def test_a_picture_elsewhere_is_fetched_once_and_served_from_here(client: Client, env: Env) -> None:
    event = await published_event(client, image_url=ELSEWHERE)
    other = await created(client, "events", {**await event_body(client), "image_url": ELSEWHERE})
    assert [(name, arguments["url"]) for name, _, arguments in env.jobs] == [(FETCH, ELSEWHERE)]
    assert (await image_of(client, event)).startswith(f"/posters/{event['id']}.svg")
    assert await fate_of(client, event) == {"state": "pending", "url": None, "fault": None}

    env.pictures[ELSEWHERE] = a_picture()
    await work(env)

    shown = await image_of(client, event)
    assert await fate_of(client, event) == {"state": "ready", "url": shown, "fault": None}
    assert await fate_of(client, other) == await fate_of(client, event)
    assert (await client.get(shown)).headers["content-type"] == "image/webp"
    assert env.reindexed == [event["id"]]
    assert (await client.get(f"/organizer/events/{event['id']}")).json()["image_url"] == ELSEWHERE


async def test_a_host_that_does_not_answer_is_tried_again_and_then_reported(client: Client, env: Env) -> None:
    event = await published_event(client, image_url=ELSEWHERE)
    waits = []
    env.pictures[ELSEWHERE] = PictureUnreachable("The picture's host answers 503.")
    while env.jobs:
        _, wait_seconds, arguments = env.jobs.pop(0)
        waits.append(wait_seconds)
        await fetch_picture(env.deps, **arguments)
    assert waits == [0.0, *WAIT_SECONDS]
    assert len(waits) == TRIES_MAX
    fate = await fate_of(client, event)
    assert (fate["state"], fate["fault"]) == ("failed", "The picture's host answers 503.")
    assert (await image_of(client, event)).startswith("/posters/")


@pytest.mark.parametrize("answer", [b"<html>", PictureRefused("The picture's host is not on the public internet.")])
async def test_what_cannot_become_a_picture_is_reported_at_once(client: Client, env: Env, answer: Any) -> None:
    env.pictures[ELSEWHERE] = answer
    event = await published_event(client, image_url=ELSEWHERE)
    await work(env)
    assert (await fate_of(client, event))["state"] == "failed"
    assert (await image_of(client, event)).startswith("/posters/")


async def test_saving_the_event_again_tries_a_failed_address_again(client: Client, env: Env) -> None:
    env.pictures[ELSEWHERE] = b"<html>"
    event = await published_event(client, image_url=ELSEWHERE)
    await work(env)
    env.pictures[ELSEWHERE] = a_picture()
    changed = await client.patch(f"/organizer/events/{event['id']}", json={"subtitle": "Now with a poster"})
    assert (changed.status_code, changed.json()["image"]["state"]) == (200, "pending")
    await work(env)
    assert (await fate_of(client, event))["state"] == "ready"


async def test_a_job_that_runs_twice_changes_nothing(client: Client, env: Env) -> None:
    env.pictures[ELSEWHERE] = a_picture()
    event = await published_event(client, image_url=ELSEWHERE)
    (_, _, arguments) = env.jobs[0]
    await work(env)
    before = await fate_of(client, event)
    env.pictures[ELSEWHERE] = PictureRefused("The picture's host answers 404.")
    await fetch_picture(env.deps, **arguments)
    assert await fate_of(client, event) == before
