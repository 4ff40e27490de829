"""How mails introduce an organization: its colour is readable, replies go to its address, each kind has a preview."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from admitone.mail.contracts import MailKind
from admitone.mail.domain.accent import DARK_CARD, PAPER, accent_of, contrast
from admitone.mail.domain.content import MailContent
from admitone.mail.domain.sample import SAMPLES, sample_content
from admitone.mail.drawing.message import Sender, draw_message, html_text, plain_text
from admitone.mail.usecases.composing.introduce import introduce
from admitone.organizers.contracts import MailIdentity

COLOURS = ["#000000", "#ffffff", "#ffff00", "#c8102e", "#777777", "#1557d6", "#00ff00", "#f4f3ef", "#1d1d1a"]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_button_is_readable_and_stands_out_on_light_and_dark(colour: str) -> None:
    accent = accent_of(colour)

    assert contrast(accent.text, colour) >= 4.5
    for card in (PAPER, DARK_CARD):
        assert max(contrast(colour, card), contrast(accent.edge, card)) >= 3


def test_replies_go_to_the_organization_and_its_colour_is_on_the_button() -> None:
    identity = MailIdentity("Kölner Bühnen", "Oper Köln", "#c8102e", "karten@bühnen.example")
    content = introduce(
        sample_content(MailKind.REMINDER, organizer="Oper Köln", link="https://t.example/my", now=NOW),
        identity,
        public_url="https://t.example",
    )
    envelope = draw_message(
        content,
        sender=Sender("tickets@venue.example"),
        recipient="ada@example.org",
        recipient_name=None,
        message_id="<1@venue.example>",
        now=NOW,
    )
    message = message_from_bytes(envelope.content, policy=default)

    assert str(message["From"]) == "Oper Köln <tickets@venue.example>"
    assert message["Reply-To"].addresses[0].addr_spec == "karten@xn--bhnen-kva.example"
    assert "background:#c8102e;color:#ffffff;" in html_text(content)


def test_without_an_identity_of_its_own_a_mail_looks_as_before() -> None:
    content = introduce(
        MailContent(subject="s", heading="h"), MailIdentity("Kölner Bühnen"), public_url="https://t.example"
    )

    assert (content.sender_name, content.reply_to, content.accent) == ("Kölner Bühnen", None, None)


def test_the_footer_leads_to_imprint_and_terms() -> None:
    identity = MailIdentity("Kölner Bühnen", page_path="/o/org_1")
    content = introduce(MailContent(subject="s", heading="h"), identity, public_url="https://t.example")

    assert "Kölner Bühnen: imprint, terms and privacy: https://t.example/o/org_1" in plain_text(content)
    assert 'href="https://t.example/o/org_1"' in html_text(content)


NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("hours", range(0, 24, 3))
def test_each_kind_has_a_preview_at_any_time_of_the_day(kind: MailKind, hours: int) -> None:
    content = sample_content(kind, organizer="Oper", link="https://t.example/my", now=NOW + timedelta(hours=hours))

    assert content.subject
    assert "The Tempest" in plain_text(content)
