"""The console's page for what buyers may do after the sale: transfers, names, returns, the waiting list."""

from admitone.organizers.contracts import Role
from tests.http.console.browsing import field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.programme import flash_of, new_event, new_prices

TERMS = {
    "allowed": "on",
    "asks_names": "on",
    "transfers_until": "2030-05-31T12:00",
    "returns": "at_once",
    "returns_until": "2030-05-30T18:00",
    "waiting_list": "in_order",
    "offer_minutes": "45",
}


async def test_the_terms_after_the_sale_are_set_and_shown(sign_in: SignIn) -> None:
    ada, bob = await sign_in(Role.MANAGER), await sign_in(Role.BOX_OFFICE)
    event = await new_event(ada)
    await new_prices(ada, event)
    draft = await ada.get(f"{event}/after-sale")
    await ada.send(f"{event}/publication")

    first = await ada.get(f"{event}/after-sale")
    saved = await flash_of(ada, await ada.send(f"{event}/after-sale", **TERMS))
    page = await ada.get(f"{event}/after-sale")
    event_id = event.rpartition("/")[2]
    headers = {"Authorization": f"Bearer {ada.token}"}
    transfers = (await ada.http.get(f"/organizer/events/{event_id}/transfers", headers=headers)).json()
    resale = (await ada.http.get(f"/organizer/events/{event_id}/resale-terms", headers=headers)).json()
    refused = [await bob.get(f"{event}/after-sale"), await bob.send(f"{event}/after-sale", **TERMS)]

    assert "The event is a draft" in text_of(draft)
    assert (field_of_page(first, "offer_minutes"), "Buyers cannot return tickets" in first.text) == ("30", True)
    assert saved == "The terms after the sale are saved."
    assert transfers == {
        "allowed": True,
        "ends_at": "2030-05-31T10:00:00Z",
        "shows_names": False,
        "asks_names": True,
    }
    assert resale == {
        "returns": "at_once",
        "returns_until": "2030-05-30T16:00:00Z",
        "refund_fees": False,
        "waiting_list": "in_order",
        "offer_seconds": 2700,
        "draw_at": None,
    }
    assert field_of_page(page, "transfers_until") == "2030-05-31T12:00"
    assert [answer.status_code for answer in refused] == [403, 403]


async def test_faults_of_the_terms_stand_beside_their_fields(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    await new_prices(ada, event)
    await ada.send(f"{event}/publication")

    blank = await ada.send(f"{event}/after-sale", **{**TERMS, "offer_minutes": ""})
    long = await ada.send(f"{event}/after-sale", **{**TERMS, "offer_minutes": "61"})
    undated = await ada.send(f"{event}/after-sale", **{**TERMS, "waiting_list": "draw"})
    drawn = await ada.send(f"{event}/after-sale", **{**TERMS, "waiting_list": "draw", "draw_at": "2030-05-01T12:00"})
    unclear = await ada.send(f"{event}/after-sale", **{**TERMS, "returns_until": "tomorrow"})
    unsold = await ada.send(f"{event}/after-sale", **{**TERMS, "returns": "when_sold", "waiting_list": "off"})
    when_sold = await ada.send(f"{event}/after-sale", **{**TERMS, "returns": "when_sold"})

    assert [answer.status_code for answer in (blank, long, unclear)] == [422] * 3
    assert '<a href="#f-offer_minutes">Enter a number of minutes, 1 to 60.</a>' in blank.text
    assert '<a href="#f-offer_minutes">' in long.text
    assert '<a href="#f-draw_at">Say when the order is drawn.</a>' in undated.text
    assert '<a href="#f-waiting_list">Tickets that are refunded when sold' in unsold.text
    assert (drawn.status_code, when_sold.status_code) == (303, 303)
    assert '<a href="#f-returns_until">' in unclear.text
    assert field_of_page(unclear, "transfers_until") == "2030-05-31T12:00"
