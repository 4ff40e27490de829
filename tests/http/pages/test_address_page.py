"""The buyer's correction of an address on the pages: ask, confirm by a button, stop by a button."""

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.contracts.corrections import CorrectionView
from admitone.booking.contracts.resale import EntryState
from admitone.booking.domain.correction_refusals import BookingLinkReplaced
from tests.http.pages.fixtures import BOOKING, LINKS, Env, a_booking, open_pages
from tests.http.pages.waiting_list_fixtures import ENTRY_TOKEN, an_entry


def test_the_page_of_a_booking_asks_for_another_address() -> None:
    env = Env(has_mail=True, booking=a_booking(BookingStatus.CONFIRMED))
    with open_pages(env, has_cookie=True) as pages:
        faulty = pages.post(f"/my/{BOOKING}/address", data={"new_email": "ada"})
        answer = pages.post(f"/my/{BOOKING}/address", data={"new_email": " ada@right.example "})
        page = pages.get(answer.headers["location"])

    assert (faulty.status_code, "name@example.com" in faulty.text) == (422, True)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/my/{BOOKING}?asked=yes#address")
    assert env.corrections == [("ask", BOOKING, "ada@right.example")]
    assert "We sent a link to the new address" in page.text


def test_without_mail_there_is_no_such_form() -> None:
    with open_pages(Env(booking=a_booking(BookingStatus.CONFIRMED)), has_cookie=True) as pages:
        page = pages.get(f"/my/{BOOKING}")
        answer = pages.post(f"/my/{BOOKING}/address", data={"new_email": "ada@right.example"})

    assert ("new_email" in page.text, answer.status_code) == (False, 404)


def test_opening_a_link_changes_nothing_and_the_button_confirms() -> None:
    env = Env(has_mail=True)
    with open_pages(env, has_cookie=False) as pages:
        page = pages.get("/my/address/cor_1?c=right")
        opened = list(env.corrections)
        answer = pages.post("/my/address/cor_1?c=right")

    assert "ada@right.example" in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert opened == []
    assert env.corrections == [("confirm", "cor_1", "right")]
    assert (answer.status_code, answer.headers["location"]) == (303, f"/my/{BOOKING}?made=yes#address")
    assert answer.headers["set-cookie"].startswith(f"{LINKS.cookie_name(BOOKING)}=the-new-token")


def test_the_old_address_stops_it() -> None:
    env = Env(has_mail=True)
    with open_pages(env, has_cookie=False) as pages:
        page = pages.get("/my/address/cor_1/stop?c=right")
        answer = pages.post("/my/address/cor_1/stop?c=right")

    assert "ada@right.example" not in page.text
    assert env.corrections == [("stop", "cor_1", "right")]
    assert "You stopped the change" in answer.text


def test_a_forged_link_and_one_that_is_over_say_so() -> None:
    with open_pages(Env(has_mail=True)) as pages:
        forged = pages.get("/my/address/cor_1?c=forged")
    shown = []
    for state in ("made", "stopped", "replaced", "lapsed"):
        with open_pages(Env(has_mail=True, correction=CorrectionView(state, None))) as pages:
            shown.append(pages.get("/my/address/cor_1?c=right").text)

    assert forged.status_code == 404
    assert [text.count("<form method=") for text in shown] == [0] * 4


class Corrected(Env):
    """The address of the booking was corrected after this browser got its cookie."""

    async def read_booking(self, booking_id: str, token: str) -> Booking:
        raise BookingLinkReplaced("a•••@r•••.example")


def test_the_waiting_list_still_says_that_its_tickets_were_bought() -> None:
    entry = an_entry(state=EntryState.BOUGHT, booking_id=BOOKING)
    with open_pages(Corrected(entry=entry), has_cookie=False) as pages:
        page = pages.get(f"/e/evt_mahler/waiting-list/{ENTRY_TOKEN}")

    assert (page.status_code, "You have your tickets" in page.text) == (200, True)


def test_a_cookie_from_before_says_where_the_new_link_went_and_changes_nothing() -> None:
    with open_pages(Corrected(has_mail=True), has_cookie=True) as pages:
        page = pages.get(f"/my/{BOOKING}")
        forms = [
            pages.post(f"/my/{BOOKING}/names", data={"name-tkt_1": "Eve"}),
            pages.post(f"/my/{BOOKING}/transfer", data={"friend": "Eve", "ticket": "tkt_1"}),
            pages.post(f"/my/{BOOKING}/transfer/trf_1/undo"),
        ]

    assert (page.status_code, "a•••@r•••.example" in page.text) == (410, True)
    assert [answer.status_code for answer in forms] == [410] * 3


def test_the_buyer_voids_what_was_printed_before() -> None:
    """The tickets get new codes, and this browser the page that has them."""
    booking = a_booking(BookingStatus.CONFIRMED, buyer_name="Ada Byron", buyer_email="ada@right.example")
    env = Env(has_mail=True, booking=booking)
    with open_pages(env, has_cookie=True) as pages:
        page = pages.get(f"/my/{BOOKING}").text
        after = pages.get(f"/my/{BOOKING}?made=yes").text
        answer = pages.post(f"/my/{BOOKING}/new-codes")
        env.transfers_closed = "off"
        closed = pages.get(f"/my/{BOOKING}").text
        without = pages.post(f"/my/{BOOKING}/new-codes")

    assert ("Void printed tickets" in page, "Void printed tickets" in closed) == (True, False)
    assert ("The address is changed" in page, "The address is changed" in after) == (False, True)
    assert env.renewed == [BOOKING] * 2
    assert (answer.status_code, answer.headers["location"]) == (303, "/my/trf_ben")
    assert LINKS.cookie_name("trf_ben") in answer.headers["set-cookie"]
    assert (without.status_code, without.headers["location"]) == (303, f"/my/{BOOKING}")
