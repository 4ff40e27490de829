"""Money in the console adds up to the cent, opens into its entries, and is for those who may see it."""

import csv
import io
from typing import Any

from admitone.organizers.contracts import Role
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.console.browsing import Browser, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.sales.conftest import buy, finish_refunds

PERIOD = {"since": "2020-01-01", "until": "2029-12-31"}
OPENED = ("prices", "fees", "captured", "outstanding", "refunded", "disputed", "received")


async def money(organizer: Organizer, **query: str) -> dict[str, Any]:
    answer = await organizer.http.get("/organizer/money", params={**PERIOD, **query})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def sell_all_sorts(organizer: Organizer, ada: Buyer, payments: PaymentsDeps) -> tuple[str, str]:
    """Sell with a code, refund a part, leave one payment uncaptured, sell at the box office; return two event ids."""
    show = await organizer.show(hall=await organizer.plain_hall(), booking_fee=150, name="Lear", price=4999)
    other = await organizer.show(standing=5, name="Another", price=1001)
    await organizer.post("/organizer/promo-codes", {"code": "THIRD", "percent": 33})
    cheap = await buy(ada, payments, show, seats=list(show.seats[:2]), promo_code="THIRD")
    await buy(ada, payments, show, captured=False, seats=list(show.seats[4:6]))
    body = {"payment": "cash", "general_admission": [{"section_id": other.floor, "quantity": 3}]}
    sold = await organizer.http.post(
        f"/organizer/events/{other.id}/bookings", json=body, headers={"Idempotency-Key": "one"}
    )
    for booking_id, ticket in (
        (cheap.booking_id, cheap.answer["tickets"][0]),
        (sold.json()["booking_id"], sold.json()["tickets"][0]),
    ):
        refunded = await organizer.http.post(
            f"/organizer/bookings/{booking_id}/refunds", json={"ticket_ids": [ticket["ticket_id"]]}
        )
        assert refunded.status_code == 201, refunded.text
    await finish_refunds(payments, cheap.booking_id)
    return show.id, other.id


async def test_statements_add_up_to_the_cent_and_equal_their_entries(
    organizer: Organizer, ada: Buyer, payments: PaymentsDeps
) -> None:
    show, other = await sell_all_sorts(organizer, ada, payments)

    by_event = (await money(organizer))["statements"]
    by_month = (await money(organizer, by="month"))["statements"]
    entries = {
        figure: (
            await organizer.http.get("/organizer/money/entries", params={**PERIOD, "figure": figure, "size": "100"})
        ).json()
        for figure in OPENED
    }

    [euros] = by_event
    total = euros["total"]
    rows = {row["event_id"]: row for row in euros["rows"]}
    # 2 × 49.99 with a third off each (33 %: 16.50), and 2 × 49.99; fees 4 × 4.99 and 2 × 1.50.
    assert {name: rows[show][name] for name in ("list_price", "discount", "fees")} == {
        "list_price": 4 * 4999,
        "discount": 2 * 1650,
        "fees": 4 * 499 + 2 * 150,
    }
    assert rows[show]["outstanding"] == 2 * (4999 + 499) + 150
    assert rows[show]["refunded"] == 4999 - 1650 + 499
    assert rows[other]["received"] == 2 * (1001 + 100)
    for row in [*rows.values(), total]:
        assert row["prices"] == row["list_price"] - row["discount"]
        assert row["prices"] + row["fees"] == row["captured"] + row["outstanding"]
        assert row["received"] == row["captured"] - row["refunded"] - row["disputed"]
    assert total == {name: sum(row[name] for row in rows.values()) for name in total}
    assert by_month[0]["total"] == total
    for figure, found in entries.items():
        assert sum(entry["amount"]["amount"] for entry in found["entries"]) == total[figure], figure
        assert sum(part["amount"] for part in found["sums"]) == total[figure], figure


async def test_the_screen_shows_the_figures_and_opens_their_entries(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps
) -> None:
    show, other = await sell_all_sorts(organizer, ada, payments)

    page = await owner.get("/console/money")
    refunds = await owner.get(f"/console/money/entries?figure=refunded&event_id={other}")
    table = await owner.get("/console/money.csv?by=event")

    assert "Lear €199.96 €33.00 €166.96 €22.96" in text_of(page)
    assert "figure=refunded" in page.text
    assert "Cash drawer" in text_of(refunds)
    assert "Refunded €11.01" in text_of(refunds)
    rows = {row["event_id"]: row for row in csv.DictReader(io.StringIO(table.text))}
    assert (rows[show]["list_price"], rows[other]["received"]) == ("199.96", "22.02")


async def test_money_is_for_those_who_may_see_it(sign_in: SignIn) -> None:
    finance, box_office = await sign_in(Role.FINANCE), await sign_in(Role.BOX_OFFICE)

    assert "No money in this period" in text_of(await finance.get("/console/money"))
    assert [
        (await box_office.get(path)).status_code
        for path in ("/console/money", "/console/money.csv", "/console/money/entries")
    ] == [403, 403, 403]
    assert 'href="/console/money"' not in (await box_office.get("/console")).text


async def test_days_that_are_no_days_are_named_beside_their_field(owner: Browser) -> None:
    malformed = await owner.get("/console/money?since=yesterday")
    backward = await owner.get("/console/money?since=2026-02-01&until=2026-01-01")

    assert (malformed.status_code, "f-since-fault" in malformed.text) == (422, True)
    assert (backward.status_code, "The last day is before the first." in text_of(backward)) == (422, True)
