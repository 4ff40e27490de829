"""Bounces and complaints on a real database: what they stop, for whom, and what a person does then."""

import pytest

from admitone.mail.contracts import MailKind, MailOrder
from admitone.mail.domain.refusals import ComplaintStays, MailedBookingNotFound, TooManyCopies
from admitone.mail.domain.reports import Outcome, Report
from admitone.mail.usecases.administer_mails import unblock_mail
from admitone.mail.usecases.booking_mails import (
    COPIES_A_DAY_MAX,
    lift_block,
    list_booking_mails,
    send_booking_mail,
)
from admitone.mail.usecases.receive_report import receive_report
from admitone.mail.usecases.write_to_buyers import Draft, order_message, send_message
from admitone.organizers.contracts import Identity, Role
from tests.store.mail.mail_env import MailEnv, a_booking

OWNER, OTHER = (Identity(organization, Role.BOX_OFFICE, "key_1") for organization in ("org_house", "org_other"))


async def write_to_buyers(mail_env: MailEnv) -> None:
    draft = Draft("Doors open at 18:00", "Please come early.")
    message = await send_message(mail_env.deps, identity=OWNER, event_id="evt_mahler", draft=draft)
    await order_message(mail_env.deps, message_id=message.id)


async def sent(mail_env: MailEnv) -> str:
    """Send the tickets of bkg_1, and return the Message-ID."""
    await mail_env.confirm()
    await mail_env.send()
    return mail_env.server.message_ids[-1]


async def errors(mail_env: MailEnv) -> list[tuple[str, str]]:
    rows = await mail_env.rows("select kind, state, error from mail.outbox where state <> 'sent' order by created_at")
    return [(row["state"], str(row["error"]).partition(":")[0]) for row in rows]


async def test_after_a_bounce_no_mail_is_sent_until_the_address_is_corrected(mail_env: MailEnv) -> None:
    report = Report(Outcome.BOUNCE, await sent(mail_env), "550 5.1.1 no such user")
    assert await receive_report(mail_env.deps, report=report) == "bounce"
    await write_to_buyers(mail_env)
    await mail_env.put(MailOrder(MailKind.SHOW_CHANGED, "bkg_1", booking_id="bkg_1", version=3))
    await mail_env.send()

    assert await errors(mail_env) == [
        ("skipped", "the address is blocked (bounce)"),
        ("failed", "an earlier mail to this address came back"),
    ]
    found = await list_booking_mails(mail_env.deps, identity=OWNER, booking_id="bkg_1")
    assert found.block is not None
    assert (found.block.reason, found.block.detail) == ("bounce", "550 5.1.1 no such user")

    mail_env.bookings["bkg_1"] = a_booking(buyer_email="ada@right.example")
    await send_booking_mail(mail_env.deps, identity=OWNER, booking_id="bkg_1", mail_id=None)
    await mail_env.send()
    assert mail_env.server.recipients == ["ada@example.org", "ada@right.example"]


async def test_a_complaint_stops_only_what_is_not_necessary(mail_env: MailEnv) -> None:
    report = Report(Outcome.COMPLAINT, await sent(mail_env), "abuse")
    assert await receive_report(mail_env.deps, report=report) == "complaint"
    await write_to_buyers(mail_env)
    await mail_env.put(MailOrder(MailKind.SIGN_IN, "sgn_1", recipient="Ada@Example.org"))
    mail_env.bookings["bkg_1"] = a_booking(buyer_email="Ada@Example.org")
    await mail_env.send()

    assert await errors(mail_env) == [("skipped", "the address is blocked (complaint)")]
    assert mail_env.server.recipients == ["ada@example.org", "Ada@Example.org"]


async def test_an_organization_lifts_a_bounce_and_never_a_complaint(mail_env: MailEnv) -> None:
    """An address that bounced and whose reader complained is one that complained again, after the bounce is lifted."""
    first = await sent(mail_env)
    await receive_report(mail_env.deps, report=Report(Outcome.COMPLAINT, first, "abuse"))
    with pytest.raises(ComplaintStays):
        await lift_block(mail_env.deps, identity=OWNER, booking_id="bkg_1")
    await receive_report(mail_env.deps, report=Report(Outcome.BOUNCE, first, "550 5.1.1"))

    await lift_block(mail_env.deps, identity=OWNER, booking_id="bkg_1")
    found = await list_booking_mails(mail_env.deps, identity=OWNER, booking_id="bkg_1")
    with pytest.raises(ComplaintStays):
        await lift_block(mail_env.deps, identity=OWNER, booking_id="bkg_1")

    assert found.block is not None
    assert (found.block.reason, found.block.detail) == ("complaint", "")
    assert await unblock_mail(mail_env.deps, address="ada@example.org")
    await lift_block(mail_env.deps, identity=OWNER, booking_id="bkg_1")


async def test_what_a_server_said_of_the_mail_of_another_organization_is_not_told(mail_env: MailEnv) -> None:
    """The address is blocked for the whole installation; staff can write any address into a booking of their own."""
    await receive_report(mail_env.deps, report=Report(Outcome.BOUNCE, await sent(mail_env), "550 <ada@example.org>"))
    mail_env.bookings["bkg_2"] = a_booking("bkg_2", organization_id="org_other")

    own = await list_booking_mails(mail_env.deps, identity=OWNER, booking_id="bkg_1")
    other = await list_booking_mails(mail_env.deps, identity=OTHER, booking_id="bkg_2")

    assert own.block is not None
    assert other.block is not None
    assert (own.block.detail, other.block.reason, other.block.detail) == ("550 <ada@example.org>", "bounce", "")


async def test_a_report_blocks_the_address_that_the_mail_went_to(mail_env: MailEnv) -> None:
    first = await sent(mail_env)
    mail_env.bookings["bkg_1"] = a_booking(buyer_email="ada@right.example")
    await receive_report(mail_env.deps, report=Report(Outcome.BOUNCE, first, "5.1.1"))

    assert (await list_booking_mails(mail_env.deps, identity=OWNER, booking_id="bkg_1")).block is None
    assert await unblock_mail(mail_env.deps, address="ADA@example.org")
    assert not await unblock_mail(mail_env.deps, address="ADA@example.org")


@pytest.mark.parametrize(
    "names", ["<1@venue.example>", "<mai_01jd3x9k7qf0c8v5t2m4n6p8r0.aaaaaaaaaaaaaaaa@venue.example>"]
)
async def test_a_forged_report_blocks_no_address(mail_env: MailEnv, names: str) -> None:
    await sent(mail_env)
    (row,) = await mail_env.rows("select id from mail.outbox")
    forged = names.replace("mai_01jd3x9k7qf0c8v5t2m4n6p8r0", row["id"])

    assert await receive_report(mail_env.deps, report=Report(Outcome.BOUNCE, forged, "5.1.1")) == "unknown"
    assert await mail_env.rows("select 1 from mail.blocked_addresses") == []


async def test_a_soft_bounce_and_a_report_about_a_deleted_mail_block_no_address(mail_env: MailEnv) -> None:
    name = await sent(mail_env)
    assert await receive_report(mail_env.deps, report=Report(Outcome.SOFT, name, "5.2.2")) == "soft"
    await mail_env.run("delete from mail.outbox")
    assert await receive_report(mail_env.deps, report=Report(Outcome.BOUNCE, name, "5.1.1")) == "unknown"

    assert await mail_env.rows("select 1 from mail.blocked_addresses") == []
    assert await mail_env.rows("select 1 from mail.addressees") == []


async def test_a_recipient_that_the_server_refuses_by_code_is_blocked_at_once(mail_env: MailEnv) -> None:
    mail_env.server.at_recipient = ["550 5.1.1 no such user"]
    await mail_env.confirm()
    await mail_env.send()
    found = await list_booking_mails(mail_env.deps, identity=OWNER, booking_id="bkg_1")
    assert found.block is not None
    await lift_block(mail_env.deps, identity=OWNER, booking_id="bkg_1")
    await send_booking_mail(mail_env.deps, identity=OWNER, booking_id="bkg_1", mail_id=found.mails[0].id)
    await mail_env.send()

    assert mail_env.server.recipients == ["ada@example.org"]
    found = await list_booking_mails(mail_env.deps, identity=OWNER, booking_id="bkg_1")
    assert [(mail.state, mail.is_copy) for mail in found.mails] == [("sent", True), ("failed", False)]


async def test_the_mails_of_a_booking_are_sent_again_a_few_times_and_by_its_organization_alone(
    mail_env: MailEnv,
) -> None:
    for _ in range(COPIES_A_DAY_MAX + 1):  # the first one is no copy: there was no mail before
        await send_booking_mail(mail_env.deps, identity=OWNER, booking_id="bkg_1", mail_id=None)
        await mail_env.send()
    with pytest.raises(TooManyCopies):
        await send_booking_mail(mail_env.deps, identity=OWNER, booking_id="bkg_1", mail_id=None)
    with pytest.raises(MailedBookingNotFound):
        await send_booking_mail(mail_env.deps, identity=OTHER, booking_id="bkg_1", mail_id=None)
    with pytest.raises(MailedBookingNotFound):
        await lift_block(mail_env.deps, identity=OTHER, booking_id="bkg_1")
    with pytest.raises(MailedBookingNotFound):
        await list_booking_mails(mail_env.deps, identity=OTHER, booking_id="bkg_1")

    assert len(mail_env.server.messages) == COPIES_A_DAY_MAX + 1
