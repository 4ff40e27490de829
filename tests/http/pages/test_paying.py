"""From a hold to tickets by plain forms: no script runs here."""

import re
from datetime import timedelta

import msgspec
import pytest

from admitone.booking.contracts import BestChoice, BookingStatus, ConfirmOrder, HoldOrder
from admitone.booking.domain.refusals import SaleNotOpen
from admitone.kit.refusal import Kind, Refusal
from admitone.payments.contracts import RefundView
from tests.http.pages.fixtures import NOW, TOKEN, Env, a_booking, open_pages

CHECKOUT = "/checkout/bkg_one"
BUYER = {"email": "ada@example.com", "name": "Ada Lovelace", "payment_method": "pm_card_visa"}


class SeatsTaken(Refusal):
    code = "seats-taken"
    kind = Kind.CONFLICT


class Declined(Refusal):
    code = "payment-declined"
    kind = Kind.UNPAID


class AuthenticationRequired(Refusal):
    code = "authentication-required"
    kind = Kind.UNPAID


class HoldExpired(Refusal):
    code = "hold-expired"
    kind = Kind.GONE


class CodeRefused(Refusal):
    code = "invalid-promo-code"
    kind = Kind.UNPROCESSABLE


def test_the_form_of_an_event_holds_the_chosen_tickets() -> None:
    form = {"seat": ["F-11", "F-12"], "area-floor": "2", "best_quantity": "", "area-balcony": "0"}
    with open_pages(env := Env()) as pages:
        answer = pages.post("/e/evt_mahler/hold", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == CHECKOUT
    assert env.held == [HoldOrder("evt_mahler", seats=("F-11", "F-12"), areas=(("floor", 2),))]


@pytest.mark.parametrize("quantity", ["no", "1e1", "+2", "٣", "2.0", "-1", "10000"])
@pytest.mark.parametrize("field", ["area-floor", "best_quantity"])
def test_a_quantity_that_is_not_a_number_holds_nothing(field: str, quantity: str) -> None:
    with open_pages(env := Env()) as pages:
        answer = pages.post("/e/evt_mahler/hold", data={"seat": "F-11", field: quantity})
    assert (answer.status_code, env.held) == (422, [])


def test_the_form_of_an_event_asks_for_wheelchair_places() -> None:
    form = {"best_quantity": "2", "best_wheelchair_places": "1"}
    with open_pages(env := Env()) as pages:
        pages.post("/e/evt_mahler/hold", data=form)
    assert env.held == [HoldOrder("evt_mahler", best=BestChoice(2, wheelchair_places=1))]


def test_taken_seats_are_answered_with_the_nearest_free_ones() -> None:
    nearest = [{"seat_id": "G-1", "section": "Stalls", "row": "G", "seat": "1"}]
    refusal = SeatsTaken("Gone.", conflicts=["F-11"], alternatives=["G-1"], alternative_tickets=nearest)
    with open_pages(Env(refuses=refusal)) as pages:
        page = pages.post("/e/evt_mahler/hold", data={"seat": "F-11"})
    assert page.status_code == 409
    assert "Someone else was faster" in page.text
    assert "<bdi>Stalls</bdi>, row&nbsp;G, seat&nbsp;1" in page.text
    assert '<input type="hidden" name="seat" value="G-1">' in page.text


def test_checkout_shows_the_held_tickets_and_their_expiry() -> None:
    with open_pages(Env()) as pages:
        page = pages.get(CHECKOUT)
    assert page.status_code == 200
    assert 'data-seconds="540"' in page.text
    assert "€170" in page.text
    assert "row&nbsp;F, seat&nbsp;11" in page.text
    assert page.headers["cache-control"] == "private, no-store"


def test_a_wrong_token_finds_nothing() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/checkout/bkg_one?t=guess")
    assert page.status_code == 404
    assert "This booking link does not work" in page.text


def test_every_fault_of_the_form_is_named_at_its_field_and_nothing_is_charged() -> None:
    with open_pages(env := Env()) as pages:
        page = pages.post(CHECKOUT, data={"email": "ada@example", "name": " "})
    assert page.status_code == 422
    assert '<a href="#email">Enter an email address in the form name@example.com.</a>' in page.text
    assert '<a href="#name">Enter your name.</a>' in page.text
    assert '<a href="#payment_method">Choose a card to pay with.</a>' in page.text
    assert 'value="ada@example"' in page.text
    assert env.confirms == []


def test_a_card_that_pays_leads_to_the_tickets() -> None:
    with open_pages(env := Env()) as pages:
        answer = pages.post(CHECKOUT, data=BUYER)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/my/bkg_one"
    assert env.confirms == [ConfirmOrder("bkg_one", TOKEN, "ada@example.com", "Ada Lovelace", "pm_card_visa")]


def test_a_decline_says_why_and_keeps_the_entered_values() -> None:
    with open_pages(Env(refuses=Declined("No.", decline_code="insufficient_funds"))) as pages:
        page = pages.post(CHECKOUT, data=BUYER)
    assert page.status_code == 402
    assert "Your card was declined: insufficient funds." in page.text
    assert 'value="Ada Lovelace"' in page.text
    assert "Your seats stay yours" in page.text


def test_bank_authentication_is_a_step_with_two_answers() -> None:
    asks = AuthenticationRequired("Ask.", next_action={"payment_method": "pm_card_visa_authenticated"})
    with open_pages(Env(refuses=asks)) as pages:
        page = pages.post(CHECKOUT, data=BUYER)
    assert page.status_code == 402
    assert 'value="pm_card_visa_authenticated"' in page.text
    assert 'value="pm_card_visa_authenticationFailed"' in page.text


def test_the_page_of_a_pending_payment_reloads_automatically() -> None:
    env = Env(booking=a_booking(BookingStatus.PAYING), is_processing=True)
    with open_pages(env) as pages:
        sent = pages.post(CHECKOUT, data=BUYER)
        later = pages.get(CHECKOUT)
    assert (sent.status_code, later.status_code) == (202, 202)
    assert "Your payment is under way" in later.text
    assert f'data-poll="{CHECKOUT}"' in later.text


@pytest.mark.parametrize("status", [BookingStatus.EXPIRED, BookingStatus.RELEASED, BookingStatus.FAILED])
def test_the_page_of_an_expired_hold_offers_the_same_seats(status: BookingStatus) -> None:
    with open_pages(env := Env(booking=a_booking(status))) as pages:
        page = pages.get(CHECKOUT)
        again = pages.post("/checkout/bkg_one/again")
    assert page.status_code == 410
    assert "Nothing was charged" in page.text
    assert again.status_code == 303
    assert env.held == [HoldOrder("evt_mahler", seats=("F-11", "F-12"))]


def test_a_hold_expires_before_the_sweep() -> None:
    with open_pages(Env(booking=a_booking(expires_at=NOW - timedelta(seconds=1)))) as pages:
        assert pages.get(CHECKOUT).status_code == 410


BRITISH = {"accept-language": "en-GB"}


def test_times_are_in_the_zone_of_the_venue() -> None:
    ends = NOW + timedelta(minutes=9)  # 12:09 UTC
    with open_pages(Env(booking=a_booking(expires_at=ends))) as pages:
        held = pages.get(CHECKOUT, headers=BRITISH).text
    with open_pages(Env(booking=a_booking(BookingStatus.EXPIRED, expires_at=ends))) as pages:
        over = pages.get(CHECKOUT, headers=BRITISH).text
    refusal = SaleNotOpen(opens_at=ends, timezone="America/New_York")
    with open_pages(Env(refuses=refusal)) as pages:
        closed = pages.post("/e/evt_mahler/hold", data={"seat": "F-11"}, headers=BRITISH).text
    assert "until 13:09, Vienna time" in held
    assert 'data-zone="Europe/Vienna"' in held
    assert "until 13:09, Vienna time, and are on sale again" in over
    assert "07:09, New York time" in closed
    assert '<your-time data-zone="America/New_York">' in closed
    assert "UTC" not in held + over + closed


def test_a_hold_that_expires_during_payment_is_explained() -> None:
    with open_pages(Env(refuses=HoldExpired("Over."))) as pages:
        page = pages.post(CHECKOUT, data=BUYER)
    assert page.status_code == 410
    assert "Your hold has expired" in page.text


def test_seats_can_be_released() -> None:
    with open_pages(env := Env()) as pages:
        answer = pages.post("/checkout/bkg_one/release")
    assert answer.headers["location"] == "/checkout/bkg_one"
    assert env.releases == [("bkg_one", TOKEN)]


def test_each_ticket_is_a_card_with_its_code() -> None:
    with open_pages(Env(booking=a_booking(BookingStatus.CONFIRMED))) as pages:
        page = pages.get("/my/bkg_one")
        entry = pages.get("/my/bkg_one/calendar.ics")
        checkout = pages.get(CHECKOUT)
    assert page.status_code == 200
    assert page.text.count('class="ticket"') == 2
    assert 'src="/tickets/tkt_11/barcode?s=x&amp;still=true"' in page.text
    assert "DTSTART:20261128T183000Z" in entry.text
    assert checkout.headers["location"] == "/my/bkg_one"


def test_a_booking_that_is_not_bought_has_no_tickets_yet() -> None:
    with open_pages(Env()) as pages:
        answer = pages.get("/my/bkg_one")
    assert answer.headers["location"] == CHECKOUT


def test_with_stripe_only_stripe_gets_the_card() -> None:
    with open_pages(Env(provider="stripe")) as pages:
        page = pages.get(CHECKOUT)
        elsewhere = pages.get("/")
    assert "stripe_payment.js" in page.text
    assert '<stripe-card data-key="None" data-amount="17000" data-currency="EUR">' in page.text
    assert "https://js.stripe.com" in page.headers["content-security-policy"]
    assert "stripe.com" not in elsewhere.headers["content-security-policy"]


def test_with_stripe_bank_authentication_has_its_own_window() -> None:
    asks = AuthenticationRequired("Ask.", next_action={"type": "use_stripe_sdk", "client_secret": "pi_1_secret_2"})
    with open_pages(env := Env(refuses=asks, provider="stripe")) as pages:
        page = pages.post(CHECKOUT, data={**BUYER, "payment_method": "pm_1"})
        env.refuses = None
        answered = pages.post(CHECKOUT, data={**BUYER, "payment_method": ""})
    assert 'data-secret="pi_1_secret_2"' in page.text
    assert "Simulated" not in page.text
    assert answered.status_code == 303
    assert env.confirms[-1].payment_method is None


def test_a_refunded_ticket_is_no_longer_shown() -> None:
    bought = a_booking(BookingStatus.PARTIALLY_REFUNDED, confirmed_at=NOW)
    first, *others = bought.tickets
    given_back = (msgspec.structs.replace(first, refunded=True), *others)
    with open_pages(Env(booking=msgspec.structs.replace(bought, tickets=given_back))) as pages:
        page = pages.get("/my/bkg_one")
    assert page.text.count('class="ticket"') == len(others)


def test_refunds_are_on_the_receipt() -> None:
    bought = a_booking(BookingStatus.PARTIALLY_REFUNDED, confirmed_at=NOW)
    first, *others = bought.tickets
    booking = msgspec.structs.replace(bought, tickets=(msgspec.structs.replace(first, refunded=True), *others))
    refunds = [
        RefundView("rfd_1", 8_500, "EUR", "succeeded", False, NOW),
        RefundView("rfd_2", 500, "EUR", "failed", False, NOW),
    ]
    with open_pages(Env(booking=booking, refunds=refunds)) as pages:
        page = pages.get("/my/bkg_one").text
    assert "1 ticket refunded" in page
    assert "€85 of €170 goes back to the card that paid" in page
    assert page.count("lines-gone") == 1
    assert "−€85" in page
    assert "ask the organizer" in page
    assert re.search(r"Paid after refunds</th><td class=\"number\">€85<", page)
    assert "Add to calendar" in page


def test_a_fully_refunded_booking_offers_no_tickets() -> None:
    bought = a_booking(BookingStatus.REFUNDED, confirmed_at=NOW)
    tickets = tuple(msgspec.structs.replace(answer, refunded=True) for answer in bought.tickets)
    refunds = [RefundView("rfd_1", 17_000, "EUR", "pending", False, NOW)]
    env = Env(booking=msgspec.structs.replace(bought, tickets=tickets), refunds=refunds)
    with open_pages(env) as pages:
        page = pages.get("/my/bkg_one").text
    assert "These tickets are no longer valid" in page
    assert "All of it, €170, goes back to the card that paid." in page
    assert "On its way to your card" in page
    assert "has the tickets" not in page
    assert "Add to calendar" not in page
    assert 'class="ticket"' not in page


@pytest.mark.parametrize("method", ["pm_card_visa_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclined"])
@pytest.mark.parametrize("ending", ["", "_authenticationFailed"])
def test_the_declined_card_stays_selected(method: str, ending: str) -> None:
    with open_pages(Env(refuses=Declined("No.", decline_code="generic_decline"))) as pages:
        page = pages.post(CHECKOUT, data={**BUYER, "payment_method": method + ending}).text
    assert re.findall(r'value="(pm_[^"]+)" checked', page) == [method]


def test_a_promo_code_is_entered_beside_the_price() -> None:
    env = Env()
    with open_pages(env) as browser:
        form = browser.get(CHECKOUT).text
        given = browser.post("/checkout/bkg_one/promo-code", data={"promo_code": " spring "})

    assert 'name="promo_code"' in form
    assert (given.status_code, given.headers["location"]) == (303, CHECKOUT)
    assert env.promo_codes == [("bkg_one", TOKEN, "spring")]


def test_tickets_of_other_buyers_have_no_form_for_a_promo_code() -> None:
    env = Env()
    env.booking = msgspec.structs.replace(env.booking, is_resale=True)
    with open_pages(env) as browser:
        assert 'name="promo_code"' not in browser.get(CHECKOUT).text


@pytest.mark.parametrize(("reason", "words"), [("used-up", "reached its limit"), ("unknown", "Check its spelling")])
def test_a_code_that_does_not_work_says_why_beside_its_field(reason: str, words: str) -> None:
    env = Env(refuses=CodeRefused("No.", reason=reason))
    with open_pages(env) as browser:
        answer = browser.post("/checkout/bkg_one/promo-code", data={"promo_code": "SPRING"})

    assert answer.status_code == 422
    assert '<a href="#promo_code">' in answer.text
    assert words in answer.text
    assert 'value="SPRING"' in answer.text
    assert "<details open>" in answer.text


def test_the_discount_and_the_booking_fee_are_in_the_total() -> None:
    booking = a_booking(discount=1600, promo_code="SPRING", booking_fee=150, fees=1150, total=15_550)
    with open_pages(Env(booking=booking)) as browser:
        page = browser.get(CHECKOUT).text

    assert "SPRING" in page
    assert "−€16" in page
    assert "Booking fee" in page
    assert "€1.50" in page


def test_a_code_can_be_changed_or_removed_while_the_tickets_are_held() -> None:
    env = Env(booking=a_booking(discount=1600, promo_code="SPRING", total=14_400))
    with open_pages(env) as browser:
        page = browser.get(CHECKOUT).text
        address = "/checkout/bkg_one/promo-code"
        changed = browser.post(address, data={"promo_code": "SUMMER"})
        removed = browser.post(address, data={"promo_code": "", "remove": "yes"})

    assert "Change or remove your promo code" in page
    assert "Remove SPRING" in page
    assert (changed.status_code, removed.status_code) == (303, 303)
    assert [code for _, _, code in env.promo_codes] == ["SUMMER", None]


def test_free_tickets_ask_for_no_card() -> None:
    with open_pages(env := Env(booking=a_booking(subtotal=0, fees=0, total=0))) as pages:
        page = pages.get(CHECKOUT).text
        answer = pages.post(CHECKOUT, data={"email": BUYER["email"], "name": BUYER["name"]})
    assert "payment_method" not in page
    assert "no card is needed" in page
    assert answer.headers["location"] == "/my/bkg_one"
    assert env.confirms[0].payment_method is None
