"""What an organization tells buyers, and the version of its terms that the buyer of a booking agreed to."""

from io import BytesIO
from typing import Any

import psycopg
import pytest
from PIL import Image

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from admitone.organizers.usecases.settings import find_logos
from admitone.organizers.usecases.terms import publish_terms
from admitone.testing.buyer import GOOD_CARD, Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn

SETTINGS = "/console/settings"


def a_logo() -> bytes:
    written = BytesIO()
    Image.new("RGBA", (300, 100), "teal").save(written, "PNG")
    return written.getvalue()


async def details(ada: Buyer, show: Show) -> Any:
    return (await ada.http.get(f"/events/details/{show.id}")).json()["organizer"]


async def confirm(ada: Buyer, held: Held, terms_id: str) -> Any:
    body = {**held.key, "payment": {"payment_method": GOOD_CARD}, "agreed_terms": terms_id}
    return await ada.http.post("/booking/confirm", json=body)


async def agreed(organizer: Organizer, held: Held) -> Any:
    return (await organizer.http.get(f"/organizer/bookings/{held.booking_id}")).json()["agreed_terms"]


async def hold(ada: Buyer, show: Show) -> Held:
    return await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 1}])


async def test_logo_and_texts_are_shown_with_the_organizations_events(
    owner: Browser, organizer: Organizer, ada: Buyer, console_pool: Pool
) -> None:
    show = await organizer.show(standing=5)
    before = await details(ada, show)
    saved = await owner.http.post(
        SETTINGS,
        data={"csrf_token": owner.csrf, "imprint": "Offenbachplatz 1\nKöln", "currencies": "eur, CHF"},
        files={"logo_url_file": ("logo.png", a_logo(), "image/png")},
    )
    page = await owner.get(SETTINGS)
    logo = field_of_page(page, "logo_url")
    shown = await details(ada, show)
    picture_id = logo.split("/")[2]
    async with console_pool.connection() as conn:
        kept = await find_logos(conn, [picture_id, "pic_0"])
    trail = text_of(await owner.get("/console/audit?q=changeSettings"))

    assert (saved.status_code, list(before)) == (303, ["name"])
    assert ("Offenbachplatz 1" in page.text, 'value="EUR, CHF"' in page.text) == (True, True)
    assert (shown["logo_url"], "terms" in shown) == (logo, False)
    assert shown["url"].startswith("/o/org_")
    assert kept == {picture_id}
    assert "Offenbachplatz 1" in trail


async def test_a_booking_keeps_the_version_of_the_terms_that_its_buyer_agreed_to(
    owner: Browser, organizer: Organizer, ada: Buyer
) -> None:
    show = await organizer.show(standing=5)
    await owner.send(f"{SETTINGS}/terms", body="No refunds.")
    first = (await details(ada, show))["terms"]
    held = await hold(ada, show)
    await owner.send(f"{SETTINGS}/terms", url="https://oper.example/agb")
    second = (await details(ada, show))["terms"]
    confirmed = await confirm(ada, held, first["id"])
    kept = await agreed(organizer, held)
    page = text_of(await owner.get(f"/console/bookings/{held.booking_id}"))
    without = await ada.confirm(other := await hold(ada, show))
    ended = await owner.send(f"{SETTINGS}/terms", end="yes")

    assert confirmed.status_code == 200, confirmed.text
    assert (first["number"], second["number"], second["url"]) == (1, 2, "https://oper.example/agb")
    assert (kept["number"], kept["url"]) == (1, None)
    assert "Agreed to version 1" in page
    assert (without.status_code, await agreed(organizer, other)) == (200, None)
    assert (ended.status_code, "terms" in await details(ada, show)) == (303, False)


async def test_terms_of_another_organization_are_refused_by_name_and_nothing_is_paid(
    organizer: Organizer, ada: Buyer, organizers: Deps
) -> None:
    other = await create_organization(organizers, name="Another house")
    foreign = await publish_terms(organizers, other, url=None, body="Other rules.")
    held = await hold(ada, await organizer.show(standing=5))
    refused = await confirm(ada, held, foreign.id)
    unknown = await confirm(ada, held, "trm_none")
    paid = await ada.confirm(held)

    assert [(answer.status_code, answer.json()["errors"][0]["pointer"]) for answer in (refused, unknown)] == [
        (422, "/agreed_terms"),
        (422, "/agreed_terms"),
    ]
    assert (paid.status_code, await agreed(organizer, held)) == (200, None)


async def test_a_logo_is_a_picture_of_the_organization(organizer: Organizer, sign_in: SignIn, organizers: Deps) -> None:
    stranger = await sign_in(Role.OWNER, await create_organization(organizers, name="Another house"))
    answer = await stranger.http.post(
        "/console/pictures", data={"csrf_token": stranger.csrf}, files={"upload": ("a.png", a_logo(), "image/png")}
    )
    refused = [
        await organizer.http.put("/organizer/settings", json={"logo_url": url})
        for url in (answer.json()["url"], "/pictures/pic_0/800.webp", "https://oper.example/logo.png")
    ]
    assert [problem.json()["errors"][0]["pointer"] for problem in refused] == ["/logo_url"] * 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"body": "Words", "url": "https://oper.example/agb"}, "not both"),
        ({"url": "http://oper.example/agb"}, "Write an address that begins with https://"),
        ({}, "Write the terms, or give their address."),
    ],
)
async def test_bad_terms_are_explained(owner: Browser, fields: dict[str, str], words: str) -> None:
    page = await owner.send(f"{SETTINGS}/terms", **fields)
    assert (page.status_code, words in text_of(page)) == (422, True)


async def test_events_are_priced_in_the_currencies_that_the_organization_allows(
    owner: Browser, organizer: Organizer
) -> None:
    kept = await organizer.show(standing=5)
    unknown = await owner.send(SETTINGS, currencies="EUR, XXX")
    await owner.send(SETTINGS, currencies="CHF")
    renamed = await organizer.http.patch(f"/organizer/events/{kept.id}", json={"name": "Still in euros"})
    price = {"amount": 1000, "currency": "USD"}
    body = {"price_levels": [{"name": "Floor", "price": price}], "general_admission": []}
    refused = await organizer.http.patch(f"/organizer/events/{kept.id}", json=body)

    assert (unknown.status_code, "no such currency in ISO 4217: XXX" in text_of(unknown)) == (422, True)
    assert renamed.status_code == 200
    assert refused.json()["errors"][0]["detail"].startswith("Your organization sells in CHF.")


async def test_managers_see_the_settings_and_owners_change_them(sign_in: SignIn) -> None:
    manager = await sign_in(Role.MANAGER)
    page = text_of(await manager.get(SETTINGS))
    refused = await manager.send(SETTINGS, imprint="x")
    assert ("Owners change this." in page, refused.status_code) == (True, 403)


async def test_a_version_of_the_terms_is_never_changed(owner: Browser, console_pool: Pool) -> None:
    await owner.send(f"{SETTINGS}/terms", body="No refunds.")
    async with console_pool.connection() as conn:
        for statement in ("UPDATE organizers.terms SET body = 'Refunds'", "DELETE FROM organizers.terms"):
            with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
                await conn.execute(statement.encode())
