"""Pictures in the console's forms: sent with the form, or before it by the field's script; kept, replaced, removed."""

from io import BytesIO

import pytest
from PIL import Image

from admitone.organizers.contracts import Role
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.programme import NAME, VENUE, new_event


def a_picture(color: str = "red") -> bytes:
    written = BytesIO()
    Image.new("RGB", (400, 500), color).save(written, "JPEG")
    return written.getvalue()


async def save_details(
    browser: Browser, event: str, body: bytes | None = None, *, name: str = "poster.jpg", **fields: str
) -> tuple[int, str]:
    """Send the form of the details as the page shows it, with these changes; return the status and the page's words."""
    page = await browser.get(f"{event}/details")
    form = {name: field_of_page(page, name) for name in ("csrf_token", "etag", "name", "image_url", "image_alt")}
    venue = page.text.split('name="venue_id"')[1].split(" selected")[0].rpartition('value="')[2].rstrip('"')
    answer = await browser.http.post(
        f"{event}/details",
        data={**form, "venue_id": venue, **fields},
        files={"image_url_file": (name, body if body is not None else b"", "image/jpeg")},
    )
    return answer.status_code, text_of(answer)


async def stored_picture(browser: Browser, event: str) -> str:
    return field_of_page(await browser.get(f"{event}/details"), "image_url")


async def test_a_form_without_scripts_sends_replaces_and_removes_a_picture(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    sent = await save_details(ada, event, a_picture("red"), image_alt="A red curtain")
    red = await stored_picture(ada, event)
    kept = await save_details(ada, event, name="nothing")
    after = await stored_picture(ada, event)
    await save_details(ada, event, a_picture("blue"))
    blue = await stored_picture(ada, event)
    page = (await ada.get(f"{event}/details")).text
    listed = (await ada.get("/console/events?listing=drafts")).text
    removed = await save_details(ada, event, image_url_remove="on")

    assert (sent[0], kept[0], removed[0]) == (303, 303, 303)
    assert red == after != blue
    assert (await ada.get(red)).headers["content-type"] == "image/webp"
    assert f'src="{blue}"' in page
    assert 'value="A red curtain"' in page
    assert f'src="{blue}"' in listed
    assert await stored_picture(ada, event) == ""


async def test_a_new_event_is_made_with_its_picture_and_a_copy_shows_it_too(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    details = {"name": NAME, "venue_id": "new", **VENUE, "start": "2030-06-01T19:30", "csrf_token": ada.csrf}
    made = await ada.http.post(
        "/console/events/new", data=details, files={"image_url_file": ("a.png", a_picture(), "image/jpeg")}
    )
    event = made.headers["Location"].removesuffix("/prices")
    copy = await ada.send(f"{event}/copy", name="Once more", start="2030-07-01T20:00")
    assert (await stored_picture(ada, event)).startswith("/pictures/pic_")
    assert await stored_picture(ada, copy.headers["Location"]) == await stored_picture(ada, event)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"no picture", "This is not a picture. Send one of these formats: JPEG, PNG, WEBP, GIF."),
        (b"\0" * (11 * 1024 * 1024), "A picture has at most 10 MB; this file has 11.0 MB."),
    ],
)
async def test_a_bad_file_is_explained_beside_its_field(sign_in: SignIn, body: bytes, words: str) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    status, page = await save_details(ada, event, body, name="holiday.jpg")
    assert (status, words in page) == (422, True)
    assert await stored_picture(ada, event) == ""


async def test_a_picture_outlives_the_other_faults_of_its_form(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    details = {"name": "", "venue_id": "new", **VENUE, "start": "2030-06-01T19:30", "csrf_token": ada.csrf}
    refused = await ada.http.post(
        "/console/events/new", data=details, files={"image_url_file": ("a.jpg", a_picture(), "image/jpeg")}
    )
    url = field_of_page(refused, "image_url")
    assert (refused.status_code, f'src="{url}"' in refused.text) == (422, True)
    event = await new_event(ada, image_url=url)
    assert await stored_picture(ada, event) == url


async def test_a_new_file_replaces_a_picture_on_another_site(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada, image_address="https://band.example/poster.jpg")
    waiting = text_of(await ada.get(f"{event}/details"))
    await save_details(ada, event, a_picture(), image_address="https://band.example/poster.jpg")
    assert "The picture is being fetched." in waiting
    assert (await stored_picture(ada, event)).startswith("/pictures/pic_")


async def test_the_fields_script_gets_the_address_or_the_fault(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)

    async def send(body: bytes) -> tuple[int, dict[str, str]]:
        answer = await ada.http.post(
            "/console/pictures", data={"csrf_token": ada.csrf}, files={"upload": ("a.jpg", body, "image/jpeg")}
        )
        return answer.status_code, answer.json()

    status, stored = await send(a_picture())
    refused = await send(b"no picture")
    empty = await send(b"")
    assert (status, (await ada.get(stored["url"])).status_code) == (200, 200)
    assert (refused[0], refused[1]["fault"].startswith("This is not a picture.")) == (422, True)
    assert empty == (422, {"fault": "Choose a file."})
