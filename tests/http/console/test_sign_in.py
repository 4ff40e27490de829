"""Sign in by password; guessing is limited and locks no person out; sensitive changes need a fresh sign-in."""

from datetime import timedelta

import pytest
from litestar.types import ASGIApp

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import LinkPurpose, Role
from admitone.organizers.domain.sign_in_limits import ACCOUNT_ATTEMPTS_MAX
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_access_link, create_link
from admitone.organizers.usecases.organizations import create_organization
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import PASSWORD, SignIn

OTHER_PASSWORD = "seven loud trombones"


async def test_a_person_signs_in_and_goes_on_where_they_were_going(console: ASGIApp, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    browser = Browser(console)

    sent_away = await browser.get("/console/audit?q=hall")
    page = await browser.get(sent_away.headers["Location"])
    form = {"email": ada.email.upper(), "password": PASSWORD, "next": field_of_page(page, "next")}
    entered = await browser.post("/console/sign-in", form)
    opened = await browser.get("/console/audit")

    assert (entered.status_code, entered.headers["Location"]) == (303, "/console/audit?q=hall")
    assert opened.status_code == 200


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/\\evil.example", "/consolevil", "/"])
async def test_no_link_leads_to_another_site(console: ASGIApp, sign_in: SignIn, address: str) -> None:
    ada = await sign_in(Role.OWNER)

    entered = await Browser(console).post(
        "/console/sign-in", {"email": ada.email, "password": PASSWORD, "next": address}
    )

    assert entered.headers["Location"] == "/console"


async def test_a_wrong_password_and_an_unknown_address_look_alike(console: ASGIApp, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    browser = Browser(console, address="198.51.100.1")

    wrong = await browser.post("/console/sign-in", {"email": ada.email, "password": OTHER_PASSWORD})
    unknown = await browser.post("/console/sign-in", {"email": "nobody@nowhere.example", "password": PASSWORD})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert text_of(wrong) == text_of(unknown)
    assert "The address or the password is wrong." in text_of(wrong)


async def test_an_address_that_cannot_be_stored_is_a_wrong_one(console: ASGIApp) -> None:
    answer = await Browser(console).post("/console/sign-in", {"email": "ada\0@house.example", "password": PASSWORD})

    assert answer.headers["Content-Type"].startswith("text/html")
    assert (answer.status_code, "The address or the password is wrong." in text_of(answer)) == (422, True)


async def test_guessing_ends_soon_and_the_person_still_gets_in(console: ASGIApp, sign_in: SignIn) -> None:
    """Strangers use up the account's attempts; the person has attempts of their own where they were before."""
    ada = await sign_in(Role.OWNER)
    stranger = Browser(console, address="198.51.100.2")
    for _ in range(ACCOUNT_ATTEMPTS_MAX):
        await stranger.post("/console/sign-in", {"email": ada.email, "password": OTHER_PASSWORD})

    right = await stranger.post("/console/sign-in", {"email": ada.email, "password": PASSWORD})
    own = await Browser(console).post("/console/sign-in", {"email": ada.email, "password": PASSWORD})

    assert "Too many attempts to sign in." in text_of(right)
    assert (right.status_code, own.status_code) == (422, 303)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "Use at least 10 characters."),
        ("qwertyuiop", "one of the first that others would try"),
        ("Password123", "one of the first that others would try"),
        ("aaaaaaaaaaaa", "one of the first that others would try"),
        ("Wolfgang Amadeus 1", "Do not use your name or address as password."),
        ("x" * 201, "Use at most 200 characters."),
    ],
)
async def test_weak_passwords_are_refused(
    console: ASGIApp, organizers: Deps, house: str, password: str, fault: str
) -> None:
    _, token = await create_link(organizers, organization_id=house, purpose=LinkPurpose.OWNER)

    refused = await Browser(console).post(
        f"/console/welcome/{token}",
        {"name": "Wolfgang Amadeus", "email": "wolfgang@house.example", "password": password},
    )

    assert refused.status_code == 422
    assert fault in text_of(refused)


async def test_members_and_keys_need_a_fresh_sign_in(sign_in: SignIn, console_pool: Pool, house: str) -> None:
    ada = await sign_in(Role.OWNER)
    async with console_pool.connection() as conn:
        await conn.execute(
            "UPDATE organizers.sessions SET authenticated_at = authenticated_at - %s WHERE organization_id = %s",
            [timedelta(minutes=31), house],
        )

    seen = await ada.get("/console/keys")
    form = await ada.get("/console/keys/new")
    sent = await ada.send("/console/keys/new", name="gate", role="scanner")
    wrong = await ada.send("/console/confirm", password=OTHER_PASSWORD, next="/console/keys/new")
    right = await ada.send("/console/confirm", password=PASSWORD, next="/console/keys/new")
    again = await ada.get("/console/keys/new")

    assert seen.status_code == 200
    assert (form.status_code, form.headers["Location"]) == (303, "/console/confirm?next=%2Fconsole%2Fkeys%2Fnew")
    assert (sent.status_code, wrong.status_code) == (403, 422)
    assert (right.headers["Location"], again.status_code) == ("/console/keys/new", 200)


async def test_a_person_sees_and_ends_their_sessions(console: ASGIApp, sign_in: SignIn) -> None:
    ada = await sign_in(Role.SCANNER)
    phone = Browser(console, address="203.0.113.50")
    await phone.post("/console/sign-in", {"email": ada.email, "password": PASSWORD})

    page = await ada.get("/console/account")
    session_id = page.text.split("/console/account/sessions/")[1].split("/")[0]
    ended = await ada.send(f"/console/account/sessions/{session_id}/end")

    assert "203.0.113.50" in text_of(page)
    assert ended.status_code == 303
    assert "The session has ended." in text_of(await ada.get("/console/account"))
    assert (await phone.get("/console")).status_code == 303


async def test_nobody_ends_the_session_of_another(sign_in: SignIn, console_pool: Pool) -> None:
    ada, eve = await sign_in(Role.OWNER), await sign_in(Role.MANAGER)
    page = await ada.http.get("/console")
    assert page.status_code == 200
    async with console_pool.connection() as conn:
        statement = (
            "SELECT s.id FROM organizers.sessions s JOIN organizers.people p ON p.id = s.person_id WHERE p.email = %s"
        )
        row = await (await conn.execute(statement, [ada.email])).fetchone()
    assert row is not None

    await eve.send(f"/console/account/sessions/{row['id']}/end")

    assert (await ada.get("/console")).status_code == 200


async def test_a_new_password_ends_the_other_sessions(console: ASGIApp, sign_in: SignIn) -> None:
    ada, phone = await sign_in(Role.MANAGER), Browser(console)
    await phone.post("/console/sign-in", {"email": ada.email, "password": PASSWORD})

    weak = await ada.send("/console/account/password", password="qwertyuiop")
    changed = await ada.send("/console/account/password", password=OTHER_PASSWORD)
    old = await phone.post("/console/sign-in", {"email": ada.email, "password": PASSWORD})
    new = await phone.post("/console/sign-in", {"email": ada.email, "password": OTHER_PASSWORD})

    assert (weak.status_code, changed.status_code) == (422, 303)
    assert (old.status_code, new.status_code) == (422, 303)
    assert (await ada.get("/console")).status_code == 200


async def test_lost_access_comes_back_by_a_link_from_the_command_line(
    console: ASGIApp, organizers: Deps, sign_in: SignIn
) -> None:
    ada, browser = await sign_in(Role.OWNER), Browser(console)
    found = await create_access_link(organizers, email=ada.email)
    assert found is not None

    page = await browser.get(f"/console/welcome/{found[1]}")
    entered = await browser.post(f"/console/welcome/{found[1]}", {"password": OTHER_PASSWORD})

    assert "Hello Ada owner" in text_of(page)
    assert entered.status_code == 303
    assert (await browser.get("/console")).status_code == 200
    assert (await ada.get("/console")).status_code == 303
    assert await create_access_link(organizers, email="nobody@nowhere.example") is None


async def test_a_person_works_in_several_organizations(console: ASGIApp, organizers: Deps, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    other = await create_organization(organizers, name="Wiener Bühnen")
    _, token = await create_link(organizers, organization_id=other, purpose=LinkPurpose.INVITATION, role=Role.SCANNER)

    page = await ada.get(f"/console/welcome/{token}")
    joined = await ada.send(f"/console/join/{token}")
    there = text_of(await ada.get("/console"))
    account = await ada.get("/console/account")
    first = field_of_page(account, "organization_id")
    await ada.send("/console/account/organization", organization_id=first)
    back = text_of(await ada.get("/console"))
    await ada.send("/console/account/organization", organization_id=other)
    async with organizers.pool.connection() as conn:
        entries = "SELECT action FROM organizers.audit_entries WHERE organization_id = %s ORDER BY id"
        recorded = [row["action"] for row in await (await conn.execute(entries, [other])).fetchall()]
    nowhere = await ada.send("/console/account/organization", organization_id="org_none")

    assert "You are signed in as Ada owner . Join with the role Scanner?" in text_of(page)
    assert joined.status_code == 303
    assert "You are signed in as Ada owner , Scanner." in there
    assert "You are signed in as Ada owner , Owner." in back
    assert nowhere.status_code == 303
    assert recorded == ["joinByLink", "switchOrganization", "enterOrganization"]
    assert (await ada.send(f"/console/join/{token}")).status_code == 410
