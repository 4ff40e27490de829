"""Mail in the console: owners change how it introduces the house; each kind is shown and sent to oneself."""

import re

import pytest

from admitone.console.domain.sales_words import MAIL_KINDS
from admitone.kit.postgres import Pool
from admitone.mail.contracts import MailKind
from admitone.mail.domain.sample import SAMPLES
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from tests.http.console.browsing import Browser, text_of
from tests.http.console.conftest import HOUSE, SignIn

REPLIES = "karten@theatre.example"


async def mailed_code(pool: Pool, email: str) -> str:
    """Return the code of the newest link that was mailed to an address."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "select facts from mail.outbox where kind = 'reply_address' and recipient = %s order by created_at desc",
            (email,),
        )
        row = await cursor.fetchone()
    assert row is not None
    found = re.search(r"/console/mail/confirmation\?c=([\w-]+)", str(row["facts"]))
    assert found is not None
    return found[1]


async def test_an_owner_changes_name_and_colour(sign_in: SignIn) -> None:
    owner, manager = await sign_in(Role.OWNER), await sign_in(Role.MANAGER)
    form = {"sender_name": "Oper Köln", "has_accent": "on", "accent": "#C8102E"}
    saved = await owner.send("/console/mail/identity", **form)
    wrong = await owner.send("/console/mail/identity", **{**form, "accent": "red"})
    refused = await manager.send("/console/mail/identity", **form)
    page = await owner.get("/console/mail/previews/reminder/html")
    seen = text_of(await manager.get("/console/mail"))
    await owner.send("/console/mail/identity", sender_name="", accent="#c8102e")
    plain = await owner.get("/console/mail/previews/reminder/html")

    assert (saved.status_code, wrong.status_code, refused.status_code) == (303, 422, 403)
    assert ("Oper Köln" in page.text, "background:#c8102e" in page.text) == (True, True)
    assert page.headers["Content-Security-Policy"].endswith("sandbox")
    assert ("Mails come from Oper Köln" in seen, "Save" in seen) == (True, False)
    assert (HOUSE in plain.text, "#c8102e" in plain.text) == (True, False)


async def test_an_address_for_replies_is_used_once_its_link_was_opened(
    sign_in: SignIn, console_pool: Pool, organizers: Deps
) -> None:
    owner = await sign_in(Role.OWNER)
    asked = await owner.send("/console/mail/reply-address", email=REPLIES)
    pending = text_of(await owner.get("/console/mail"))
    code = await mailed_code(console_pool, REPLIES)
    forged = await owner.send("/console/mail/confirmation", c=f"{code}x")
    other = await sign_in(Role.OWNER, await create_organization(organizers, name="Another house"))
    await other.send("/console/mail/confirmation", c=code)
    unconfirmed = [text_of(await browser.get("/console/mail")) for browser in (owner, other)]
    confirmed = await owner.send("/console/mail/confirmation", c=code)
    again = await owner.send("/console/mail/confirmation", c=code)
    preview = text_of(await owner.get("/console/mail/previews/reminder"))
    await owner.send("/console/mail/reply-address", email="")
    removed = text_of(await owner.get("/console/mail"))
    faulty = await owner.send("/console/mail/reply-address", email="nowhere")

    assert {answer.status_code for answer in (asked, forged, confirmed, again)} == {303}
    assert "Replies of buyers go to the address that mails come from. We sent a link to" in pending
    assert [page.count("Replies of buyers go to the address that mails come from.") for page in unconfirmed] == [1, 1]
    assert f"Replies to {REPLIES}" in preview
    assert "Replies of buyers go to the address that mails come from." in removed
    assert (faulty.status_code, 'id="f-email-fault"' in faulty.text) == (422, True)


async def test_few_addresses_are_asked_in_a_day(sign_in: SignIn) -> None:
    owner = await sign_in(Role.OWNER)
    answers = [
        await owner.send("/console/mail/reply-address", email=f"a{number}@theatre.example") for number in range(6)
    ]

    assert [answer.status_code for answer in answers] == [303] * 5 + [422]


def test_each_kind_of_a_bookings_mails_has_words_and_a_preview() -> None:
    assert {kind.value for kind in SAMPLES} == set(MAIL_KINDS)


@pytest.mark.parametrize("kind", SAMPLES)
async def test_each_kind_is_shown(sign_in: SignIn, kind: MailKind) -> None:
    manager = await sign_in(Role.MANAGER)
    page = await manager.get(f"/console/mail/previews/{kind.value}")

    assert (page.status_code, "The Tempest" in text_of(page)) == (200, True)


async def test_a_test_goes_to_the_person_who_asks(sign_in: SignIn, console_pool: Pool, house: str) -> None:
    manager: Browser = await sign_in(Role.MANAGER)
    sent = await manager.send("/console/mail/previews/refund/tests")
    unknown = await manager.send("/console/mail/previews/sign_in/tests", form_key="2")
    async with console_pool.connection() as conn:
        cursor = await conn.execute(
            "select recipient from mail.outbox where kind = 'test' and subject_id like %s",
            (f"sample:{house}:refund:%",),
        )
        rows = await cursor.fetchall()

    assert (sent.status_code, unknown.status_code) == (303, 404)
    assert [row["recipient"] for row in rows] == [manager.email]
