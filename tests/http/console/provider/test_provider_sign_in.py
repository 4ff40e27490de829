"""Sign in at an OpenID Connect provider: by a verified address of a member or an invitation, and by nothing else."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from litestar.types import ASGIApp

from admitone.kit.ids import new_id
from admitone.organizers.contracts import LinkPurpose, Role
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_link
from tests.http.console.browsing import Browser, domain_of, text_of
from tests.http.console.conftest import PASSWORD, SignIn
from tests.http.console.provider.conftest import Accounts
from tests.http.console.test_second_factor import set_up

START, CONFIRM = "/console/sign-in/provider", "/console/confirm/provider"


async def enter(browser: Browser, accounts: Accounts, subject: str, start: str = START) -> httpx.Response:
    """Sign in at the provider and come back."""
    leaving = await browser.get(start)
    assert leaving.headers["Location"].startswith(accounts.issuer), text_of(leaving)
    return await browser.get(accounts.sign_in(leaving.headers["Location"], subject))


def an_account(accounts: Accounts, address: str, **claims: Any) -> str:
    subject = new_id("sub")
    accounts.save(subject, **{"email": address, "email_verified": True, "name": "Ada Lovelace", **claims})
    return subject


async def test_a_member_signs_in_and_goes_on(console: ASGIApp, sign_in: SignIn, accounts: Accounts) -> None:
    ada, browser = await sign_in(Role.OWNER), Browser(console)
    subject = an_account(accounts, ada.email.upper())

    page = await browser.get("/console/sign-in?next=/console/team")
    first = await enter(browser, accounts, subject, f"{START}?next=/console/team")
    accounts.save(subject, email="elsewhere@house.example", email_verified=False)
    again = await enter(Browser(console), accounts, subject)

    assert "Sign in with your Bühnen account" in text_of(page)
    assert [first.headers["Location"], again.headers["Location"]] == ["/console/team", "/console"]
    assert "Sign in by provider" in text_of(await browser.get("/console/audit"))


async def test_the_request_is_bound_to_the_browser_by_state_nonce_and_pkce(
    console: ASGIApp, sign_in: SignIn, accounts: Accounts
) -> None:
    ada, browser, other = await sign_in(Role.OWNER), Browser(console), Browser(console)
    subject = an_account(accounts, ada.email)
    leaving = await browser.get(START)
    query = {name: values[0] for name, values in parse_qs(urlsplit(leaving.headers["Location"]).query).items()}
    back = accounts.sign_in(leaving.headers["Location"], subject)

    await other.get(START)
    elsewhere = [await Browser(console).get(back), await other.get(back)]
    entered = await browser.get(back)
    twice = await browser.get(back)

    assert query["code_challenge_method"] == "S256"
    assert len(query["state"]) == len(query["nonce"]) == len(query["code_challenge"]) == 43
    assert [answer.status_code for answer in elsewhere] == [403, 403]
    assert (entered.status_code, twice.status_code) == (303, 403)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "nobody@nowhere.example"},
        {"nonce": "of another sign-in"},
        {"aud": "another client"},
        {"azp": "another client"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
    ],
)
async def test_any_other_proof_opens_nothing(
    console: ASGIApp, sign_in: SignIn, accounts: Accounts, claims: dict[str, Any]
) -> None:
    ada, browser = await sign_in(Role.OWNER), Browser(console)
    subject = an_account(accounts, ada.email, **claims)

    refused = await enter(browser, accounts, subject)

    assert (refused.status_code, "This was not possible" in text_of(refused)) == (403, True)
    assert (await browser.get("/console")).status_code == 303
    assert (await ada.get("/console")).status_code == 200


async def test_an_address_that_goes_to_another_person_opens_no_account(
    console: ASGIApp, sign_in: SignIn, accounts: Accounts
) -> None:
    ada = await sign_in(Role.OWNER)
    await enter(Browser(console), accounts, an_account(accounts, ada.email))

    refused = await enter(Browser(console), accounts, an_account(accounts, ada.email))

    assert (refused.status_code, "had this address before" in text_of(refused)) == (403, True)


async def test_what_was_set_before_the_address_was_proven_opens_nothing_more(
    console: ASGIApp, sign_in: SignIn, accounts: Accounts
) -> None:
    """A person who made the account with an address of another one would share it with them."""
    mallory, browser = await sign_in(Role.OWNER), Browser(console)

    entered = await enter(browser, accounts, an_account(accounts, mallory.email))
    by_password = await Browser(console).post("/console/sign-in", {"email": mallory.email, "password": PASSWORD})

    assert entered.status_code == 303
    assert by_password.status_code == 422
    assert (await mallory.get("/console")).status_code == 303


async def test_a_stranger_needs_an_invitation_for_their_address(
    console: ASGIApp, organizers: Deps, house: str, accounts: Accounts
) -> None:
    email = f"bob@{domain_of(house)}"
    subject, browser = an_account(accounts, email), Browser(console)

    refused = await enter(browser, accounts, subject)
    for to in ("carol@house.example", email):
        await create_link(
            organizers, organization_id=house, purpose=LinkPurpose.INVITATION, role=Role.MANAGER, email=to
        )
    entered = await enter(browser, accounts, subject)

    assert (refused.status_code, "Ask for an invitation" in text_of(refused)) == (403, True)
    assert entered.status_code == 303
    assert "You are signed in as Ada Lovelace , Manager." in text_of(await browser.get("/console"))


async def test_a_code_is_still_needed_where_it_was_set_up_afterwards(
    console: ASGIApp, sign_in: SignIn, accounts: Accounts
) -> None:
    ada, browser = await sign_in(Role.OWNER), Browser(console)
    subject = an_account(accounts, ada.email)
    await enter(browser, accounts, subject)
    await browser.read_csrf()
    await browser.send("/console/account/password", password=PASSWORD)
    await set_up(browser)

    asked = await enter(Browser(console), accounts, subject)

    assert asked.headers["Location"] == "/console/sign-in/code?next=%2Fconsole"


async def test_a_new_sign_in_at_the_provider_confirms_its_person(
    console: ASGIApp, sign_in: SignIn, accounts: Accounts, organizers: Deps
) -> None:
    ada, browser = await sign_in(Role.OWNER), Browser(console)
    subject, of_eve = an_account(accounts, ada.email), an_account(accounts, "eve@house.example")
    await enter(browser, accounts, subject)
    async with organizers.pool.connection() as conn:
        await conn.execute("UPDATE organizers.sessions SET authenticated_at = authenticated_at - interval '1 hour'")
    stale = await browser.get("/console/keys/new")
    asked = await browser.get(CONFIRM)

    another = await enter(browser, accounts, of_eve, CONFIRM)
    accounts.save(subject, auth_time=1_000_000_000)
    remembered = await enter(browser, accounts, subject, CONFIRM)
    accounts.save(subject)
    confirmed = await enter(browser, accounts, subject, f"{CONFIRM}?next=/console/keys/new")

    assert stale.headers["Location"].startswith("/console/confirm")
    assert "&prompt=login&max_age=0" in asked.headers["Location"]
    assert (another.status_code, remembered.status_code) == (403, 403)
    assert "did not ask you to sign in again" in text_of(remembered)
    assert confirmed.headers["Location"] == "/console/keys/new"
    assert (await browser.get("/console/keys/new")).status_code == 200
