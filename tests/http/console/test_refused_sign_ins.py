"""Refused attempts to sign in are in the audit trail, and strangers can neither fill it nor pass the limits."""

from collections import Counter

from litestar.types import ASGIApp

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import LinkPurpose, Role
from admitone.organizers.domain.sign_in_limits import ACCOUNT_ATTEMPTS_MAX, ADDRESS_ATTEMPTS_MAX, ENTRIES_MAX
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_link
from admitone.organizers.usecases.organizations import create_organization
from tests.http.console.browsing import Browser, text_of
from tests.http.console.conftest import PASSWORD, SignIn
from tests.http.console.test_second_factor import set_up

WRONG_PASSWORD = "seven loud trombones"


async def actions_of(pool: Pool, organization_id: str) -> Counter[str]:
    """Return how many entries of each action an organization has."""
    statement = "SELECT action FROM organizers.audit_entries WHERE organization_id = %s"
    async with pool.connection() as conn:
        return Counter(row["action"] for row in await (await conn.execute(statement, [organization_id])).fetchall())


async def test_a_wrong_password_is_recorded_with_the_address_and_without_what_was_typed(
    console: ASGIApp, sign_in: SignIn
) -> None:
    ada = await sign_in(Role.OWNER)

    await Browser(console, address="198.51.100.20").post(
        "/console/sign-in", {"email": ada.email, "password": WRONG_PASSWORD}
    )
    page = await ada.get("/console/audit?q=signInFailed")

    assert "1 change, the newest first" in text_of(page)
    assert "Sign in failed" in text_of(page)
    assert "198.51.100.20" in text_of(page)
    assert WRONG_PASSWORD not in page.text


async def test_each_organization_of_the_person_learns_of_it(
    console: ASGIApp, organizers: Deps, house: str, sign_in: SignIn, console_pool: Pool
) -> None:
    ada = await sign_in(Role.OWNER)
    other, stranger = [await create_organization(organizers, name=name) for name in ("Second house", "Third house")]
    _, token = await create_link(organizers, organization_id=other, purpose=LinkPurpose.INVITATION, role=Role.SCANNER)
    await ada.send(f"/console/join/{token}")

    await Browser(console, address="198.51.100.21").post(
        "/console/sign-in", {"email": ada.email, "password": WRONG_PASSWORD}
    )
    found = [(await actions_of(console_pool, place))["signInFailed"] for place in (house, other, stranger)]

    assert found == [1, 1, 0]


async def test_strangers_cannot_fill_the_trail(
    console: ASGIApp, house: str, sign_in: SignIn, console_pool: Pool
) -> None:
    ada, stranger = await sign_in(Role.OWNER), Browser(console, address="198.51.100.22")

    for _ in range(ACCOUNT_ATTEMPTS_MAX + ENTRIES_MAX + 2):
        await stranger.post("/console/sign-in", {"email": ada.email, "password": WRONG_PASSWORD})
    found = await actions_of(console_pool, house)

    assert (found["signInFailed"], found["signInLimitReached"]) == (ENTRIES_MAX, ENTRIES_MAX)


async def test_a_wrong_code_and_a_wrong_confirmation_are_recorded(
    console: ASGIApp, house: str, sign_in: SignIn, console_pool: Pool
) -> None:
    ada, thief = await sign_in(Role.OWNER), Browser(console)
    await set_up(ada)

    await ada.send("/console/confirm", password=WRONG_PASSWORD)
    await thief.post("/console/sign-in", {"email": ada.email, "password": PASSWORD})
    for _ in range(ACCOUNT_ATTEMPTS_MAX + 1):
        await thief.post("/console/sign-in/code", {"code": "000"})
    found = await actions_of(console_pool, house)

    names = ("confirmPersonFailed", "giveCodeFailed", "signInLimitReached")
    assert [found[name] for name in names] == [1, ENTRIES_MAX, 1]


async def test_the_addresses_of_one_ipv6_subscriber_share_their_attempts(console: ASGIApp) -> None:
    async def attempt(number: int) -> str:
        browser = Browser(console, address=f"2001:db8:77::{number:x}")
        form = {"email": f"person{number}@nowhere.example", "password": WRONG_PASSWORD}
        return text_of(await browser.post("/console/sign-in", form))

    answers = [await attempt(number) for number in range(1, ADDRESS_ATTEMPTS_MAX + 2)]

    assert "Too many attempts to sign in." not in answers[-2]
    assert "Too many attempts to sign in." in answers[-1]
