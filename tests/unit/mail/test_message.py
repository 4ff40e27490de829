"""A message by the book: headers, parts, and texts that come from strangers."""

import json
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from msgspec.structs import replace

from admitone.catalogue.contracts import EventStatus
from admitone.mail.domain import words
from admitone.mail.domain.booking_content import BookingFacts, confirmed_content, show_changed_content
from admitone.mail.domain.content import Link, MailContent
from admitone.mail.domain.delivery import pause_seconds
from admitone.mail.domain.reservation_markup import reservation_markup
from admitone.mail.drawing.message import Sender, draw_message, html_text, plain_text
from tests.store.mail.mail_env import a_booking, an_event

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LINK = "https://tickets.example/my/bkg_1?c=code"


def read(content: MailContent, *, recipient: str = "ada@example.org", name: str | None = "Ada") -> EmailMessage:
    envelope = draw_message(
        content,
        sender=Sender("tickets@venue.example"),
        recipient=recipient,
        recipient_name=name,
        message_id="<1@venue.example>",
        now=NOW,
    )
    message = message_from_bytes(envelope.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def facts(**event: object) -> BookingFacts:
    return BookingFacts(a_booking(), an_event(**event), "Kölner Bühnen", LINK)


def test_headers_say_who_what_when_and_that_no_person_wrote_it() -> None:
    message = read(confirmed_content(facts()))

    assert message["From"] == "Kölner Bühnen <tickets@venue.example>"
    assert str(message["Subject"]).startswith("Your tickets: Mahler 2 <Resurrection>, ")
    assert message["Date"].datetime == NOW
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<1@venue.example>", "auto-generated")
    assert message["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Show\r\nBcc: all@example.org", "Show Bcc: all@example.org"),
        ("A\u2028B\x00C", "A B C"),
        ("a\u202egnp.exe", "a gnp.exe"),
        ("🎭 מופע " + "x" * 300, ("🎭 מופע " + "x" * 300)[:149] + "…"),
    ],
)
def test_a_text_adds_no_header(text: str, shown: str) -> None:
    message = read(MailContent(subject=text, heading="h", sender_name=text), name=text)

    assert message["Subject"] == shown
    assert message["Bcc"] is None
    assert message["To"].addresses[0].addr_spec == "ada@example.org"


def test_a_domain_in_unicode_is_sent_in_ascii() -> None:
    assert read(MailContent(subject="s", heading="h"), recipient="ada@bücher.example")["To"].addresses[0].addr_spec == (
        "ada@xn--bcher-kva.example"
    )


def test_text_and_html_say_the_same_and_only_html_is_escaped() -> None:
    message = read(confirmed_content(facts()))
    text, html = body(message, "plain"), body(message, "html")

    for said in (
        "Stalls, row F, seat 11",
        "Stalls, row F, seat 12",
        "Premium",
        "Vienna",
        words.money(17_000, "EUR", an_event()),
        LINK,
    ):
        assert said in text
        assert said in html
    assert "Mahler 2 <Resurrection>" in text
    assert "Mahler 2 &lt;Resurrection&gt;" in html
    assert "<Resurrection>" not in html
    assert not re.search(r"""(src|background)=["']?http|url\(""", html), "no picture is loaded from anywhere"


def test_mail_programs_can_read_the_reservation() -> None:
    booking, event = a_booking(buyer_name="</script><b>Ada"), an_event()
    markup = reservation_markup(booking, event, link=LINK, origin="https://tickets.example")
    html = html_text(MailContent(subject="s", heading="h", markup=markup))
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    reservations = json.loads(found)

    assert [reservation["venueSeat"] for reservation in reservations] == ["11", "12"]
    assert reservations[0]["@type"] == "EventReservation"
    assert reservations[0]["underName"]["name"] == "</script><b>Ada"


@pytest.mark.parametrize(
    ("country", "currency", "written"),
    [
        ("AT", "EUR", "€1,234.50"),
        ("DE", "EUR", "€1,234.50"),
        ("CH", "CHF", "CHF\xa01,234.50"),
        ("US", "USD", "$1,234.50"),
        ("GB", "GBP", "£1,234.50"),
        ("JP", "JPY", "JP¥123,450"),
        ("ZA", "ZAR", "ZAR\xa01,234.50"),
    ],
)
def test_amounts_are_written_in_the_language_of_the_words(country: str, currency: str, written: str) -> None:
    venue = replace(an_event().venue, country_code=country)

    assert words.money(123_450, currency, an_event(venue=venue)) == written


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (EventStatus.CANCELLED, "does not take place"),
        (EventStatus.POSTPONED, "Your tickets stay valid"),
        (EventStatus.RESCHEDULED, "a new date or time"),
    ],
)
def test_a_changed_show_says_what_that_means(status: EventStatus, said: str) -> None:
    assert said in plain_text(show_changed_content(facts(status=status)))


def test_the_plain_text_reads_without_gaps() -> None:
    text = plain_text(
        MailContent(
            subject="s", heading="Hello", paragraphs=("One.", "Two."), button=Link("Go", LINK), notes=("Small.",)
        )
    )

    assert text == f"Hello\n\nOne.\n\nTwo.\n\nGo:\n{LINK}\n\n-- \nSmall.\n"


def test_pauses_double_up_to_an_hour_and_differ() -> None:
    assert [pause_seconds(attempts, 0.5) for attempts in (0, 1, 2, 30)] == [30, 60, 120, 3600]
    assert pause_seconds(0, 0.0) != pause_seconds(0, 1.0)
