"""The mails of a booking: reports of receivers by HTTP, what staff sees of them, and what they do."""

import httpx

from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool
from admitone.mail.domain.mail_token import mail_token, message_id
from admitone.mail.store.unsubscribed import address_keys
from admitone.organizers.contracts import Role
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, text_of
from tests.http.console.conftest import REPORTS_SECRET, SECRET_KEY, ApiOf, SignIn
from tests.http.console.sales.conftest import buy
from tests.unit.mail.test_reports import delivery_status

KEYS = derive_ring([SECRET_KEY], "mail")


async def a_sent_mail(pool: Pool, booking_id: str, address: str) -> str:
    """Mark the mail of a booking as sent, as the worker does, and return its id."""
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "update mail.outbox set state = 'sent', ended_at = now() where booking_id = %s returning id", (booking_id,)
        )
        (row,) = await cursor.fetchall()
        await conn.execute(
            "insert into mail.addressees (mail_id, address_key) values (%s, %s)",
            (row["id"], address_keys(KEYS, address)[0]),
        )
    return str(row["id"])


async def test_a_bounce_is_shown_with_the_booking_until_it_is_lifted_and_mails_are_sent_again(
    owner: Browser,
    organizer: Organizer,
    ada: Buyer,
    payments: PaymentsDeps,
    console_pool: Pool,
    sign_in: SignIn,
    api_of: ApiOf,
) -> None:
    show = await organizer.show(standing=5)
    held = await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    mail_id = await a_sent_mail(console_pool, held.booking_id, "ada@example.org")
    page, name = f"/console/bookings/{held.booking_id}", message_id(mail_token(KEYS, mail_id), "venue.example")
    async with api_of(REPORTS_SECRET) as provider:
        reported = await provider.post("/mail/reports", json={"message_id": name, "kind": "bounce", "status": "5.1.1"})
    finance = await sign_in(Role.FINANCE)
    before, seen = text_of(await owner.get(page)), text_of(await finance.get(page))
    refused = await finance.send(f"{page}/mail-block")

    lifted = await owner.send(f"{page}/mail-block")
    again = await owner.send(f"{page}/mails", mail_id=mail_id)
    after = text_of(await owner.get(page))
    unknown = await owner.send(f"{page}/mails", mail_id="mai_other", form_key="another")

    assert (reported.status_code, reported.json()) == (200, {"outcome": "bounce"})
    assert "Mail does not arrive." in before
    assert ("Mail does not arrive." in seen, "Allow mails again" in seen, refused.status_code) == (True, False, 403)
    assert (lifted.status_code, again.status_code, unknown.status_code) == (303, 303, 404)
    assert "Mail does not arrive." not in after
    assert "Tickets sent again Waits to be sent" in after


async def report(client: httpx.AsyncClient, raw: bytes) -> httpx.Response:
    return await client.post("/mail/reports/messages", content=raw, headers={"Content-Type": "message/rfc822"})


async def test_reports_need_the_secret_and_a_mail_of_ours(api_of: ApiOf) -> None:
    raw = delivery_status()
    async with api_of(REPORTS_SECRET) as provider, api_of(REPORTS_SECRET[:-1]) as stranger:
        refused = [await report(stranger, raw), await stranger.post("/mail/reports", json={})]
        unknown = await report(provider, raw)
        unreadable = await report(provider, b"no report")
        faulty = await provider.post("/mail/reports", json={"message_id": "1", "kind": "guess"})

    assert [answer.status_code for answer in refused] == [401, 401]
    assert (unknown.status_code, unknown.json()) == (200, {"outcome": "unknown"})
    assert (unreadable.status_code, unreadable.json()["code"]) == (422, "report-unreadable")
    assert (faulty.status_code, faulty.json()["code"]) == (422, "invalid-body")
