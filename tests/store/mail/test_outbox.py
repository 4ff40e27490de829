"""The outbox on real servers: each mail is sent once, as things stand when it is sent, or a person sees why not."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from admitone.booking.contracts import BookingChange, BookingsChanged, BookingStatus, StartingEvent
from admitone.booking.contracts.resale import PersonNotice
from admitone.catalogue.contracts import EventStatus
from admitone.kit.rush_delay import RUSH_SECONDS
from admitone.mail.adapters.smtp import SmtpSender
from admitone.mail.contracts import MailKind, MailList, MailOrder, Notice
from admitone.mail.domain.correction_words import correction_notice
from admitone.mail.domain.refusals import (
    MailedBookingNotFound,
    MailNotRepeatable,
    NoAddressForTests,
    NoSuchBookingMail,
    TooManyTests,
)
from admitone.mail.store.outbox import claim_mails
from admitone.mail.usecases.administer_mails import forget_mails, resend_booking_mail, resend_mail
from admitone.mail.usecases.composing.links import unsubscribe_url
from admitone.mail.usecases.inform_buyers import inform_buyers, remind_buyers, unsubscribe_buyer
from admitone.mail.usecases.preview_mails import TESTS_A_DAY_MAX, send_test_mail
from admitone.mail.usecases.put_mail import project_bookings
from admitone.organizers.contracts import ActorKind, Identity, MailIdentity, Role
from admitone.payments.contracts import RefundView
from tests.store.mail.mail_env import NOW, MailEnv, a_booking, an_event


async def test_a_mail_is_sent_once_with_the_tickets(mail_env: MailEnv) -> None:
    async with mail_env.pool.connection() as conn, conn.transaction():
        for _ in range(2):
            await project_bookings(conn, BookingsChanged(BookingChange.CONFIRMED, (a_booking(),)))

    assert await mail_env.send() == 1
    assert await mail_env.send() == 0
    (message,) = mail_env.server.messages
    assert message["To"] == "Ada Lovelace <ada@example.org>"
    assert [part.get_content_type() for part in message.iter_attachments()] == ["application/pdf"]
    assert await mail_env.states() == ["sent"]


async def test_nothing_is_sent_before_the_sale_is_committed(mail_env: MailEnv) -> None:
    async with mail_env.pool.connection() as conn, conn.transaction(force_rollback=True):
        await project_bookings(conn, BookingsChanged(BookingChange.CONFIRMED, (a_booking(),)))
        assert await mail_env.send() == 0
    assert await mail_env.send() == 0
    assert mail_env.server.messages == []


async def test_confirmations_of_a_rush_wait_for_minutes_and_then_for_mails_to_one_person(mail_env: MailEnv) -> None:
    booking = a_booking()
    async with mail_env.pool.connection() as conn, conn.transaction():
        await project_bookings(conn, BookingsChanged(BookingChange.CONFIRMED, (booking,), is_rush=True))
    (waiting,) = await mail_env.rows("select extract(epoch from send_after - created_at) as seconds from mail.outbox")
    sent_in_the_rush = await mail_env.send()
    notice = Notice("Join us", "Join us", ("You are invited.",))
    await mail_env.put(MailOrder(MailKind.STAFF_INVITATION, "inv_1", recipient="bob@example.org", notice=notice))
    await mail_env.due()
    async with mail_env.pool.connection() as conn, conn.transaction(force_rollback=True):
        (first,) = await claim_mails(conn, size=1, lease_seconds=60)
    await mail_env.send()

    least, most = RUSH_SECONDS
    assert least - 1 <= waiting["seconds"] <= most + 1
    assert sent_in_the_rush == 0
    assert first.recipient == "bob@example.org"
    assert mail_env.server.recipients == ["bob@example.org", "ada@example.org"]


async def test_confirmations_ordered_before_a_rush_was_known_wait_too_but_not_for_ever(mail_env: MailEnv) -> None:
    notice = Notice("Join us", "Join us", ("You are invited.",))
    await mail_env.confirm()
    await mail_env.put(MailOrder(MailKind.STAFF_INVITATION, "inv_1", recipient="bob@example.org", notice=notice))
    mail_env.is_rush = True
    await mail_env.send()
    in_the_rush = list(mail_env.server.recipients)
    await mail_env.run(f"update mail.outbox set created_at = created_at - interval '{RUSH_SECONDS[1] + 1} s'")
    await mail_env.send()

    assert in_the_rush == ["bob@example.org"]
    assert mail_env.server.recipients == ["bob@example.org", "ada@example.org"]


async def test_the_mails_of_a_correction_arrive_with_their_links(mail_env: MailEnv) -> None:
    url = "https://tickets.example/my/address/cor_1?c=code"
    kinds = [kind for kind in PersonNotice if kind.name.startswith("ADDRESS_")]
    for version, kind in enumerate(kinds):
        link = None if kind is PersonNotice.ADDRESS_LEFT else url
        notice = replace(
            correction_notice(kind, an_event(), link, {"new": "a•••@r•••.example"}), organization_id="org_house"
        )
        await mail_env.put(
            MailOrder(MailKind.ADDRESS_CORRECTION, "cor_1", recipient="ada@example.org", version=version, notice=notice)
        )
    await mail_env.send()

    has_link = {  # those that are claimed together are sent in any order
        str(message["Subject"]).partition(":")[0]: "/my/address/cor_1" in str(message.get_body(("plain",)))
        for message in mail_env.server.messages
    }
    assert has_link == {
        "Confirm your address": True,
        "New address for your booking? Mahler 2 <Resurrection>": True,
        "Your tickets": True,
        "Address changed": False,
    }
    senders = {message["From"].addresses[0].display_name for message in mail_env.server.messages}
    assert senders == {"Kölner Bühnen"}


async def test_what_the_mails_of_a_batch_share_is_read_once_a_batch(mail_env: MailEnv) -> None:
    mail_env.bookings["bkg_2"] = a_booking("bkg_2")
    for _ in range(2):
        await mail_env.put(
            *(MailOrder(MailKind.BOOKING_CONFIRMED, name, booking_id=name) for name in ("bkg_1", "bkg_2"))
        )
        await mail_env.send()
        await mail_env.run("delete from mail.outbox")

    assert (len(mail_env.server.messages), mail_env.event_reads) == (4, 2)


async def test_a_mail_that_is_refused_for_now_is_sent_later(mail_env: MailEnv) -> None:
    mail_env.server.at_recipient = ["450 busy"]
    await mail_env.confirm()
    await mail_env.send()
    waiting = await mail_env.rows("select state, error, send_after > clock_timestamp() as waits from mail.outbox")
    await mail_env.due()
    await mail_env.send()

    assert waiting == [{"state": "queued", "error": "MailDeferred: 450 busy", "waits": True}]
    assert (len(mail_env.server.messages), await mail_env.states()) == (1, ["sent"])


async def test_a_mail_that_is_refused_for_good_waits_for_a_person(mail_env: MailEnv) -> None:
    mail_env.server.at_recipient = ["550 no such user"]
    await mail_env.confirm()
    await mail_env.send()
    (failed,) = await mail_env.rows("select id, state, error from mail.outbox")
    mail_env.bookings["bkg_1"] = a_booking(buyer_email="ada@right.example")
    copied = await resend_mail(mail_env.deps, mail_id=failed["id"])
    await mail_env.send()

    assert (failed["state"], failed["error"]) == ("failed", "MailRejected: 550 no such user")
    assert copied.copy == 1
    assert mail_env.server.recipients == ["ada@right.example"]


async def test_a_mail_without_a_known_outcome_is_sent_once_more_and_no_third_time(mail_env: MailEnv) -> None:
    mail_env.server.drops = 5
    await mail_env.confirm()
    for _ in range(4):
        await mail_env.send()
        await mail_env.due()

    assert len(mail_env.server.messages) == 2
    assert len(set(mail_env.server.message_ids)) == 1
    assert await mail_env.states() == ["failed"]


async def test_a_sender_that_stops_before_the_hand_over_costs_no_attempt_in_doubt(mail_env: MailEnv) -> None:
    await mail_env.confirm()
    for _ in range(3):
        async with mail_env.pool.connection() as conn:
            assert len(await claim_mails(conn, size=10, lease_seconds=60)) == 1
            assert await claim_mails(conn, size=10, lease_seconds=60) == []
        await mail_env.due()
    await mail_env.send()

    assert (len(mail_env.server.messages), await mail_env.states()) == (1, ["sent"])


async def test_a_server_that_is_away_costs_no_attempt(mail_env: MailEnv) -> None:
    working = mail_env.sender
    mail_env.sender = SmtpSender(mail_env.server.address("starttls"), rate=1000)
    await mail_env.confirm()
    await mail_env.send()
    waiting = await mail_env.rows("select state, attempts from mail.outbox")
    mail_env.sender = working
    await mail_env.due()
    await mail_env.send()

    assert waiting == [{"state": "queued", "attempts": 0}]
    assert await mail_env.states() == ["sent"]


async def test_a_mail_that_is_not_true_any_more_is_not_sent(mail_env: MailEnv) -> None:
    await mail_env.confirm()
    mail_env.bookings["bkg_1"] = a_booking(status=BookingStatus.REFUNDED)
    await mail_env.send()

    assert (mail_env.server.messages, await mail_env.states()) == ([], ["skipped"])


async def test_an_old_mail_is_given_up(mail_env: MailEnv) -> None:
    await mail_env.confirm()
    mail_env.now = NOW + timedelta(days=4)
    await mail_env.send()

    assert (mail_env.server.messages, await mail_env.states()) == ([], ["skipped"])


async def test_the_newest_state_of_a_show_is_told_once(mail_env: MailEnv) -> None:
    mail_env.event = an_event(status=EventStatus.POSTPONED, revision=4)
    await inform_buyers(mail_env.deps, event_id="evt_mahler", revision=4)
    mail_env.event = an_event(status=EventStatus.CANCELLED, revision=5)
    await inform_buyers(mail_env.deps, event_id="evt_mahler", revision=5)
    await mail_env.send()

    assert [str(message["Subject"]).partition(":")[0] for message in mail_env.server.messages] == ["Cancelled"]
    assert await mail_env.states() == ["sent", "skipped"]


async def test_a_refund_that_is_paid_at_once_makes_one_mail(mail_env: MailEnv) -> None:
    mail_env.refunds = [RefundView("rfd_1", 8500, "EUR", "succeeded", False, NOW)]
    for version in (0, 1):
        await mail_env.put(MailOrder(MailKind.REFUND, "rfd_1", booking_id="bkg_1", version=version))
    await mail_env.send()
    mail_env.refunds = [RefundView("rfd_1", 8500, "EUR", "failed", False, NOW)]
    await mail_env.put(MailOrder(MailKind.REFUND, "rfd_1", booking_id="bkg_1", version=2))
    await mail_env.send()

    assert [str(message["Subject"]).partition(":")[0] for message in mail_env.server.messages] == [
        "Refunded",
        "Your refund did not arrive",
    ]


async def test_a_person_waits_for_no_bulk(mail_env: MailEnv) -> None:
    await inform_buyers(mail_env.deps, event_id="evt_mahler", revision=4)
    await mail_env.confirm()
    async with mail_env.pool.connection() as conn:
        claimed = await claim_mails(conn, size=1, lease_seconds=60)

    assert [mail.kind for mail in claimed] == ["booking_confirmed"]


async def test_the_day_before_is_reminded_once_until_the_buyer_wants_no_more(mail_env: MailEnv) -> None:
    starts_at = NOW + timedelta(hours=6)
    mail_env.event = an_event(starts_at=starts_at, local_date=f"{starts_at:%Y-%m-%d}", timezone="UTC")
    mail_env.starting = [StartingEvent("evt_mahler", starts_at, "UTC")]
    for _ in range(2):
        await remind_buyers(mail_env.deps)
    await mail_env.send()
    (message,) = mail_env.server.messages
    ada = {"address": "ada@example.org", "organization_id": "org_house"}
    url = unsubscribe_url(mail_env.deps, MailList.REMINDERS, "bkg_1", **ada)
    code = url.partition("?c=")[2]
    mail_env.bookings["bkg_2"] = a_booking("bkg_2")

    assert message["List-Unsubscribe"] == f"<{url}>"
    assert not await unsubscribe_buyer(mail_env.deps, mail_list=MailList.REMINDERS, subject_id="bkg_2", code=code)
    assert await unsubscribe_buyer(mail_env.deps, mail_list=MailList.REMINDERS, subject_id="bkg_1", code=code)
    await mail_env.run("delete from mail.reminded_events")
    await remind_buyers(mail_env.deps)
    await mail_env.send()
    assert len(mail_env.server.messages) == 1


async def test_what_is_not_needed_any_more_is_erased(mail_env: MailEnv) -> None:
    notice = Notice("Join", "Join", ("You are invited.",), "Accept", "https://tickets.example/join?code=secret")
    await mail_env.put(MailOrder(MailKind.STAFF_INVITATION, "inv_1", recipient="bob@example.org", notice=notice))
    await mail_env.send()
    left = await mail_env.rows("select recipient, facts, state from mail.outbox")
    await mail_env.run("update mail.outbox set ended_at = clock_timestamp() - interval '31 days'")
    await forget_mails(mail_env.deps)

    assert mail_env.server.recipients == ["bob@example.org"]
    assert left == [{"recipient": None, "facts": None, "state": "sent"}]
    assert await mail_env.states() == []


async def test_a_defect_in_one_mail_holds_up_no_other(mail_env: MailEnv) -> None:
    mail_env.bookings["bkg_0"] = a_booking("bkg_0", total="no number")
    for booking_id in ("bkg_0", "bkg_1"):
        await mail_env.put(MailOrder(MailKind.BOOKING_CONFIRMED, booking_id, booking_id=booking_id))
    await mail_env.send()

    assert (len(mail_env.server.messages), await mail_env.states()) == (1, ["queued", "sent"])


async def test_a_sale_that_is_revoked_says_that_the_tickets_are_void(mail_env: MailEnv) -> None:
    lost = a_booking(status=BookingStatus.FAILED, confirmed_at=None)
    mail_env.bookings["bkg_1"] = lost
    for change in (BookingChange.PAYMENT_LOST, BookingChange.SALE_REVOKED):
        async with mail_env.pool.connection() as conn:
            await project_bookings(conn, BookingsChanged(change, (lost,)))
    mail_env.bookings["bkg_1"] = lost
    await mail_env.send()

    bodies = [body.get_content() for m in mail_env.server.messages if (body := m.get_body(("plain",)))]
    assert [body.splitlines()[0] for body in bodies] == [
        "Your payment came too late",
        "Your tickets are not valid any more",
    ]


async def test_a_test_of_a_kind_is_composed_with_the_identity_of_the_organization(mail_env: MailEnv) -> None:
    mail_env.identity = MailIdentity("Kölner Bühnen", "Oper Köln", "#c8102e", "karten@house.example")
    manager = Identity("org_house", Role.MANAGER, "per_1", ActorKind.PERSON)
    assert await send_test_mail(mail_env.deps, identity=manager, kind="booking_confirmed") == "staff@house.example"
    with pytest.raises(NoAddressForTests):
        await send_test_mail(mail_env.deps, identity=Identity("org_house", Role.MANAGER, "key_1"), kind="refund")
    for _ in range(TESTS_A_DAY_MAX - 1):
        await send_test_mail(mail_env.deps, identity=manager, kind="refund")
    with pytest.raises(TooManyTests):
        await send_test_mail(mail_env.deps, identity=manager, kind="refund")
    await mail_env.send()

    assert set(mail_env.server.recipients) == {"staff@house.example"}
    first = mail_env.server.messages[0]
    assert str(first["Subject"]).startswith("Test: Your tickets: The Tempest")
    assert (first["From"].addresses[0].display_name, first["Reply-To"].addresses[0].addr_spec) == (
        "Oper Köln",
        "karten@house.example",
    )


async def test_a_mail_is_sent_again_by_its_booking_and_kind(mail_env: MailEnv) -> None:
    """The tickets also where no mail of them is recorded: sold before there was a mail server, or long ago."""
    tickets = await resend_booking_mail(mail_env.deps, booking_id="bkg_1", kind=MailKind.BOOKING_CONFIRMED)
    with pytest.raises(MailNotRepeatable):  # it waits to be sent
        await resend_booking_mail(mail_env.deps, booking_id="bkg_1", kind=MailKind.BOOKING_CONFIRMED)
    await mail_env.send()
    again = await resend_booking_mail(mail_env.deps, booking_id="bkg_1", kind=MailKind.BOOKING_CONFIRMED)
    await mail_env.send()
    with pytest.raises(NoSuchBookingMail):
        await resend_booking_mail(mail_env.deps, booking_id="bkg_1", kind=MailKind.REFUND)
    with pytest.raises(MailedBookingNotFound):
        await resend_booking_mail(mail_env.deps, booking_id="bkg_other", kind=MailKind.REFUND)

    assert (tickets.copy, again.copy) == (0, 1)
    assert mail_env.server.recipients == ["ada@example.org", "ada@example.org"]
