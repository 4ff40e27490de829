"""Passkeys: a person adds some, signs in by one, and proves by one who they are; every other answer is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar.types import ASGIApp

from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool
from admitone.organizers.contracts import ActorKind, Identity, Role
from admitone.organizers.domain.number_limits import Limited
from admitone.organizers.domain.passkey import relying_party_of
from admitone.organizers.usecases.authenticate import NotAuthenticated
from admitone.organizers.usecases.deps import Deps, PasskeySite
from admitone.organizers.usecases.one_time_links import create_access_link
from admitone.organizers.usecases.passkeys import add_passkey, begin_passkey
from tests.http.console.authenticator import PRESENT, Authenticator, encode
from tests.http.console.browsing import ADDRESS, Browser, text_of
from tests.http.console.conftest import SignIn

OPTIONS, ADD = "/console/account/passkeys/options", "/console/account/passkeys"
SIGN_IN, CONFIRM = "/console/sign-in/passkey", "/console/confirm/passkey"
OTHER_PASSWORD = "seven loud trombones"


async def add(ada: Browser, name: str = "my phone", **traits: Any) -> Authenticator:
    """Let a new authenticator make a passkey of this person."""
    phone = Authenticator(**traits)
    answer = phone.create((await ada.get(OPTIONS)).json())
    added = await ada.send(ADD, name=name, credential=json.dumps(answer))
    assert added.headers.get("Location") == "/console/account", text_of(added)
    return phone


async def use(browser: Browser, authenticator: Authenticator, *, next_page: str = "/console") -> Any:
    """Sign in by a passkey."""
    answer = authenticator.get((await browser.get(SIGN_IN)).json())
    return await browser.post(SIGN_IN, {"credential": json.dumps(answer), "next": next_page})


async def test_a_person_signs_in_by_a_passkey_and_needs_no_code(console: ASGIApp, sign_in: SignIn) -> None:
    ada, browser = await sign_in(Role.OWNER), Browser(console)
    await add(ada, "the tablet")
    phone = await add(ada)

    entered = await use(browser, phone, next_page="/console/team")
    again = await use(Browser(console), phone)
    account = text_of(await browser.get("/console/account"))
    trail = text_of(await browser.get("/console/audit"))

    assert (entered.status_code, entered.headers["Location"]) == (303, "/console/team")
    assert again.status_code == 303
    assert "the tablet" in account
    assert "never" in account
    assert "Sign in by passkey" in trail
    assert "Add passkey" in trail
    assert encode(phone.credential_id) not in trail


async def test_a_passkey_that_is_removed_opens_nothing(console: ASGIApp, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    phone = await add(ada)
    page = await ada.get("/console/account")
    passkey_id = page.text.partition(f"{ADD}/psk")[2].partition("/")[0]

    await ada.send(f"{ADD}/psk{passkey_id}/remove")
    refused = await use(Browser(console), phone)
    trail = text_of(await ada.get("/console/audit?q=removePasskey"))

    assert (refused.status_code, "This passkey is not known here" in text_of(refused)) == (422, True)
    assert "my phone" in trail


@pytest.mark.parametrize(
    "traits",
    [
        {"origin": "https://evil.example"},
        {"site": "evil.example"},
        {"flags": PRESENT},
        {"user": encode(b"prs_other")},
        {"credential_id": b"of nobody"},
    ],
    ids=["another origin", "another site", "person not verified", "another person", "unknown"],
)
async def test_any_other_answer_is_refused(console: ASGIApp, sign_in: SignIn, traits: dict[str, Any]) -> None:
    phone = await add(await sign_in(Role.OWNER))

    refused = await use(Browser(console), replace(phone, **traits))

    assert (refused.status_code, "This passkey is not known here" in text_of(refused)) == (422, True)


async def test_a_challenge_works_once_and_for_what_it_was_made(console: ASGIApp, sign_in: SignIn) -> None:
    ada, stranger = await sign_in(Role.OWNER), Browser(console)
    phone = await add(ada)
    options = (await stranger.get(SIGN_IN)).json()
    of_a_confirmation = (await ada.get(CONFIRM)).json()

    answers = [
        await stranger.post(SIGN_IN, {"credential": json.dumps(phone.get(chosen))})
        for chosen in (of_a_confirmation, options, options, {**options, "challenge": encode(b"of our own")})
    ]

    assert [answer.status_code for answer in answers] == [422, 303, 422, 422]


async def test_a_copied_passkey_is_refused_and_recorded(console: ASGIApp, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    phone = await add(ada)
    copy = replace(phone)
    await use(Browser(console), phone)

    refused = await use(Browser(console), copy)
    uncounted = await add(ada, "a synced one", counts=False)
    twice = [await use(Browser(console), uncounted) for _ in range(2)]

    assert refused.status_code == 422
    assert "Sign in by passkey failed" in text_of(await ada.get("/console/audit"))
    assert [answer.status_code for answer in twice] == [303, 303]


async def test_a_passkey_makes_a_session_fresh(sign_in: SignIn, console_pool: Pool) -> None:
    ada, eve = await sign_in(Role.OWNER), await sign_in(Role.MANAGER)
    phone, of_eve = await add(ada), await add(eve)
    async with console_pool.connection() as conn:
        long_ago = "UPDATE organizers.sessions SET authenticated_at = authenticated_at - %s"
        await conn.execute(long_ago, [timedelta(hours=1)])
    stale = await ada.get("/console/keys/new")

    wrong = await ada.send(CONFIRM, credential=json.dumps(of_eve.get((await ada.get(CONFIRM)).json())))
    answer = phone.get((await ada.get(CONFIRM)).json())
    confirmed = await ada.send(CONFIRM, credential=json.dumps(answer), next="/console/keys/new")

    assert stale.headers["Location"].startswith("/console/confirm")
    assert wrong.status_code == 422
    assert confirmed.headers["Location"] == "/console/keys/new"
    assert (await ada.get("/console/keys/new")).status_code == 200
    assert (await eve.get("/console/account/passkeys/new")).headers["Location"].startswith("/console/confirm")


async def test_lost_access_ends_the_passkeys(console: ASGIApp, organizers: Deps, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    phone = await add(ada)
    found = await create_access_link(organizers, email=ada.email)
    assert found is not None

    await Browser(console).post(f"/console/welcome/{found[1]}", {"password": OTHER_PASSWORD})

    assert (await use(Browser(console), phone)).status_code == 422


async def test_a_session_that_ended_in_between_adds_none(organizers: Deps, sign_in: SignIn, console_pool: Pool) -> None:
    ada, site = await sign_in(Role.OWNER), relying_party_of(ADDRESS)
    assert site is not None
    deps = replace(organizers, passkey_site=PasskeySite(site, derive_ring(["a secret of the house"], "passkeys")))
    async with console_pool.connection() as conn:
        cursor = await conn.execute(
            "select s.id, s.person_id, s.organization_id from organizers.sessions s"
            " join organizers.people p on p.id = s.person_id where p.email = %s",
            (ada.email,),
        )
        [row] = await cursor.fetchall()
        session = Identity(
            row["organization_id"], Role.OWNER, row["person_id"], ActorKind.PERSON, "Ada", session_id=row["id"]
        )
        answers = [Authenticator().create(json.loads(await begin_passkey(deps, session))) for _ in range(2)]
        await add_passkey(deps, session, name="phone", answer=answers[0])
        await conn.execute("update organizers.sessions set ended_at = now() where id = %s", (row["id"],))
        await conn.commit()

    with pytest.raises(NotAuthenticated):
        await add_passkey(deps, session, name="tablet", answer=answers[1])


async def test_an_account_has_few_passkeys(sign_in: SignIn, console_pool: Pool) -> None:
    ada = await sign_in(Role.OWNER)
    late = Authenticator().create((await ada.get(OPTIONS)).json())
    async with console_pool.connection() as conn:
        await conn.execute(
            "INSERT INTO organizers.passkeys (id, person_id, credential_id, public_key, sign_count, name, created_at) "
            "SELECT p.id || n, p.id, (p.id || n)::bytea, 'key', 0, 'phone', now() "
            "FROM organizers.people p, generate_series(1, %s) n WHERE p.email = %s",
            [Limited.PASSKEYS.most, ada.email],
        )

    refused = await ada.send(ADD, name="one more", credential=json.dumps(late))
    options = await ada.get(OPTIONS)

    assert (refused.status_code, options.status_code) == (422, 409)
    assert "An account has at most 20 passkeys. Remove one first." in text_of(refused)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "no JSON",
        lambda _: "[" * 9_000,
        lambda _: "{}",
        lambda answer: json.dumps({**answer, "rawId": 7}),
        lambda answer: json.dumps({**answer, "response": {}}),
        lambda answer: json.dumps({**answer, "response": {"clientDataJSON": encode(b"[" * 2_000)}}),
        lambda answer: json.dumps({**answer, "response": {**answer["response"], "clientDataJSON": encode(b"[]")}}),
        lambda answer: json.dumps({**answer, "response": {**answer["response"], "attestationObject": encode(b"\xa1")}}),
        lambda answer: json.dumps({**answer, "response": {**answer["response"], "authenticatorData": encode(b"?")}}),
        lambda answer: json.dumps({**answer, "response": {**answer["response"], "signature": "\u00e9"}}),
    ],
)
async def test_a_malformed_answer_is_no_defect(console: ASGIApp, sign_in: SignIn, spoil: Any) -> None:
    ada, stranger = await sign_in(Role.OWNER), Browser(console)
    phone = await add(ada)
    proof = phone.get((await stranger.get(SIGN_IN)).json())
    made = Authenticator().create((await ada.get(OPTIONS)).json())
    made["response"].update({"authenticatorData": "", "signature": ""})

    refused = await stranger.post(SIGN_IN, {"credential": spoil(proof)})
    added = await ada.send(ADD, name="phone", credential=spoil(made))

    # A member that is not read may be anything.
    assert {refused.status_code, added.status_code} <= {303, 422}
    assert 422 in (refused.status_code, added.status_code)
