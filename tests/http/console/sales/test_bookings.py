"""Bookings in the console: found by what people say of them, refunded by seat after a look at the money."""

import csv
import io
from typing import Any

import pytest

from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from admitone.payments.store.refunds import refuse_refund
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.sales.conftest import buy, finish_refunds


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.FINANCE])
async def test_an_empty_house_says_what_will_be_here(sign_in: SignIn, role: Role) -> None:
    browser = await sign_in(role)

    assert "There are no bookings yet" in text_of(await browser.get("/console/bookings"))
    assert "No booking is found" in text_of(await browser.get("/console/bookings?q=nobody"))


async def test_a_booking_is_found_by_name_mail_id_seat_and_ticket(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), name="Lear & Söhne", allow_orphans=True)
    other = await organizer.show(standing=5, name="Another")
    ada.buyer = {"email": "jo@example.org", "name": "Jörg <Müller>"}
    held = await buy(ada, payments, show, seats=[show.seats[14]])
    ada.buyer = {"email": "eve@example.org", "name": "Eve"}
    await buy(ada, payments, other, general_admission=[{"section_id": other.floor, "quantity": 1}])
    ticket = held.answer["tickets"][0]

    pages = {
        words: text_of(await owner.get(f"/console/bookings?q={words}"))
        for words in ("Joerg", "mueller%20j", "JO@EXAMPLE", held.booking_id, "Stalls%202-5", ticket["ticket_id"])
    }
    nothing = text_of(await owner.get(f"/console/bookings?q={ticket['ticket_id']}0"))
    of_event = text_of(await owner.get(f"/console/bookings?event_id={other.id}"))

    assert (ticket["row"], ticket["seat"]) == ("2", "5")
    wrong = {words: page for words, page in pages.items() if "Jörg <Müller>" not in page or "eve@" in page}
    assert wrong == {}
    assert "No booking is found" in nothing
    assert ("eve@" in of_event, "Jörg" in of_event) == (True, False)


async def test_a_page_shows_a_part_and_leads_to_the_rest(owner: Browser, organizer: Organizer) -> None:
    show = await organizer.show(standing=30)
    for number in range(21):
        await organizer.http.post(
            f"/organizer/events/{show.id}/bookings",
            json={"payment": "cash", "general_admission": [{"section_id": show.floor, "quantity": 1}]},
            headers={"Idempotency-Key": f"sale {number}"},
        )

    first = await owner.get("/console/bookings?status=confirmed")
    second = await owner.get("/console/bookings?status=confirmed&page=1")

    assert (first.text.count('<th scope="row">'), second.text.count('<th scope="row">')) == (20, 1)
    assert 'href="/console/bookings?status=confirmed&amp;page=1"' in first.text
    assert "Page 2 of 2" in text_of(second)


async def test_a_seat_is_refunded_after_a_look_at_the_money(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), booking_fee=150)
    held = await buy(ada, payments, show, seats=list(show.seats[:2]))
    page = f"/console/bookings/{held.booking_id}"
    first, second = (ticket["ticket_id"] for ticket in held.answer["tickets"])

    before = await owner.get(page)
    preview = await owner.get(f"{page}/refund?ticket_id={first}")
    untouched = text_of(await owner.get(page))
    form = {"ticket_id": first, "form_key": field_of_page(preview, "form_key")}
    done = await owner.send(f"{page}/refunds", **form)
    twice = await owner.send(f"{page}/refunds", **form)
    await finish_refunds(payments, held.booking_id)
    after = text_of(await owner.get(page))
    refunds = (await organizer.http.get(f"/organizer/bookings/{held.booking_id}/refunds")).json()["refunds"]

    assert text_of(before).count("Ticket (PDF)") == 2
    # 45.00 and 4.50 of fees; the booking fee stays while a ticket stands.
    assert "Goes back to the buyer €49.50" in text_of(preview)
    assert "Stays paid for this booking €51.00" in text_of(preview)
    assert "Partly refunded" not in untouched
    assert (done.status_code, done.headers["Location"], twice.status_code) == (303, page, 303)
    assert [refund["amount"]["amount"] for refund in refunds] == [4950]
    assert "Partly refunded" in after
    assert after.index("Sold: €100.50") < after.index("Money captured: €100.50") < after.index("Refunded: €49.50")
    assert second in (await owner.get(page)).text


async def test_a_refund_of_the_last_ticket_that_was_refused_is_tried_again(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps, sign_in: SignIn
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())
    held = await buy(ada, payments, show, seats=[show.seats[0]])
    page, ticket = f"/console/bookings/{held.booking_id}", held.answer["tickets"][0]["ticket_id"]
    await owner.send(f"{page}/refunds", ticket_id=ticket)
    [refund] = (await organizer.http.get(f"/organizer/bookings/{held.booking_id}/refunds")).json()["refunds"]
    retry = f"{page}/refunds/{refund['refund_id']}/retry"
    too_early = await owner.send(retry)
    async with payments.pool.connection() as conn, conn.transaction():
        await refuse_refund(conn, refund_id=refund["refund_id"], refusal="charge_expired")
    finance = await sign_in(Role.FINANCE)

    offered = [text_of(await browser.get(page)) for browser in (owner, finance)]
    done = await owner.send(retry)
    await finish_refunds(payments, held.booking_id)
    after = text_of(await owner.get(page))

    assert (too_early.status_code, "not one that failed" in text_of(too_early)) == (422, True)
    assert ["Refund €49.50 again" in text for text in offered] == [True, False]
    assert (done.status_code, done.headers["Location"]) == (303, page)
    assert ("Paid out" in after, "Refund €49.50 again" in after) == (True, False)


async def test_what_cannot_be_refunded_says_why(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps, sign_in: SignIn
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())
    held = await buy(ada, payments, show, captured=False, seats=[show.seats[0]])
    page, ticket = f"/console/bookings/{held.booking_id}", held.answer["tickets"][0]["ticket_id"]
    finance = await sign_in(Role.FINANCE)

    nothing = await owner.get(f"{page}/refund")
    too_early = await owner.send(f"{page}/refunds", ticket_id=ticket)
    unknown = await owner.get(f"{page}/refund?ticket_id=tkt_x_1")
    refused = await finance.send(f"{page}/refunds", ticket_id=ticket)

    assert (nothing.status_code, "Choose at least one ticket." in text_of(nothing)) == (422, True)
    assert (too_early.status_code, "The payment is being captured." in text_of(too_early)) == (422, True)
    assert unknown.status_code == 422
    assert (refused.status_code, "Show the refund" in text_of(await finance.get(page))) == (403, False)


async def test_a_misspelt_buyer_is_corrected_and_found_by_the_new_name(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps
) -> None:
    show = await organizer.show(standing=5)
    held = await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    page = f"/console/bookings/{held.booking_id}"
    before = text_of(await owner.get("/console/bookings?q=lovelace"))

    done = await owner.send(f"{page}/buyer", buyer_name="Ada Lovelace", buyer_email="")
    refused = await owner.send(f"{page}/buyer", buyer_name="Ada", buyer_email="nowhere")
    after = text_of(await owner.get("/console/bookings?q=lovelace"))

    assert "No booking is found" in before
    assert done.status_code == 303
    assert (refused.status_code, 'id="f-buyer_email-fault"' in refused.text) == (422, True)
    assert "Ada Lovelace ada@example.org" in after

    [entry] = [
        entry
        for entry in (await organizer.http.get(f"/organizer/bookings/{held.booking_id}")).json()["timeline"]
        if entry["kind"].endswith("_corrected")
    ]
    assert entry.keys() == {"at", "kind", "by"}
    assert f"The buyer's name was corrected by {entry['by']}" in text_of(await owner.get(page))


async def test_bookings_are_exported_as_they_are_filtered(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps
) -> None:
    show = await organizer.show(standing=5)
    ada.buyer = {"email": "jo@example.org", "name": "=1+1"}
    await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 2}])

    answer = await owner.get("/console/bookings.csv?q=jo&rows=tickets")
    none = await owner.get("/console/bookings.csv?q=eve")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bookings.csv"'
    assert [row["buyer_name"] for row in rows] == ["'=1+1", "'=1+1"]
    assert len(none.text.splitlines()) == 1


async def test_another_house_sees_none_of_it(
    organizer: Organizer, organizers: Deps, ada: Buyer, payments: PaymentsDeps
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())
    held = await buy(ada, payments, show, seats=[show.seats[0]])
    other = await create_organization(organizers, name="Another house")
    key = await create_api_key(organizers, organization_id=other, role=Role.OWNER, label="other")
    period = "since=2020-01-01&until=2029-12-31"
    own = organizer.http.headers["Authorization"]
    organizer.http.headers["Authorization"] = f"Bearer {key.key}"

    async def read(path: str) -> tuple[int, dict[str, Any]]:
        answer = await organizer.http.get(path)
        return answer.status_code, answer.json()

    found = {name: await read(f"/organizer/{name}") for name in ("bookings", "bookings?q=ada", "overview")}
    money = [await read(f"/organizer/money{path}?{period}") for path in ("", "/entries")]
    closed = [
        (await read(f"/organizer/{path}"))[0]
        for path in (
            f"bookings/{held.booking_id}",
            f"bookings?event_id={show.id}",
            f"events/{show.id}/seats",
            f"events/{show.id}/best-seats?quantity=1",
        )
    ]
    preview = await organizer.http.post(f"/organizer/bookings/{held.booking_id}/refund-preview", json={})

    renamed = await organizer.http.patch(f"/organizer/bookings/{held.booking_id}", json={"buyer_name": "Eve"})
    organizer.http.headers["Authorization"] = own
    kept = (await organizer.http.get(f"/organizer/bookings/{held.booking_id}")).json()["buyer_name"]

    assert found["bookings"][1]["bookings"] == found["bookings?q=ada"][1]["bookings"] == []
    assert {name for name, value in found["overview"][1].items() if value} == set()
    assert (money[0][1]["statements"], money[1][1]["entries"]) == ([], [])
    assert [*closed, preview.status_code, renamed.status_code, kept] == [*[404] * 6, "Ada"]
