"""Each state of a show and of a booking has its own words, and offers only what can be done in it."""

import re
from datetime import timedelta

import pytest

from admitone.booking.contracts import BookingStatus
from admitone.pages.contracts import Document
from tests.http.pages.fixtures import NOW, Env, a_booking, a_show, open_pages
from tests.http.pages.test_event_page import FLOOR, STALLS, STANDING, a_sale, page_of

SOON: Document = {"on_sale_at": "2026-11-23T09:00:00Z", "availability": "off_sale"}
STANDING_ONLY: Document = {"price_levels": [STANDING], "sections": [FLOOR]}
SOLD_OUT: Document = {"availability": "sold_out", "price_levels": [STANDING], "sections": [{**FLOOR, "available": 0}]}


def test_before_the_sale_nothing_can_be_counted_up_and_no_seats_are_offered() -> None:
    page = page_of(a_show(**STANDING_ONLY, **SOON))

    assert re.search(r'<input class="input" type="number" disabled name="area-floor"', page)
    assert "look at the seats" not in page
    assert "look at the seats" in page_of(a_sale(**SOON))


def test_a_page_names_one_time_zone() -> None:
    show = a_show(**STANDING_ONLY, **SOON, timezone="Europe/Brussels")
    page = page_of({**show, "venue": {**show["venue"], "city": "Antwerp"}})

    assert "Brussels time" in page
    assert "Antwerp time" not in page


def test_a_sold_out_show_has_no_stepper_and_no_next_step() -> None:
    page = page_of(a_show(**SOLD_OUT))

    assert '<div class="basket-foot" hidden>' in page
    assert '<span class="stepper" data-stepper hidden>' in page
    assert "goes to the next person on the waiting list" in page


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_a_show_that_does_not_take_place_strikes_its_date_out(status: str) -> None:
    page = page_of(a_sale(status=status, availability="off_sale"))

    assert "Add to calendar" not in page
    assert re.search(r'<p class="event-when is-off">[^<]*<s class="quiet">Saturday, 28 November 2026', page)


def test_a_postponed_show_has_its_old_date_only_where_it_is_struck_out() -> None:
    postponed = a_sale(status="postponed", availability="off_sale")
    page = page_of({**postponed, "doors_at": "2026-11-28T17:30:00Z", "ends_at": "2026-11-28T21:00:00Z"})
    facts = page.partition("Good to know")[2].partition("</dl>")[0]

    assert "<dt>Begins</dt><dd>New date to be announced</dd>" in facts
    assert ("Doors" in facts, "Ends" in facts) == (False, False)
    head = page.partition("</head>")[0].partition("<script")[0]
    assert "28 November" not in head


@pytest.mark.parametrize(("seat", "noun"), [("11", "seats"), (None, "tickets")])
def test_an_expired_hold_names_the_show_and_what_was_held(seat: str | None, noun: str) -> None:
    booking = a_booking(BookingStatus.EXPIRED, expires_at=NOW - timedelta(minutes=1))
    [ticket, _] = booking.tickets
    changed = type(ticket)(**{name: getattr(ticket, name) for name in ticket.__struct_fields__} | {"seat": seat})
    booking = a_booking(BookingStatus.EXPIRED, expires_at=booking.expires_at, tickets=(changed,))
    with open_pages(Env(booking=booking)) as pages:
        page = pages.get("/checkout/bkg_one").text

    assert f"The {noun} were held for you until" in page
    assert f"Choose other {noun}" in page
    assert "Mahler 2 &lt;Resurrection&gt;" in page[page.index("<main") :]


def test_amounts_of_a_page_have_the_same_decimals() -> None:
    [first, second] = a_booking().tickets
    fine = {name: getattr(first, name) for name in first.__struct_fields__} | {"price": 7950, "fees": 550}
    booking = a_booking(tickets=(type(first)(**fine), second), subtotal=15950, fees=1050)
    with open_pages(Env(booking=booking)) as pages:
        page = pages.get("/checkout/bkg_one").text

    assert "Pay €170.00" in page
    assert not re.search(r"€170[^.]", page)
    fine_level = {**STALLS, "total": {"amount": 8520, "currency": "EUR"}}
    even: Document = {"amount": 8500, "currency": "EUR"}
    show = page_of(
        a_show(price_levels=[fine_level, STANDING], sections=[FLOOR], price_range={"min": even, "max": even})
    )
    assert not re.search(r"€85[^.]", show[show.index("<main") :])


def test_each_card_has_the_face_of_its_brand() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/checkout/bkg_one").text

    assert page.count('class="card-face is-visa"') == 4
    assert page.count('class="card-face is-mastercard"') == 1


def test_problem_codes_have_no_literal_backticks() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/problems").text

    assert "`" not in page
    assert "<code>eta_seconds</code>" in page


def test_the_rows_of_a_venue_leave_its_name_out() -> None:
    with open_pages(Env()) as pages:
        venue, search = pages.get("/venue/ven_hall").text, pages.get("/search").text

    assert "row-where" not in venue
    assert "row-where" in search


def test_a_venue_takes_no_poster_of_a_show_that_is_cancelled() -> None:
    off = a_show("evt_off", status="cancelled", availability="off_sale")
    with open_pages(Env(found=[off, a_show()])) as pages:
        page = pages.get("/venue/ven_hall").text

    [head] = re.findall(r'<header class="subject-head">(.*?)</header>', page, re.DOTALL)
    assert "/posters/evt_mahler.svg" in head
    assert "evt_off" not in head


def test_a_street_map_is_offered_for_an_address_only() -> None:
    show = a_sale()
    with_address = {**show, "venue": {**show["venue"], "address": "Karlsplatz 6"}}

    assert "openstreetmap" not in page_of(show)
    assert "openstreetmap" in page_of(with_address)


def test_released_tickets_are_confirmed_and_offered_again() -> None:
    with open_pages(Env(booking=a_booking(BookingStatus.RELEASED))) as pages:
        page = pages.get("/checkout/bkg_one").text

    assert "You released these seats" in page
    assert "They are on sale again. Nothing was charged." in page
    assert "Hold the same seats again, if they are free" in page


def test_the_keyboard_skips_the_filters() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/search").text

    assert '<a class="skip" href="#results">' in page
    assert '<section class="results-list" id="results" tabindex="-1"' in page
