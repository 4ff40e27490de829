"""Signatures of mails: what a real server receives verifies by the key that the DNS record publishes."""

from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from admitone.mail.adapters.dkim import DkimKeyUnusable, DkimSettings, dns_record, open_signer
from admitone.mail.adapters.smtp import SmtpSender, SmtpServer
from admitone.mail.contracts import MailList
from admitone.mail.domain.content import MailContent, Subscription
from admitone.mail.domain.delivery import ServerUnavailable
from admitone.mail.drawing.message import Sender, draw_message
from admitone.runtime.mail_settings import MailSettings
from admitone.runtime.server_checks import ServerCheckError, check_mail_server
from admitone.runtime.wiring.mail import sign_and_send
from tests.mail_server import run_mail_server
from tests.unit.mail.test_message import NOW

DOMAIN = "venue.example"
ENVELOPE = draw_message(
    MailContent(
        subject="Cartes à gratter – " + "Grüße " * 20,
        heading="h",
        paragraphs=(". a line that begins with a dot", ".", "Ende. " * 300),
        sender_name="Kölner Bühnen",
        subscription=Subscription(
            MailList.REMINDERS, "org_house", "Stop", "https://tickets.example/my/reminders/bkg_1"
        ),
    ),
    sender=Sender("tickets@venue.example"),
    recipient="ada@example.org",
    recipient_name="Ada",
    message_id="<1@venue.example>",
    now=NOW,
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> DkimSettings:
    path = tmp_path_factory.mktemp("dkim") / "dkim.pem"
    key = generate_rsa_key(65537, 2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return DkimSettings(path, "tickets")


def verifies(message: bytes, settings: DkimSettings) -> bool:
    name, strings = dns_record(settings, DOMAIN)
    records = {f"{name}.".encode(): "".join(strings).encode()}
    return bool(dkim.verify(message, dnsfunc=lambda asked, timeout=5: records.get(asked)))


async def test_a_received_mail_verifies_by_the_published_key(settings: DkimSettings) -> None:
    async with run_mail_server() as server:
        sender = SmtpSender(server.address(), rate=1000)
        await sign_and_send(sender.send, settings, DOMAIN)(ENVELOPE)
        await sender.close()
    (received,) = server.contents
    (message,) = server.messages
    signed = {name.strip() for name in str(message["DKIM-Signature"]).partition("h=")[2].partition(";")[0].split(":")}

    assert verifies(received, settings)
    assert {"list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "message-id"} <= signed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From:", b"From: Eve <eve@venue.example>\r\nFrom:"),
        (b"Ende.", b"Anfang."),
        (b"bkg_1", b"bkg_2"),
    ],
)
def test_a_mail_that_was_changed_does_not_verify(settings: DkimSettings, old: bytes, new: bytes) -> None:
    message = open_signer(settings, DOMAIN)(ENVELOPE.content)
    _, header, rest = message.partition(b"\r\nFrom:")

    assert verifies(message, settings)
    assert not verifies(_ + (header + rest).replace(old, new, 1), settings)


async def test_without_a_usable_key_no_mail_leaves(tmp_path: Path) -> None:
    async with run_mail_server() as server:
        sender = SmtpSender(server.address(), rate=1000)
        with pytest.raises(ServerUnavailable, match="cannot be read"):
            await sign_and_send(sender.send, DkimSettings(tmp_path / "missing.pem", "tickets"), DOMAIN)(ENVELOPE)
        await sender.close()

    assert server.messages == []


def test_each_fault_of_a_key_is_named(tmp_path: Path) -> None:
    short = generate_rsa_key(65537, 1024).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    curve = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content, words in ((b"no key", "no PEM"), (short, "2048 to 4096 bits"), (curve, "must be an RSA key")):
        (tmp_path / "dkim.pem").write_bytes(content)
        with pytest.raises(DkimKeyUnusable, match=words):
            open_signer(DkimSettings(tmp_path / "dkim.pem", "tickets"), DOMAIN)


def test_doctor_names_a_key_that_cannot_be_read(tmp_path: Path) -> None:
    server = SmtpServer("127.0.0.1", 1, "none")
    mail = MailSettings(server, "tickets@venue.example", dkim=DkimSettings(tmp_path / "missing.pem", "tickets"))

    with pytest.raises(ServerCheckError, match=r"missing\.pem cannot be read"):
        check_mail_server(mail)
