"""Pictures that nothing shows are deleted after a grace period; one that something shows never is."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import msgspec
import pytest
from PIL import Image

from admitone.catalogue.store.references import find_pictures
from admitone.catalogue.usecases.delete_unused_pictures import GRACE, delete_unused_pictures
from admitone.catalogue.usecases.pictures import fetch_picture
from tests.catalogue_fixtures import PERFORMER, VENUE, Env
from tests.http.catalogue.steps import Client, created, event_body, pointers, published_event

ELSEWHERE = "https://band.example/tour.jpg"


def a_picture(color: str) -> bytes:
    written = BytesIO()
    Image.new("RGB", (400, 400), color).save(written, "PNG")
    return written.getvalue()


async def upload(client: Client, color: str) -> str:
    answer = await client.post("/organizer/pictures", content=a_picture(color), headers={"content-type": "image/png"})
    return str(answer.json()["url"])


async def is_served(client: Client, url: str) -> bool:
    return (await client.get(url)).status_code == 200


async def pass_time(env: Env, time: timedelta) -> None:
    """Let the worker look once before and once after this time."""
    await delete_unused_pictures(env.deps)
    env.now += time
    await delete_unused_pictures(env.deps)


async def test_an_unused_picture_is_deleted_after_the_grace_period(client: Client, env: Env) -> None:
    url = await upload(client, "red")
    await pass_time(env, GRACE - timedelta(seconds=1))
    before = await is_served(client, url)
    await pass_time(env, timedelta(seconds=1))
    assert (before, await is_served(client, url)) == (True, False)


async def test_a_picture_that_something_shows_stays(client: Client, env: Env) -> None:
    colors = ("red", "green", "blue", "black", "white")
    published, draft, venue, performer, unused = [await upload(client, color) for color in colors]
    await published_event(client, image_url=published)
    await created(client, "events", await event_body(client, image_url=draft.replace("800", "400")))
    await created(client, "venues", {**VENUE, "image_url": venue})
    await created(client, "performers", {**PERFORMER, "image_url": performer})
    await pass_time(env, 2 * GRACE)
    assert [await is_served(client, url) for url in (published, draft, venue, performer, unused)] == [True] * 4 + [
        False
    ]


async def test_a_fetched_picture_stays_while_an_event_names_its_address(client: Client, env: Env) -> None:
    event = await published_event(client, image_url=ELSEWHERE)
    env.pictures[ELSEWHERE] = a_picture("red")
    await fetch_picture(env.deps, **env.jobs.pop()[2])
    url = (await client.get(f"/organizer/events/{event['id']}")).json()["image"]["url"]
    await pass_time(env, 2 * GRACE)
    named = await is_served(client, url)

    await client.patch(f"/organizer/events/{event['id']}", json={"image_url": None})
    await pass_time(env, GRACE)
    assert (named, await is_served(client, url)) == (True, False)

    named_again = await client.patch(f"/organizer/events/{event['id']}", json={"image_url": ELSEWHERE})
    assert named_again.json()["image"]["state"] == "pending"
    await fetch_picture(env.deps, **env.jobs.pop()[2])
    assert await is_served(client, url)


async def test_a_picture_that_another_slice_shows_stays(client: Client, env: Env) -> None:
    url = await upload(client, "red")
    env.pictures_elsewhere = {url.split("/")[2]}
    await pass_time(env, 2 * GRACE)
    assert await is_served(client, url)


async def test_a_picture_that_is_shown_after_its_mark_stays(client: Client, env: Env) -> None:
    url = await upload(client, "red")
    await delete_unused_pictures(env.deps)
    await created(client, "venues", {**VENUE, "image_url": url})
    env.now += GRACE
    await delete_unused_pictures(env.deps)
    assert await is_served(client, url)


async def test_a_picture_that_another_slice_shows_after_its_mark_stays(client: Client, env: Env) -> None:
    url = await upload(client, "red")
    await delete_unused_pictures(env.deps)
    env.pictures_elsewhere = {url.split("/")[2]}
    env.now += GRACE
    await delete_unused_pictures(env.deps)
    assert await is_served(client, url)


async def test_a_fetched_picture_that_is_named_after_its_mark_stays(client: Client, env: Env) -> None:
    event = await published_event(client, image_url=ELSEWHERE)
    env.pictures[ELSEWHERE] = a_picture("red")
    await fetch_picture(env.deps, **env.jobs.pop()[2])
    await client.patch(f"/organizer/events/{event['id']}", json={"image_url": None})
    await delete_unused_pictures(env.deps)
    named = await client.patch(f"/organizer/events/{event['id']}", json={"image_url": ELSEWHERE})
    env.now += GRACE
    await delete_unused_pictures(env.deps)
    assert await is_served(client, named.json()["image"]["url"])
    assert (await client.get(f"/organizer/events/{event['id']}")).json()["image"]["state"] == "ready"


async def test_an_upload_of_the_same_picture_starts_the_grace_period_again(client: Client, env: Env) -> None:
    url = await upload(client, "red")
    await pass_time(env, GRACE - timedelta(seconds=1))
    await upload(client, "red")
    await pass_time(env, timedelta(seconds=1))
    assert await is_served(client, url)


async def test_a_picture_that_an_event_is_being_written_with_stays(client: Client, env: Env) -> None:
    organization_id = await env.organization()
    client.headers["authorization"] = f"Bearer {await env.key(organization_id)}"
    url = await upload(client, "red")
    await delete_unused_pictures(env.deps)
    env.now += GRACE
    async with env.pool.connection() as conn, conn.transaction():
        found = await find_pictures(conn, organization_id=organization_id, image_urls=[url])
        await delete_unused_pictures(env.deps)
    assert (set(found), await is_served(client, url)) == ({url.split("/")[2]}, True)


@pytest.mark.parametrize(("kind", "body"), [("venues", VENUE), ("performers", PERFORMER)])
async def test_a_picture_of_another_organization_is_a_fault(
    client: Client, env: Env, kind: str, body: dict[str, Any]
) -> None:
    url = await upload(client, "red")
    stored = await created(client, kind, body)
    client.headers["authorization"] = f"Bearer {await env.key(await env.organization('Another house'))}"
    own = await created(client, kind, body)
    line = {"type": kind[:-1], "id": "x", **body, "image_url": url}
    imported = await client.post(
        "/organizer/imports", content=msgspec.json.encode(line), headers={"content-type": "application/x-ndjson"}
    )
    answers = [
        await client.post(f"/organizer/{kind}", json={**body, "image_url": url}),
        await client.patch(f"/organizer/{kind}/{own['id']}", json={"image_url": url}),
    ]
    assert stored["image_url"] is None
    assert [pointers(answer.json()) for answer in answers] == [["/image_url"], ["/image_url"]]
    assert imported.json()["failures"][0]["pointer"] == "/image_url"
