"""The SMTP sender against a real server: what it accepts, refuses, loses, and how it is reached."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from admitone.mail.adapters.smtp import SmtpSender
from admitone.mail.domain.delivery import Envelope, MailDeferred, MailRejected, OutcomeUnknown, ServerUnavailable
from admitone.runtime.mail_settings import MailSettings
from admitone.runtime.server_checks import ServerCheckError, check_mail_server
from tests.certificates import write_certificate
from tests.mail_server import MailServer, run_mail_server

ENVELOPE = Envelope(
    "tickets@venue.example", "ada@example.org", b"Subject: Hello\r\nMessage-ID: <1@venue>\r\n\r\nHi\r\n"
)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with run_mail_server() as server:
        yield server


@pytest.fixture
async def sender(server: MailServer) -> AsyncIterator[SmtpSender]:
    sender = SmtpSender(server.address(), rate=1000)
    yield sender
    await sender.close()


async def test_messages_share_a_connection(server: MailServer, sender: SmtpSender) -> None:
    for _ in range(3):
        await sender.send(ENVELOPE)

    assert [str(message["Subject"]) for message in server.messages] == ["Hello"] * 3
    assert server.connections == 1


async def test_a_refusal_for_now_and_for_good(server: MailServer, sender: SmtpSender) -> None:
    server.at_recipient = ["450 4.2.1 mailbox busy", "550 5.1.1 no such user"]
    server.at_content = ["451 4.3.0 later", "554 5.7.1 spam"]
    outcomes = []
    for _ in range(5):
        try:
            await sender.send(ENVELOPE)
            outcomes.append("sent")
        except (MailDeferred, MailRejected) as error:
            outcomes.append(f"{type(error).__name__} {str(error)[:3]}")

    assert outcomes == ["MailDeferred 450", "MailRejected 550", "MailDeferred 451", "MailRejected 554", "sent"]
    assert server.connections == 1


async def test_a_connection_lost_after_the_content_leaves_the_outcome_open(
    server: MailServer, sender: SmtpSender
) -> None:
    server.drops = 1

    with pytest.raises(OutcomeUnknown):
        await sender.send(ENVELOPE)
    await sender.send(ENVELOPE)

    assert len(server.messages) == 2


async def test_a_server_that_does_not_answer_to_the_content_leaves_the_outcome_open(server: MailServer) -> None:
    server.holds = asyncio.Event()
    sender = SmtpSender(server.address(), rate=1000, content_seconds=0.2)

    with pytest.raises(OutcomeUnknown):
        await sender.send(ENVELOPE)

    await sender.close()


async def test_a_kept_connection_that_the_server_closed_is_opened_again(server: MailServer, sender: SmtpSender) -> None:
    await sender.send(ENVELOPE)
    assert sender._client is not None
    assert isinstance(sender._client.transport, asyncio.Transport)
    sender._client.transport.abort()
    await sender.send(ENVELOPE)

    assert (len(server.messages), server.connections) == (2, 2)


async def test_nothing_is_sent_without_a_server() -> None:
    async with run_mail_server() as gone:
        address = gone.address()
    sender = SmtpSender(address, rate=1000)

    with pytest.raises(ServerUnavailable):
        await sender.send(ENVELOPE)


async def test_nothing_is_sent_to_a_server_without_tls(server: MailServer) -> None:
    sender = SmtpSender(server.address("starttls"), rate=1000)

    with pytest.raises(ServerUnavailable, match="STARTTLS"):
        await sender.send(ENVELOPE)

    assert server.messages == []


async def test_nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*write_certificate(tmp_path, "127.0.0.1"))
    async with run_mail_server(tls=context) as server:
        distrusting = SmtpSender(server.address("starttls"), rate=1000)
        with pytest.raises(ServerUnavailable, match=r"(?i)certificate"):
            await distrusting.send(ENVELOPE)
        trust = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        trust.check_hostname = False
        trusting = SmtpSender(server.address("starttls"), rate=1000, tls=trust)
        await trusting.send(ENVELOPE)
        await trusting.close()

        assert len(server.messages) == 1


async def test_an_address_outside_ascii_needs_smtputf8(server: MailServer, sender: SmtpSender) -> None:
    await sender.send(Envelope("tickets@venue.example", "jürgen@example.org", ENVELOPE.content, needs_utf8=True))

    assert server.recipients == ["jürgen@example.org"]


async def test_doctor_says_whether_mails_can_be_sent(server: MailServer) -> None:
    good, bad = (MailSettings(server.address(tls), "tickets@venue.example") for tls in ("none", "starttls"))

    assert "answers 250" in await asyncio.to_thread(check_mail_server, good)
    with pytest.raises(ServerCheckError, match="STARTTLS"):
        await asyncio.to_thread(check_mail_server, bad)
