"""The waiting list on the pages: join on the page of a sold-out show, one's place, the offer; and returned tickets."""

import re
from datetime import timedelta
from typing import Any

import pytest

from admitone.booking.contracts import BookingStatus
from admitone.booking.contracts.resale import (
    EntryState,
    OnOffer,
    ResaleTerms,
    Returnable,
    ReturnMode,
    WaitingDraw,
    WaitingListMode,
)
from admitone.booking.domain.resale_refusals import AlreadyWaiting, TicketsNotOnOffer, TicketsNotReturnable
from admitone.waiting_room.domain.draw import commitment, draw_lots, mark_of
from tests.http.pages.fixtures import BOOKING, NOW, TOKEN, Env, a_booking, a_show, open_pages
from tests.http.pages.waiting_list_fixtures import ENTRY_TOKEN, an_entry

LEVELS = [
    {
        "id": f"lvl_{name}",
        "name": name.title(),
        "price": {"amount": amount, "currency": "EUR"},
        "fees": {"amount": 0, "currency": "EUR"},
        "total": {"amount": amount, "currency": "EUR"},
        "color": "#000000",
    }
    for name, amount in (("stalls", 5000), ("circle", 3000))
]
SECTIONS = [
    {
        "id": "floor",
        "name": "Floor",
        "kind": "general_admission",
        "price_level_id": "lvl_stalls",
        "capacity": 10,
        "available": 0,
    }
]
SEED = b"7" * 32
ENTRANTS = ("wle_one", "wle_two", "wle_three")
HERE = f"/e/evt_mahler/waiting-list/{ENTRY_TOKEN}"
FIELDS = {"quantity": "2", "price_level_id": "lvl_circle", "email": "ada@example.org", "name": "Ada", "apart": "yes"}


def sold_out() -> dict[str, Any]:
    return {"evt_mahler": a_show(availability="sold_out", price_levels=LEVELS, sections=SECTIONS)}


def test_a_sold_out_show_has_the_form_unless_the_organizer_closed_the_list() -> None:
    with open_pages(Env(shows=sold_out())) as pages:
        shown = pages.get("/e/evt_mahler").text
        alone = pages.get("/e/evt_mahler/waiting-list")
    closed = Env(shows=sold_out(), resale=ResaleTerms(waiting_list=WaitingListMode.OFF))
    with open_pages(closed) as pages:
        hidden = pages.get("/e/evt_mahler").text
        none = pages.get("/e/evt_mahler/waiting-list")
    with open_pages(Env()) as pages:
        for_sale = pages.get("/e/evt_mahler/waiting-list")

    assert 'action="/e/evt_mahler/waiting-list"' in shown
    assert "Circle, €30" in shown
    assert alone.status_code == 200
    assert 'action="/e/evt_mahler/waiting-list"' not in hidden
    assert (none.status_code, none.headers["location"]) == (303, "/e/evt_mahler")
    assert (for_sale.status_code, for_sale.headers["location"]) == (303, "/e/evt_mahler")


def test_people_wait_for_a_price_that_is_sold_out_while_others_are_for_sale() -> None:
    on_sale = {"evt_mahler": a_show(price_levels=LEVELS, sections=SECTIONS)}
    env = Env(shows=on_sale, sold_out_levels=("lvl_circle",))
    with open_pages(env) as pages:
        shown = pages.get("/e/evt_mahler").text
        form = pages.get("/e/evt_mahler/waiting-list").text
        introduced = pages.post("/e/evt_mahler/waiting-list", data=FIELDS)
        joined = pages.post(introduced.headers["location"], data=FIELDS)
    with open_pages(Env(shows=on_sale)) as pages:
        unneeded = pages.get("/e/evt_mahler").text

    assert '<bdi>Circle</bdi> is sold out. <a href="/e/evt_mahler/waiting-list">Join the waiting list</a>' in shown
    assert ("Circle, €30" in form, "Stalls, €50" in form, "Any price" in form) == (True, False, False)
    assert joined.headers["location"] == HERE
    assert "waiting-list" not in unneeded


def test_before_the_draw_the_page_says_when_it_is() -> None:
    env = Env(shows=sold_out(), entry=an_entry(position=None, draw_at=NOW + timedelta(days=2)))
    with open_pages(env) as pages:
        page = pages.get(HERE).text

    assert "You are in the draw" in page
    assert 'href="/e/evt_mahler/waiting-list/draw"' in page
    assert "You are number" not in page


def test_the_form_joins_and_leads_to_the_place() -> None:
    env = Env(shows=sold_out())
    with open_pages(env) as pages:
        introduced = pages.post("/e/evt_mahler/waiting-list", data=FIELDS)
        joined = pages.post(introduced.headers["location"], data=FIELDS)

    assert introduced.status_code == 307
    assert (joined.status_code, joined.headers["location"]) == (303, HERE)
    (order,) = env.joins
    assert (order.quantity, order.price_level_id, order.together) == (2, "lvl_circle", False)
    assert env.clients[0].id is not None


@pytest.mark.parametrize(
    ("fields", "refuses", "text"),
    [
        ({**FIELDS, "email": "ada"}, None, "email"),
        ({**FIELDS, "quantity": "99"}, None, "Choose 1 to 8 tickets."),
        ({**FIELDS, "price_level_id": "lvl_other"}, None, "Choose a price of this show"),
        (FIELDS, AlreadyWaiting(), "is on the waiting list already"),
    ],
)
def test_a_wrong_form_comes_back_with_its_errors(
    fields: dict[str, str], refuses: AlreadyWaiting | None, text: str
) -> None:
    with open_pages(Env(shows=sold_out(), refuses=refuses)) as pages:
        introduced = pages.post("/e/evt_mahler/waiting-list", data=fields)
        page = pages.post(introduced.headers["location"], data=fields)

    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert text in page.text


def test_a_place_shows_its_number_and_is_private() -> None:
    with open_pages(Env(shows=sold_out())) as pages:
        page = pages.get(HERE)
        forged = pages.get("/e/evt_mahler/waiting-list/wle_one.forged")

    assert 'You are number <strong class="number">3</strong> on the list' in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert f'content="{HERE}"' in page.text
    assert forged.status_code == 404
    assert "This waiting list link does not work" in forged.text


def test_an_offer_shows_its_tickets_and_leads_to_the_checkout() -> None:
    entry = an_entry(
        state=EntryState.OFFERED, position=None, booking_id=BOOKING, offer_expires_at=NOW + timedelta(minutes=30)
    )
    env = Env(shows=sold_out(), entry=entry)
    with open_pages(env, has_cookie=False) as pages:
        page = pages.get(HERE)
        link = page.text.split('class="button accent wide" href="')[1].split('"')[0]
        checkout = pages.get(link)
        left = pages.post(f"{HERE}/leave")

    assert "These tickets are held for you until" in page.text
    assert "Pay €170" in page.text
    assert TOKEN not in page.text
    assert (checkout.status_code, checkout.headers["location"]) == (303, f"/checkout/{BOOKING}")
    assert (left.headers["location"], env.left) == (HERE, [ENTRY_TOKEN])


@pytest.mark.parametrize("state", [state for state in EntryState if state is not EntryState.OFFERED])
def test_every_state_has_its_words(state: EntryState) -> None:
    words = {
        EntryState.WAITING: "On the waiting list",
        EntryState.BOUGHT: "You have your tickets",
        EntryState.MISSED: "The time to pay is over",
        EntryState.DECLINED: "You declined the tickets",
        EntryState.LEFT: "You left the list",
        EntryState.ENDED: "The waiting list has ended",
    }
    with open_pages(Env(shows=sold_out(), entry=an_entry(state=state))) as pages:
        page = pages.get(HERE)

    assert page.status_code == 200
    assert words[state] in page.text


def a_draw(*, is_drawn: bool = True) -> WaitingDraw:
    lots = draw_lots(SEED, "evt_mahler", ENTRANTS)
    return WaitingDraw(
        "evt_mahler",
        commitment(SEED).hex(),
        NOW + timedelta(days=1),
        NOW if is_drawn else None,
        SEED.hex() if is_drawn else None,
        len(ENTRANTS) if is_drawn else None,
        lots.entrants_hash.hex() if is_drawn else None,
        tuple(mark_of("evt_mahler", entry).hex() for entry in ENTRANTS) if is_drawn else (),
        lots.ranks if is_drawn else (),
    )


def test_people_read_the_draw_and_find_their_mark() -> None:
    mark = mark_of("evt_mahler", ENTRANTS[0]).hex()
    env = Env(shows=sold_out(), entry=an_entry(drawn_rank=1, mark=mark), draw=a_draw(is_drawn=False))
    path = "/e/evt_mahler/waiting-list/draw"
    with open_pages(env) as pages:
        before = pages.get(path).text
        env.draw = a_draw()
        after, own = pages.get(path).text, pages.get(HERE).text
        env.draw = None
        none = pages.get(path)

    assert "Not drawn yet" in before
    assert (SEED.hex() in before, commitment(SEED).hex() in before) == (False, True)
    assert (SEED.hex() in after, "3 people were drawn" in after) == (True, True)
    places = [int(place) for place in re.findall(r'data-rank="(\d+)"', after)]
    assert places == list(a_draw().ranks)
    assert f'id="m-{mark}"' in after
    assert "/events/evt_mahler/waiting-list/draw" in after
    assert ("The draw gave you place 2." in own, mark in own) == (True, True)
    assert none.status_code == 404


def test_tickets_are_returned_from_the_page_of_the_booking() -> None:
    env = Env(booking=a_booking(BookingStatus.CONFIRMED, confirmed_at=NOW), returnable=(Returnable("tkt_11", 8500),))
    with open_pages(env) as pages:
        page = pages.get(f"/my/{BOOKING}")
        done = pages.post(f"/my/{BOOKING}/returns", data={"ticket": ["tkt_11", "tkt_11"]})
        nothing = pages.post(f"/my/{BOOKING}/returns", data={})
        env.refuses = TicketsNotReturnable(["tkt_11"])
        refused = pages.post(f"/my/{BOOKING}/returns", data={"ticket": "tkt_11"})
    env.returnable = ()
    with open_pages(env) as pages:
        none = pages.get(f"/my/{BOOKING}").text

    assert 'value="tkt_11"' in page.text
    assert "€85 goes back" in page.text
    assert (done.status_code, done.headers["location"]) == (303, f"/my/{BOOKING}")
    assert nothing.status_code == 422
    assert '<a href="#returns">Choose at least one ticket.</a>' in nothing.text
    assert len(env.returned) == 2
    assert env.returned[0] == (BOOKING, TOKEN, ["tkt_11"])
    assert refused.status_code == 409
    assert "/returns" not in none


def test_tickets_are_offered_and_taken_back_on_the_page_of_the_booking() -> None:
    bought = a_booking(BookingStatus.CONFIRMED, confirmed_at=NOW)
    env = Env(booking=bought, returnable=(Returnable("tkt_11", 8500),), pays=ReturnMode.WHEN_SOLD)
    with open_pages(env) as pages:
        before = pages.get(f"/my/{BOOKING}").text
    taken_back = OnOffer("tkt_12", 8500, is_held=True, is_withdrawing=True)
    env.returnable, env.on_offer = (), (OnOffer("tkt_11", 8500, is_held=True), taken_back)
    with open_pages(env) as pages:
        offered = pages.get(f"/my/{BOOKING}").text
        done = pages.post(f"/my/{BOOKING}/returns/withdrawals", data={"ticket": "tkt_11"})
        pages.post(f"/my/{BOOKING}/returns/withdrawals", data={})
        env.refuses = TicketsNotOnOffer(["tkt_12"])
        refused = pages.post(f"/my/{BOOKING}/returns/withdrawals", data={"ticket": "tkt_12"})

    section = offered.partition('aria-labelledby="on-offer"')[2].partition("</section>")[0]
    assert "€85 goes back when it is sold" in before
    assert "On offer" not in before
    assert 'name="ticket" value="tkt_11"' in section
    assert 'value="tkt_12"' not in section
    assert "Another person is about to buy it." in section
    assert "You have it back unless they buy it." in section
    assert (done.status_code, done.headers["location"], env.taken_back[0]) == (303, f"/my/{BOOKING}", ["tkt_11"])
    assert (refused.status_code, len(env.taken_back)) == (409, 2)
    assert "This ticket is not on offer" in refused.text


def test_the_place_on_the_list_of_a_postponed_show_has_no_old_date() -> None:
    postponed = {"evt_mahler": a_show(status="postponed", availability="off_sale", price_levels=LEVELS)}
    with open_pages(Env(shows=postponed, entry=an_entry())) as pages:
        head = pages.get(HERE).text.partition('<header class="waitlist-head">')[2].partition("</header>")[0]

    assert "New date to be announced" in head
    assert "<time" not in head
