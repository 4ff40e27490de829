"""A person's data in the console: an owner finds, exports and erases what is stored at their own events."""

from typing import Any

import httpx

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.sales.conftest import buy

PEOPLE = "/console/people"
ADA = "ada@people.example"


async def find(browser: Browser, email: str = ADA) -> httpx.Response:
    return await browser.send(PEOPLE, email=email)


async def run(pool: Pool, statement: str, *values: Any) -> None:
    async with pool.connection() as conn:
        await conn.execute(statement, values)


async def test_an_owner_exports_and_erases_a_person_after_a_look(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps, console_pool: Pool
) -> None:
    ada.buyer = {"email": ADA, "name": "Ada <Lovelace>"}
    show = await organizer.show(standing=5, name="Lear & Söhne")
    held = await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 1}])

    upcoming = text_of(await find(owner, "ADA@people.example"))
    exported = await owner.send(f"{PEOPLE}/export", email=ADA)
    unconfirmed = await owner.send(f"{PEOPLE}/erase", email=ADA, also_upcoming="on")
    refused = await owner.send(f"{PEOPLE}/erase", email=ADA, confirmed="erase")
    erased = await owner.send(f"{PEOPLE}/erase", email=ADA, confirmed="erase", also_upcoming="on", form_key="k1")
    nothing = text_of(await find(owner))
    booking = text_of(await owner.get(f"/console/bookings/{held.booking_id}"))
    trail = (await owner.get("/console/audit")).text

    assert 'href="/console/people"' in (await owner.get("/console/bookings")).text
    assert "Ada <Lovelace>" in upcoming
    assert "Lear & Söhne : the show is still to come" in upcoming
    assert exported.headers["Content-Disposition"] == 'attachment; filename="person.json"'
    assert [row["id"] for row in exported.json()["bookings"]] == [held.booking_id]
    assert (unconfirmed.status_code, "Confirm that" in text_of(unconfirmed)) == (422, True)
    assert (refused.status_code, "Nothing was erased" in text_of(refused)) == (422, True)
    assert (erased.status_code, erased.headers["Location"]) == (303, PEOPLE)
    assert "Nothing is stored of this address" in nothing
    assert ("Lovelace" in booking, "Ada" in booking.replace("Ada owner", "")) == (False, False)
    assert ("Export person" in trail, "Erase person" in trail, ADA in trail) == (True, True, False)


async def test_open_money_prevents_an_erasure_and_is_named(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps
) -> None:
    ada.buyer = {"email": ADA, "name": "Ada"}
    show = await organizer.show(standing=5)
    await buy(ada, payments, show, captured=False, general_admission=[{"section_id": show.floor, "quantity": 1}])
    page = await find(owner)

    assert "the payment is not settled" in text_of(page)
    assert f'action="{PEOPLE}/erase"' not in page.text


async def test_another_organization_finds_nothing(
    organizer: Organizer, ada: Buyer, payments: PaymentsDeps, organizers: Deps, sign_in: SignIn, console_pool: Pool
) -> None:
    ada.buyer = {"email": ADA, "name": "Ada"}
    show = await organizer.show(standing=5)
    held = await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    stranger = await sign_in(Role.OWNER, await create_organization(organizers, name="Another house"))

    page = text_of(await find(stranger))
    erased = await stranger.send(f"{PEOPLE}/erase", email=ADA, confirmed="erase", also_upcoming="on")
    booking = (await organizer.http.get(f"/organizer/bookings/{held.booking_id}")).json()

    assert "Nothing is stored of this address" in page
    assert erased.status_code == 303
    assert booking["buyer_email"] == ADA


async def test_an_old_session_confirms_itself_first_and_other_roles_get_no_link(
    owner: Browser, sign_in: SignIn, console_pool: Pool
) -> None:
    manager = await sign_in(Role.MANAGER)
    wrong = text_of(await find(owner, "no address"))
    await run(console_pool, "update organizers.sessions set authenticated_at = now() - interval '31 minutes'")
    stale = await owner.get(PEOPLE)

    assert "Enter an email address" in wrong
    assert stale.headers["Location"].startswith("/console/confirm")
    assert PEOPLE not in (await manager.get("/console/bookings")).text
