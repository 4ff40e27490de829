"""Notices speak of one ticket or several, and give no old date of a postponed show."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from admitone.booking.contracts import BookingStatus
from admitone.booking.contracts.resale import PersonNotice
from admitone.catalogue.contracts import EventStatus
from admitone.mail.domain.booking_content import BookingFacts, message_content, refund_content
from admitone.mail.domain.notice_words import accepted_notice, offered_notice, returned_notice, waiting_list_notice
from admitone.payments.contracts import RefundView
from tests.store.mail.mail_env import a_booking, an_event

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LINK = "https://tickets.example/transfer?c=code"


@pytest.mark.parametrize(
    ("tickets", "words"),
    [(1, "Accept it, and it is yours: the old code stops"), (2, "Accept them, and they are yours: the old codes stop")],
)
def test_an_offer_speaks_of_one_ticket_or_several(tickets: int, words: str) -> None:
    assert words in offered_notice(an_event(), tickets, NOW, LINK).paragraphs[1]


@pytest.mark.parametrize(("tickets", "noun"), [(1, "ticket"), (2, "tickets")])
def test_notices_count_in_the_same_number_throughout(tickets: int, noun: str) -> None:
    accepted = accepted_notice(an_event(), tickets, LINK)
    facts = {"ticket_ids": ["tkt_1", "tkt_2"][:tickets], "amount": 9900, "currency": "EUR"}
    returned = returned_notice(an_event(), facts)

    assert (accepted.link_label, accepted.subject.partition(":")[0]) == (f"Open your {noun}", f"Your {noun}")
    assert returned.subject.startswith(f"{noun.capitalize()} returned: ")
    assert f"The returned {noun} " in returned.paragraphs[1]
    assert "We refund €99.00 to" in returned.paragraphs[1]


def test_no_notice_gives_the_old_date_of_a_postponed_show() -> None:
    event = an_event(status=EventStatus.POSTPONED)
    shown = [
        waiting_list_notice(PersonNotice.WAITING_LIST_JOINED, event, LINK, {}).paragraphs[0],
        offered_notice(event, 1, NOW, LINK).paragraphs[0],
        accepted_notice(event, 1, LINK).paragraphs[0],
    ]

    assert shown == [f"{event.name}, New date to be announced"] * 3


def test_a_refund_lists_the_places_that_stay_valid_under_a_label_of_their_own() -> None:
    booking = a_booking()
    [first, *rest] = booking.tickets
    booking = replace(booking, status=BookingStatus.PARTIALLY_REFUNDED, tickets=(replace(first, refunded=True), *rest))
    refund = RefundView("rfd_1", 8500, "EUR", "succeeded", False, NOW)
    content = refund_content(BookingFacts(booking, an_event(), None, LINK), refund)

    assert content.tickets == ()
    assert [text.count(";") + 1 for label, text in content.facts if label == "Still valid"] == [len(rest)]


def test_a_message_to_some_buyers_does_not_say_to_all_and_gives_no_old_date() -> None:
    event = replace(an_event(), status=EventStatus.POSTPONED)

    content = message_content("Doors", "They open earlier.", BookingFacts(a_booking(), event, "Opera", LINK))

    assert ("When", "New date to be announced") in content.facts
    assert content.notes[0].startswith("Opera wrote this to you because you have tickets for this show.")
