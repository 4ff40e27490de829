"""An organizer writes to the buyers of an event: counted before, sent once to each, recorded, and bounded."""

import pytest

from admitone.catalogue.contracts import EventNotFound
from admitone.mail.domain.refusals import TooManyMessages
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


async def test_another_organization_writes_to_nobody(mail_env: MailEnv) -> None:
    with pytest.raises(EventNotFound):
        await send_message(mail_env.deps, identity=OTHER, event_id="evt_mahler", draft=DRAFT)


async def test_the_buyers_of_an_event_get_few_messages_a_day(mail_env: MailEnv) -> None:
    for _ in range(MESSAGES_A_DAY_MAX):
        await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)
    with pytest.raises(TooManyMessages):
        await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=DRAFT)
