"""An organizer writes to the buyers of an event: counted before, sent once to each, recorded, and bounded."""

import pytest
from msgspec.structs import replace

from admitone.catalogue.contracts import EventNotFound
from admitone.mail.contracts import MailList
from admitone.mail.domain.buyers_message import Audience, Message
from admitone.mail.domain.refusals import NoRecipients, TooManyMessages
from admitone.mail.usecases.composing.links import unsubscribe_url
from admitone.mail.usecases.inform_buyers import unsubscribe_buyer
from admitone.mail.usecases.write_to_buyers import (
    MESSAGES_A_DAY_MAX,
    Draft,
    list_messages,
    order_message,
    preview_message,
    send_message,
)
from admitone.organizers.contracts import Identity, Role
from tests.store.mail.mail_env import MailEnv, a_booking

OWNER, OTHER = (Identity(organization, Role.MANAGER, "key_1") for organization in ("org_house", "org_other"))
DRAFT = Draft("Doors open at 18:00", "Please come\nearly.\n\nThe bar is open.")


async def test_a_preview_sends_nothing(mail_env: MailEnv) -> None:
    preview = await preview_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)

    assert (preview.recipients, preview.paragraphs) == (1, ("Please come early.", "The bar is open."))
    assert mail_env.jobs.jobs == []


async def test_each_buyer_gets_a_message_once_and_it_is_recorded(mail_env: MailEnv) -> None:
    mail_env.bookings["bkg_2"] = a_booking("bkg_2", buyer_email="bob@example.org")
    message = await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)
    for _ in range(2):
        await order_message(mail_env.deps, message_id=message.id)
    await mail_env.send()

    assert mail_env.jobs.jobs == [("mail.send_message", {"message_id": message.id})]
    assert sorted(mail_env.server.recipients) == ["ada@example.org", "bob@example.org"]
    assert {str(mail["Subject"]) for mail in mail_env.server.messages} == {DRAFT.subject}
    (recorded,) = await list_messages(mail_env.deps, identity=OWNER, event_id="evt_mahler")
    assert (recorded.recipients, recorded.sent_by, recorded.text) == (2, "key_1", DRAFT.text)


async def a_message(mail_env: MailEnv) -> Message:
    return await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)


async def stop(mail_env: MailEnv, url: str) -> bool:
    code = url.partition("?c=")[2]
    return await unsubscribe_buyer(mail_env.deps, mail_list=MailList.MESSAGES, subject_id="bkg_1", code=code)


async def test_a_buyer_refuses_the_messages_of_one_organization(mail_env: MailEnv) -> None:
    for _ in range(2):
        message = await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)
        await order_message(mail_env.deps, message_id=message.id)
        await mail_env.send()
        (sent,) = mail_env.server.messages
        url = str(sent["List-Unsubscribe"]).strip("<>")
        assert await stop(mail_env, url)

    mail_env.bookings["bkg_1"] = a_booking(organization_id="org_other")
    message = await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)
    await order_message(mail_env.deps, message_id=message.id)
    await mail_env.send()

    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (await mail_env.states(), len(mail_env.server.messages)) == (["sent", "skipped", "sent"], 2)
    assert not await stop(mail_env, url.replace(".org_house.", ".org_other."))
    ada = {"address": "ada@example.org", "organization_id": "org_house"}
    assert not await stop(mail_env, unsubscribe_url(mail_env.deps, MailList.REMINDERS, "bkg_1", **ada))


@pytest.mark.parametrize("address", [None, "eve@example.org"], ids=["erased", "corrected"])
async def test_the_link_stops_mails_to_the_address_that_got_it(mail_env: MailEnv, address: str | None) -> None:
    """Whatever became of the booking since: the same person may have bought another show."""
    await order_message(mail_env.deps, message_id=(await a_message(mail_env)).id)
    await mail_env.send()
    (sent,) = mail_env.server.messages
    mail_env.bookings = {"bkg_1": a_booking(buyer_email=address), "bkg_2": a_booking("bkg_2")}

    assert await stop(mail_env, str(sent["List-Unsubscribe"]).strip("<>"))
    await order_message(mail_env.deps, message_id=(await a_message(mail_env)).id)
    await mail_env.send()

    to_others = [] if address is None else [address]
    assert mail_env.server.recipients == ["ada@example.org", *to_others]


async def test_links_of_mails_from_before_still_stop_them(mail_env: MailEnv) -> None:
    code = mail_env.deps.keys.sign("no messages bkg_1")
    assert await unsubscribe_buyer(mail_env.deps, mail_list=MailList.MESSAGES, subject_id="bkg_1", code=code)
    await order_message(mail_env.deps, message_id=(await a_message(mail_env)).id)
    await mail_env.send()

    assert await mail_env.states() == ["skipped"]


@pytest.mark.parametrize(
    ("audience", "recipients"),
    [
        (Audience(("lvl_1",)), {"ada@example.org"}),
        (Audience(not_admitted=True), {"bob@example.org"}),
        (Audience(("lvl_1", "lvl_2"), not_admitted=True), {"bob@example.org"}),
    ],
)
async def test_a_message_goes_to_a_level_or_to_those_who_have_not_come(
    mail_env: MailEnv, audience: Audience, recipients: set[str]
) -> None:
    ada, bob = a_booking(), a_booking("bkg_2", buyer_email="bob@example.org")
    tickets = tuple(replace(ticket, price_level_id="lvl_2") for ticket in bob.tickets)
    mail_env.bookings |= {"bkg_2": replace(bob, tickets=tickets)}
    mail_env.admitted = {ada.tickets[0].ticket_id: "bkg_1"}
    draft = Draft(DRAFT.subject, DRAFT.text, audience)
    preview = await preview_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=draft)
    message = await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=draft)
    await order_message(mail_env.deps, message_id=message.id)
    await mail_env.send()

    assert preview.recipients == message.recipients == 1
    assert mail_env.jobs.jobs == [("mail.send_message", {"message_id": message.id, "is_narrowed": True})]
    assert set(mail_env.server.recipients) == recipients
    (recorded,) = await list_messages(mail_env.deps, identity=OWNER, event_id="evt_mahler")
    assert recorded.audience == audience


async def test_a_message_that_no_buyer_would_get_is_refused(mail_env: MailEnv) -> None:
    with pytest.raises(NoRecipients):
        await send_message(
            mail_env.deps,
            identity=OWNER,
            event_id="evt_mahler",
            draft=Draft(DRAFT.subject, DRAFT.text, Audience(("lvl_other",))),
        )
    assert await list_messages(mail_env.deps, identity=OWNER, event_id="evt_mahler") == []


async def test_another_organization_writes_to_nobody(mail_env: MailEnv) -> None:
    with pytest.raises(EventNotFound):
        await send_message(mail_env.deps, identity=OTHER, event_id="evt_mahler", draft=DRAFT)


async def test_the_buyers_of_an_event_get_few_messages_a_day(mail_env: MailEnv) -> None:
    for _ in range(MESSAGES_A_DAY_MAX):
        await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)
    counted = mail_env.counts
    with pytest.raises(TooManyMessages):
        await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)
    assert mail_env.counts == counted  # refused before the work
