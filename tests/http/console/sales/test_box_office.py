"""The box office sells from the console: the best seats are found and shown, sold once, and their tickets printed."""

from admitone.organizers.contracts import Role
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import field_of_page, text_of
from tests.http.console.conftest import SignIn


async def test_the_best_seats_are_found_shown_and_sold_once(organizer: Organizer, sign_in: SignIn) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=2, seats=5))
    seller = await sign_in(Role.BOX_OFFICE)
    path = f"/console/events/{show.id}/box-office"

    form = await seller.get(path)
    found = await seller.send(path, act="find", quantity="2")
    sale = {
        "act": "sell",
        "chosen": field_of_page(found, "chosen"),
        "payment": "cash",
        "name": "Jo Walk-in",
        "form_key": field_of_page(found, "form_key"),
    }
    sold = await seller.send(path, **sale)
    twice = await seller.send(path, **sale)
    booking = await seller.get(sold.headers["Location"])

    assert form.status_code == 200
    assert "2 seats: Stalls 1-" in text_of(found)
    assert sold.status_code == 303
    assert twice.headers["Location"] == sold.headers["Location"]
    assert text_of(booking).count("Ticket (PDF)") == 2
    assert "Sold: €99.00" in text_of(booking)
    assert "Box office, cash" in text_of(booking)


async def test_places_without_numbers_are_sold_for_nothing(organizer: Organizer, sign_in: SignIn) -> None:
    show = await organizer.show(standing=5)
    seller = await sign_in(Role.BOX_OFFICE)
    path = f"/console/events/{show.id}/box-office"
    form = {"act": "sell", f"area.{show.floor}": "2", "form_key": "a key of this test"}

    unpaid = await seller.send(path, **form)
    sold = await seller.send(path, **form, payment="complimentary")
    too_many = await seller.send(
        path, act="sell", payment="cash", form_key="another key", **{f"area.{show.floor}": "9"}
    )

    assert (unpaid.status_code, "Choose how the tickets are paid." in text_of(unpaid)) == (422, True)
    assert sold.status_code == 303
    assert (too_many.status_code, "Floor has 3 places that can be sold." in text_of(too_many)) == (422, True)


async def test_what_cannot_be_sold_is_said(organizer: Organizer, sign_in: SignIn) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=2, seats=5))
    seller, finance = await sign_in(Role.BOX_OFFICE), await sign_in(Role.FINANCE)
    path = f"/console/events/{show.id}/box-office"

    nothing = await seller.send(path, act="sell", payment="cash", form_key="1")
    many = await seller.send(path, act="find", quantity="11")
    mail = await seller.send(path, act="sell", payment="cash", chosen="0", email="nowhere", form_key="2")
    refused = await finance.send(path, act="sell", payment="cash", chosen="0", form_key="3")

    assert (nothing.status_code, many.status_code, mail.status_code, refused.status_code) == (422, 422, 422, 403)
    assert 'id="f-quantity-fault"' in many.text
    assert 'id="f-email-fault"' in mail.text
