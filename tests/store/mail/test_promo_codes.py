"""A code for one person is mailed to them once, composed when it is sent, and not to a person who objects."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from admitone.booking.contracts import PersonalCode
from admitone.catalogue.contracts import EventStatus
from admitone.mail.contracts import MailList
from admitone.mail.usecases.administer_mails import list_mails, resend_mail, show_mail
from admitone.mail.usecases.inform_buyers import unsubscribe_buyer
from admitone.mail.usecases.put_mail import project_personal_codes
from tests.store.mail.mail_env import NOW, MailEnv, an_event


def a_code(promo_id: str = "prm_1", **changes: Any) -> PersonalCode:
    known: dict[str, Any] = {
        "id": promo_id,
        "organization_id": "org_house",
        "code": "PRESS-7KQ2MXWB4P",
        "recipient": "ada@example.org",
        "event_id": "evt_mahler",
        "percent": 20,
        "amount": None,
        "currency": None,
        "uses_left": 1,
        "starts_at": None,
        "ends_at": NOW + timedelta(days=14),
    }
    return PersonalCode(**{**known, **changes})


async def mail_codes(env: MailEnv, *codes: PersonalCode) -> None:
    env.codes |= {code.id: code for code in codes}
    async with env.pool.connection() as conn, conn.transaction():
        await project_personal_codes(conn, [code.id for code in codes])


async def test_each_person_gets_their_own_code_once(mail_env: MailEnv) -> None:
    ben = a_code(
        "prm_2", code="PRESS-ABCDEFGHJK", recipient="ben@example.org", percent=None, amount=500, currency="EUR"
    )
    for _ in range(2):
        await mail_codes(mail_env, a_code(), ben)
    await mail_env.send()

    mails = {str(mail["To"]): mail for mail in mail_env.server.messages}
    assert sorted(mail_env.server.recipients) == ["ada@example.org", "ben@example.org"]
    (to_ada,) = [mail for address, mail in mails.items() if "ada@" in address]
    body = to_ada.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert str(to_ada["Subject"]) == "20 % off: Mahler 2 <Resurrection>"
    assert ("PRESS-7KQ2MXWB4P" in text, "PRESS-ABCDEFGHJK" in text) == (True, False)
    assert "https://tickets.example/e/evt_mahler" in text


async def test_the_outbox_has_no_address(mail_env: MailEnv) -> None:
    await mail_codes(mail_env, a_code())

    [row] = await mail_env.rows("select * from mail.outbox")
    assert "ada@example.org" not in str(row)
    assert "PRESS" not in str(row)


@pytest.mark.parametrize(
    "changes", [{"uses_left": 0}, {"ends_at": NOW - timedelta(seconds=1)}], ids=["used up", "ended"]
)
async def test_a_code_that_buys_nothing_any_more_is_not_mailed(mail_env: MailEnv, changes: dict[str, Any]) -> None:
    await mail_codes(mail_env, a_code())
    mail_env.codes["prm_1"] = a_code(**changes)
    await mail_env.send()

    assert (mail_env.server.messages, await mail_env.states()) == ([], ["skipped"])


async def test_no_code_of_a_cancelled_event_or_an_erased_person_is_mailed(mail_env: MailEnv) -> None:
    mail_env.event = an_event(status=EventStatus.CANCELLED)
    await mail_codes(mail_env, a_code(), a_code("prm_2", event_id=None))
    del mail_env.codes["prm_2"]
    await mail_env.send()

    assert (mail_env.server.messages, await mail_env.states()) == ([], ["skipped", "skipped"])


async def test_who_wants_no_messages_of_an_organization_gets_no_code_of_it(mail_env: MailEnv) -> None:
    """Also by the link of a code that the organizer has deleted since."""
    await mail_codes(mail_env, a_code())
    await mail_env.send()
    del mail_env.codes["prm_1"]
    (sent,) = mail_env.server.messages
    url = urlsplit(str(sent["List-Unsubscribe"]).strip("<>"))
    wrong = await unsubscribe_buyer(mail_env.deps, mail_list=MailList.MESSAGES, subject_id="prm_1", code="wrong")
    stopped = await unsubscribe_buyer(
        mail_env.deps, mail_list=MailList.MESSAGES, subject_id="prm_1", code=url.query.removeprefix("c=")
    )
    await mail_codes(mail_env, a_code("prm_2"), a_code("prm_3", organization_id="org_other"))
    await mail_env.send()

    assert (url.path, wrong, stopped) == ("/my/messages/prm_1", False, True)
    assert sorted(await mail_env.states()) == ["sent", "sent", "skipped"]


async def test_a_failed_mail_with_a_code_is_sent_again_to_the_person_of_the_code(mail_env: MailEnv) -> None:
    await mail_codes(mail_env, a_code())
    await mail_env.run("update mail.outbox set state = 'failed', ended_at = now(), error = '550 mailbox full'")
    (failed,) = await list_mails(mail_env.deps, state="failed", size=10)
    again = await resend_mail(mail_env.deps, mail_id=failed.id)
    await mail_env.send()

    assert failed.is_repeatable
    assert mail_env.server.recipients == [a_code().recipient]

    mail_env.codes.clear()
    last = await resend_mail(mail_env.deps, mail_id=again.id)
    await mail_env.send()
    assert (await show_mail(mail_env.deps, mail_id=last.id)).mail.state == "skipped"
    assert len(mail_env.server.recipients) == 1
