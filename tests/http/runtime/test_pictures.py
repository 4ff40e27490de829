"""Pictures through the gateway and the worker: uploads are served, addresses that lead inside are refused."""

import asyncio
import time
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from admitone.testing.organizer import Organizer

pytestmark = pytest.mark.xdist_group("stack")

SECONDS_MAX = 120.0


async def image_of(organizer: Organizer, event_id: str) -> dict[str, Any]:
    image = (await organizer.http.get(f"/organizer/events/{event_id}")).json()["image"]
    return dict(image)


async def test_an_upload_is_served_by_the_edge(organizer: Organizer) -> None:
    body = BytesIO()
    Image.effect_noise((1_500, 2_000), 80).convert("RGB").save(body, "PNG")  # larger than a body elsewhere may be
    answer = await organizer.http.post(
        "/organizer/pictures", content=body.getvalue(), headers={"content-type": "image/png"}
    )
    assert answer.status_code == 201, answer.text
    show = await organizer.show(name="A show with a picture", standing=5, image_url=answer.json()["url"])

    page = await organizer.http.get(f"/e/{show.id}")
    served = await organizer.http.get(answer.json()["url"])

    assert f'src="{answer.json()["url"]}"' in page.text
    assert (served.headers["content-type"], served.headers["cache-control"]) == (
        "image/webp",
        "public, max-age=31536000, immutable",
    )


async def test_the_worker_refuses_an_address_of_this_machine(organizer: Organizer) -> None:
    show = await organizer.show(name="A show with a detour", standing=5, image_url="http://127.0.0.1/poster.jpg")
    deadline = time.monotonic() + SECONDS_MAX
    while (image := await image_of(organizer, show.id))["state"] == "pending":
        assert time.monotonic() < deadline, image
        await asyncio.sleep(0.2)

    assert image == {"state": "failed", "url": None, "fault": "The picture's host is not on the public internet."}
    assert f'src="/posters/{show.id}.svg' in (await organizer.http.get(f"/e/{show.id}")).text
