"""A ticket moves to another seat in the console: chosen from the free seats at its price, once."""

from admitone.organizers.contracts import Role
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.sales.conftest import buy


async def test_a_ticket_moves_to_a_free_seat(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps, sign_in: SignIn
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
    held = await buy(ada, payments, show, seats=list(show.seats[:2]))
    first = held.answer["tickets"][0]["ticket_id"]
    page = f"/console/bookings/{held.booking_id}"
    finance = await sign_in(Role.FINANCE)

    booking = await owner.get(page)
    choice = await owner.get(f"{page}/exchange?ticket_id={first}")
    form = {"ticket_id": first, "seat": show.seats[14], "form_key": field_of_page(choice, "form_key")}
    none = await owner.send(f"{page}/exchange", ticket_id=first)
    taken = await owner.send(f"{page}/exchange", ticket_id=first, seat=show.seats[1])
    moved = await owner.send(f"{page}/exchange", **form)
    twice = await owner.send(f"{page}/exchange", **form)
    after = text_of(await owner.get(page))
    gone = await owner.get(f"{page}/exchange?ticket_id={first}")
    refused = await finance.get(f"{page}/exchange?ticket_id={first}")

    assert f"{page}/exchange?ticket_id={first}" in booking.text
    assert choice.text.count('type="radio"') == 198  # of 200 seats; two are the booking's
    assert (none.status_code, "Choose a seat." in text_of(none)) == (422, True)
    assert (taken.status_code, "This seat is not free any more." in text_of(taken)) == (422, True)
    assert (moved.status_code, moved.headers["Location"], twice.status_code) == (303, page, 303)
    assert after.count("Moved to another seat") == 1
    assert "row 1, seat 1 → Stalls, row 2, seat 5" in after
    assert "Stalls row 2 seat 5" in after
    assert (gone.status_code, refused.status_code) == (422, 403)


async def test_what_the_api_lists_and_refuses(
    organizer: Organizer, ada: Buyer, payments: PaymentsDeps, sign_in: SignIn
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
    held = await buy(ada, payments, show, seats=[show.seats[0]])
    ticket = held.answer["tickets"][0]["ticket_id"]
    path = f"/organizer/bookings/{held.booking_id}"

    seats = await organizer.http.get(f"{path}/exchange-seats", params={"ticket_id": ticket})
    unknown = await organizer.http.get(f"{path}/exchange-seats", params={"ticket_id": ticket, "section_id": "none"})
    wrong = await organizer.http.post(f"{path}/seat-exchanges", json={"ticket_id": ticket, "seats": []})

    assert (seats.status_code, len(seats.json()["seats"])) == (200, 199)
    assert (unknown.status_code, wrong.status_code) == (422, 422)
