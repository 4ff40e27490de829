"""Reports of receivers as their servers write them, and what of them is believed."""

from email.message import EmailMessage

import pytest

from admitone.kit.keys import derive_ring
from admitone.mail.domain.mail_token import bounce_address, find_mail, mail_token, message_id
from admitone.mail.domain.reports import Outcome, ReportUnreadable, is_address_wrong, read_report

KEYS = derive_ring(["a secret of the opera venue"], "mail")
MAIL = "mai_01jd3x9k7qf0c8v5t2m4n6p8r0"
TOKEN = mail_token(KEYS, MAIL)


def delivery_status(
    *, action: str = "failed", status: str = "5.1.1", said: str = "", to: str = "tickets@venue.example",
    quoted: str = f"Message-ID: <{TOKEN}@venue.example>",
) -> bytes:  # fmt: skip
    """As Postfix writes it."""
    diagnostic = f"Diagnostic-Code: smtp; {said}\n" if said else ""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
{diagnostic}
--b1
Content-Type: message/rfc822

From: Opera <tickets@venue.example>
To: ada@example.org
{quoted}
Subject: Your tickets

Hello
--b1--
""".encode()


def complaint(kind: str = "abuse") -> bytes:
    return f"""\
From: feedback@provider.example
To: abuse@venue.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

--b2
Content-Type: text/plain

This is an email abuse report.

--b2
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--b2
Content-Type: text/rfc822-headers

From: tickets@venue.example
Message-ID: <{TOKEN}@venue.example>
--b2--
""".encode()


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (delivery_status(), Outcome.BOUNCE),
        (delivery_status(status="5.0.0", said="550 5.1.1 <ada@example.org>: User unknown"), Outcome.BOUNCE),
        (delivery_status(said="554 5.7.1 Spam message rejected"), Outcome.SOFT),
        (delivery_status(status="5.0.0"), Outcome.SOFT),
        (delivery_status(status="5.2.2"), Outcome.SOFT),
        (delivery_status(action="delayed", status="4.4.1"), Outcome.SOFT),
        (complaint(), Outcome.COMPLAINT),
        (complaint("not-spam"), Outcome.SOFT),
    ],
)
def test_a_report_says_whether_the_address_is_wrong_or_unwilling(raw: bytes, outcome: Outcome) -> None:
    report = read_report(raw)

    assert report.outcome is outcome
    assert find_mail(KEYS, report.names) == MAIL


def test_a_report_that_quotes_nothing_is_found_by_the_envelope() -> None:
    report = read_report(delivery_status(quoted="X-Nothing: 1", to=bounce_address("bounces@venue.example", TOKEN)))

    assert find_mail(KEYS, report.names) == MAIL


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<1@venue.example>",
        f"<{MAIL}.aaaaaaaaaaaaaaaa@venue.example>",
        f"<mai_01jd3x9k7qf0c8v5t2m4n6p8r1.{TOKEN.partition('.')[2]}@venue.example>",
        f"<{mail_token(derive_ring(['another installation'], 'mail'), MAIL)}@venue.example>",
    ],
)
def test_a_token_that_is_not_ours_names_no_mail(text: str) -> None:
    assert find_mail(KEYS, text) is None


def test_a_token_survives_a_server_that_changes_case_and_a_rotation_of_the_secret() -> None:
    rotated = derive_ring(["a newer secret of the venue", "a secret of the opera venue"], "mail")

    assert find_mail(rotated, message_id(TOKEN, "venue.example").upper()) == MAIL
    assert len(bounce_address("sixteen-letters-@venue.example", TOKEN).partition("@")[0]) <= 64


@pytest.mark.parametrize("words", ["550 5.1.10 null MX", "5.2.1", "smtp; 550-5.1.1 no such user"])
def test_codes_that_end_an_address(words: str) -> None:
    assert is_address_wrong(words)


@pytest.mark.parametrize("words", ["550 no such user", "from 5.1.1.7: 550 5.7.26", "5.1.8 bad sender", "450 4.1.1"])
def test_other_words_end_no_address(words: str) -> None:
    assert not is_address_wrong(words)


def test_words_of_a_server_can_be_stored() -> None:
    report = read_report(delivery_status(said="550 5.1.1 no such\0user"))

    assert "\0" not in report.detail
    assert "no such" in report.detail


def nested(depth: int) -> bytes:
    heads = (f'Content-Type: multipart/mixed; boundary="{number}"\n\n--{number}\n' for number in range(depth))
    return "".join(heads).encode()


def plain() -> bytes:
    message = EmailMessage()
    message["Message-ID"] = f"<{TOKEN}@venue.example>"
    message.set_content("Out of office")
    return message.as_bytes()


def feedback(content_type: str) -> bytes:
    head = 'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/feedback-report\n\n'
    return f"{head}Feedback-Type: abuse\nContent-Type: {content_type}\n\n".encode() + b"\xe9\n--b--\n"


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"\x00\xff" * 100, plain(), nested(3000)),
        *(feedback("text/plain; charset=bogus"), feedback("text/plain; charset*=bogus'en'x")),
    ],
)
def test_what_is_no_report_is_refused(raw: bytes) -> None:
    with pytest.raises(ReportUnreadable):
        read_report(raw)
