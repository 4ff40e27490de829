"""My booking leads with what happened to the show, what it means for the tickets, and where the money is."""

import re

import pytest

from admitone.booking.contracts import BookingStatus, BoxOfficePayment
from admitone.pages.contracts import Document
from admitone.payments.contracts import RefundView
from tests.http.pages.fixtures import NOW, Env, a_booking, a_show, open_pages


def _refund(status: str, amount: int = 17_000) -> RefundView:
    return RefundView("rfd_1", amount, "EUR", status, False, NOW)


AT_THE_BOX_OFFICE = {"box_office_payment": BoxOfficePayment.CASH}


@pytest.mark.parametrize(
    ("changes", "refunds", "words"),
    [
        ({}, [], "The organizer has not ordered the refund of €170 yet."),
        ({}, [_refund("pending")], "All of it, €170, is on its way to the card that paid."),
        ({}, [_refund("succeeded")], "All of it, €170, was paid back to the card that paid."),
        ({}, [_refund("failed")], "A refund did not reach you: €170 of €170 is not paid back."),
        ({}, [_refund("succeeded", 5_000)], "€50 of €170 goes back to the card that paid."),
        ({"total": 0, "subtotal": 0, "fees": 0}, [], "They were free, so there is nothing to pay back."),
        (AT_THE_BOX_OFFICE, [], "You paid at the box office: ask there how the money is paid out."),
    ],
)
def test_a_cancelled_show_says_where_the_money_is(changes: Document, refunds: list[RefundView], words: str) -> None:
    booking = a_booking(BookingStatus.CONFIRMED, confirmed_at=NOW, **changes)
    shows = {"evt_mahler": a_show(status="cancelled", availability="off_sale")}
    with open_pages(Env(shows=shows, booking=booking, refunds=refunds)) as pages:
        page = re.sub(r"\s+", " ", pages.get("/my/bkg_one").text)
    assert page.index("This show is cancelled") < page.index("<h1")
    assert "Your tickets are not valid any more." in page
    assert words in page
    assert ("card" in words) or "card that paid" not in page.split("<h1")[0]
    for wrong in ("are yours", 'class="ticket"', "Add to calendar"):
        assert wrong not in page


@pytest.mark.parametrize(
    ("status", "title"), [("postponed", "This show is postponed"), ("rescheduled", "This show has a new date")]
)
def test_a_moved_show_is_said_before_its_tickets(status: str, title: str) -> None:
    booking = a_booking(BookingStatus.CONFIRMED, confirmed_at=NOW)
    with open_pages(Env(shows={"evt_mahler": a_show(status=status)}, booking=booking)) as pages:
        page = pages.get("/my/bkg_one").text
    assert page.index(title) < page.index("<h1") < page.index('class="ticket"')
    assert ("New date to be announced" in page) is (status == "postponed")
