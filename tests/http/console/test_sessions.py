"""A one-time link makes a person and a session; the session ends; its token is a secret."""

from litestar.types import ASGIApp

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import LinkPurpose, Role
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_demo_link, create_link
from tests.http.console.browsing import Browser, domain_of, field_of_page, text_of
from tests.http.console.conftest import HOUSE, PASSWORD, SignIn


def ada_of(house: str) -> dict[str, str]:
    return {"name": "Ada <b>", "email": f"ada@{domain_of(house)}", "password": PASSWORD}


async def owner_link(organizers: Deps, house: str) -> str:
    _, token = await create_link(organizers, organization_id=house, purpose=LinkPurpose.OWNER)
    return f"/console/welcome/{token}"


async def test_the_first_owner_introduces_themselves_once(console: ASGIApp, organizers: Deps, house: str) -> None:
    link, ada, eve = await owner_link(organizers, house), Browser(console), Browser(console)

    form = await ada.get(link)
    entered = await ada.post(link, ada_of(house))
    home = await ada.get("/console")
    again = await eve.post(link, {**ada_of(house), "email": f"eve@{domain_of(house)}"})

    assert f"Welcome to {HOUSE}" in text_of(form)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/console")
    assert (home.status_code, again.status_code) == (200, 410)
    assert HOUSE in text_of(home)
    assert "Ada &lt;b&gt;" in home.text
    assert "Owner" in text_of(home)


async def test_faults_stand_beside_their_fields_and_what_was_typed_stays(
    console: ASGIApp, organizers: Deps, house: str
) -> None:
    link, ada = await owner_link(organizers, house), Browser(console)

    refused = await ada.post(link, {"name": "Ada", "email": "nowhere", "password": PASSWORD})
    entered = await ada.post(link, ada_of(house))

    assert refused.status_code == 422
    assert field_of_page(refused, "name") == "Ada"
    assert field_of_page(refused, "email") == "nowhere"
    assert 'aria-describedby="f-email-fault f-email-hint" aria-invalid="true"' in refused.text
    assert '<a href="#f-email">' in refused.text
    assert entered.status_code == 303


async def test_an_address_has_one_account(console: ASGIApp, organizers: Deps, house: str) -> None:
    await Browser(console).post(await owner_link(organizers, house), ada_of(house))

    refused = await Browser(console).post(
        await owner_link(organizers, house), {**ada_of(house), "email": f"ADA@{domain_of(house)}"}
    )

    assert refused.status_code == 422
    assert "has an account already" in text_of(refused)


async def test_the_link_of_the_demo_opens_the_console_at_once(console: ASGIApp, organizers: Deps, house: str) -> None:
    browser = Browser(console)
    link = f"/console/welcome/{await create_demo_link(organizers, organization_id=house)}"

    opened = await browser.get(link)
    home = await browser.get("/console")
    again = await Browser(console).get(link)

    assert (opened.status_code, home.status_code, again.status_code) == (303, 200, 410)


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    console: ASGIApp, organizers: Deps, house: str
) -> None:
    entered = await Browser(console).post(await owner_link(organizers, house), ada_of(house))

    cookie = entered.headers["Set-Cookie"].lower()
    assert cookie.startswith("admitone-console=cs_")
    assert all(part in cookie for part in ("; httponly", "; samesite=lax", "; path=/", "; max-age="))
    assert entered.headers["Cache-Control"] == "private, no-store"


async def test_the_token_itself_is_not_in_the_database(console_pool: Pool, sign_in: SignIn) -> None:
    browser = await sign_in(Role.OWNER)

    async with console_pool.connection() as conn:
        rows = await (await conn.execute("SELECT sessions::text AS whole FROM organizers.sessions")).fetchall()

    assert rows
    assert not any(browser.token in row["whole"] for row in rows)
    assert all("203.0.113.7" in row["whole"] for row in rows)


async def test_who_signs_out_is_out(sign_in: SignIn) -> None:
    browser = await sign_in(Role.OWNER)
    token = browser.token

    left = await browser.send("/console/sign-out")
    browser.http.cookies.set("admitone-console", token)
    back = await browser.get("/console")

    assert (left.status_code, back.status_code) == (303, 303)
    assert back.headers["Location"] == "/console/sign-in?next=%2Fconsole"


async def test_a_form_without_the_sessions_token_changes_nothing(sign_in: SignIn) -> None:
    ada, eve = await sign_in(Role.OWNER), await sign_in(Role.MANAGER)

    answers = [
        await ada.post("/console/sign-out", {}),
        await ada.post("/console/sign-out", {"csrf_token": eve.csrf}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert (await ada.get("/console")).status_code == 200


async def test_an_api_key_is_no_session(console: ASGIApp) -> None:
    browser = Browser(console)
    browser.http.cookies.set("admitone-console", "ak_" + "x" * 43)

    assert (await browser.get("/console")).status_code == 303
