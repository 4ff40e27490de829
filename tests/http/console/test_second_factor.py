"""An authenticator app: its code opens a session whose password was right, each code once."""

import re

import pyotp
from litestar.types import ASGIApp

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.organizers.domain.sign_in_limits import ACCOUNT_ATTEMPTS_MAX
from admitone.runtime.wiring import utc_now
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import PASSWORD, SignIn


async def set_up(ada: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """Return the app and the recovery codes."""
    page = await ada.send("/console/account/second-factor")
    app = pyotp.TOTP(field_of_page(page, "secret"))
    fields = {"secret": field_of_page(page, "secret"), "uri": field_of_page(page, "uri")}
    wrong = await ada.send("/console/account/second-factor/confirm", code="000", **fields)
    assert wrong.status_code == 422
    assert "data:image/svg+xml" in wrong.text
    right = await ada.send("/console/account/second-factor/confirm", code=app.at(app_time()), **fields)
    codes = re.findall(r"[0-9a-f]{5}(?:-[0-9a-f]{5}){3}", right.text)
    assert len(codes) == 10, right.text
    return app, codes


def app_time() -> int:
    return int(utc_now().timestamp())


def next_code(app: pyotp.TOTP) -> str:
    """Return the code of the next step, which is accepted now: that of this step was used to set the app up."""
    return app.at(app_time() + 30)


async def test_a_sign_in_needs_the_code_and_a_code_works_once(console: ASGIApp, sign_in: SignIn) -> None:
    ada, phone, thief = await sign_in(Role.OWNER), Browser(console), Browser(console)
    app, _ = await set_up(ada)
    form = {"email": ada.email, "password": PASSWORD}

    asked = await phone.post("/console/sign-in", form)
    closed = await phone.get("/console/team")
    waiting = phone.token
    code = next_code(app)
    entered = await phone.post("/console/sign-in/code", {"code": code, "next": "/console/team"})
    await thief.post("/console/sign-in", form)
    again = await thief.post("/console/sign-in/code", {"code": code})

    assert asked.headers["Location"] == "/console/sign-in/code?next=%2Fconsole"
    assert closed.headers["Location"].startswith("/console/sign-in")
    assert entered.headers["Location"] == "/console/team"
    assert phone.token != waiting
    assert (await phone.get("/console/team")).status_code == 200
    assert (again.status_code, "was used before" in text_of(again)) == (422, True)


async def test_a_recovery_code_works_once_and_the_second_factor_is_removed(console: ASGIApp, sign_in: SignIn) -> None:
    ada, phone = await sign_in(Role.SCANNER), Browser(console)
    _, codes = await set_up(ada)
    form = {"email": ada.email, "password": PASSWORD}

    await phone.post("/console/sign-in", form)
    entered = await phone.post("/console/sign-in/code", {"code": codes[3].upper()})
    await phone.post("/console/sign-in", form)
    again = await phone.post("/console/sign-in/code", {"code": codes[3]})
    await ada.send("/console/account/second-factor/remove")
    without = await phone.post("/console/sign-in", form)

    assert (entered.status_code, again.status_code) == (303, 422)
    assert without.headers["Location"] == "/console"


async def test_codes_cannot_be_guessed(console: ASGIApp, sign_in: SignIn) -> None:
    ada, thief = await sign_in(Role.OWNER), Browser(console)
    app, _ = await set_up(ada)
    await thief.post("/console/sign-in", {"email": ada.email, "password": PASSWORD})
    for _ in range(ACCOUNT_ATTEMPTS_MAX):
        await thief.post("/console/sign-in/code", {"code": "123"})

    right = await thief.post("/console/sign-in/code", {"code": next_code(app)})

    assert (right.status_code, "Too many attempts" in text_of(right)) == (422, True)


async def test_the_secret_is_encrypted(sign_in: SignIn, console_pool: Pool) -> None:
    ada = await sign_in(Role.OWNER)
    app, codes = await set_up(ada)

    async with console_pool.connection() as conn:
        statement = "SELECT totp_secret FROM organizers.people WHERE email = %s"
        row = await (await conn.execute(statement, [ada.email])).fetchone()
        recovery = await (await conn.execute("SELECT code_hash FROM organizers.recovery_codes")).fetchall()

    assert row is not None
    assert app.secret.encode() not in bytes(row["totp_secret"])
    assert all(code.replace("-", "").encode() not in bytes(kept["code_hash"]) for code in codes for kept in recovery)
