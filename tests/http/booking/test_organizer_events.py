"""An event's sale for its organizer: held-back places, sales figures, bookings."""

import asyncio
import csv
import io
import re
import secrets
import unicodedata
from decimal import Decimal
from typing import Any

import httpx
import pytest

from admitone.kit.spreadsheet import safe_cell
from admitone.kit.workbook import MEDIA_TYPE as XLSX
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show
from tests.problems import pointers, problem_of, refusal
from tests.workbooks import sheets_of

pytestmark = pytest.mark.xdist_group("stack")


async def patch(organizer: Organizer, show: Show, **body: Any) -> httpx.Response:
    return await organizer.http.patch(f"/organizer/events/{show.id}/seats", json=body)


async def sales(organizer: Organizer, show: Show) -> dict[str, Any]:
    answer = await organizer.http.get(f"/organizer/events/{show.id}/sales")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def checkout_soon(buyer: Buyer, show: Show, **wanted: Any) -> httpx.Response:
    """Check out released places: for a moment the job of an earlier change may publish their old state."""
    for _ in range(100):
        answer = await buyer.checkout(show, **wanted)
        if answer.status_code != 409:
            break
        await asyncio.sleep(0.05)
    return answer


async def test_held_back_seats_are_not_for_sale_until_released(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
    await ada.hold(show, seats=[show.seats[0]])

    held_back = await patch(organizer, show, hold_back=list(show.seats[:3]))
    shown = (await ada.http.get(f"/events/{show.id}/seats", headers={"Cache-Control": "no-cache"})).json()["states"]
    refused = await ada.checkout(show, seats=[show.seats[1]])
    released = await patch(organizer, show, release=list(show.seats[1:3]))
    sold = await checkout_soon(ada, show, seats=[show.seats[1]])

    changed = held_back.json()
    assert [change["seats"] for change in changed.pop("changes")] == [list(show.seats[1:3])]
    assert changed == {
        "held_back": list(show.seats[1:3]),
        "general_admission": [],
        "taken": [show.seats[0]],
        "repriced": [],
        "open_to_all": [],
    }
    assert shown[:4] == "hbba"
    assert refusal(refused) == (409, "seats-taken")
    assert released.json()["held_back"] == []
    assert sold.status_code == 201


async def test_places_without_numbers_are_held_back_by_count(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=6)
    assert show.floor is not None

    async def hold_back(count: int) -> int:
        body = {"section_id": show.floor, "held_back": count}
        answer = await patch(organizer, show, general_admission=[body])
        return int(answer.json()["general_admission"][0]["held_back"])

    counts = [await hold_back(4), await hold_back(4), await hold_back(100), await hold_back(5)]
    first = await checkout_soon(ada, show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    two = await ada.checkout(show, general_admission=[{"section_id": show.floor, "quantity": 2}])

    assert counts == [4, 4, 6, 5]
    assert first.status_code == 201
    assert refusal(two) == (409, "not-enough-tickets")


async def test_faults_of_a_hold_back_are_named(organizer: Organizer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())

    seat = await patch(organizer, show, hold_back=["nowhere"])
    section = await patch(organizer, show, general_admission=[{"section_id": "nowhere", "held_back": 1}])
    shape = await patch(organizer, show, hold_back="A-1", more=1)
    event = await organizer.http.patch("/organizer/events/evt_nobodys/seats", json={})

    assert refusal(seat) == (422, "unknown-seat")
    assert refusal(section) == (422, "unknown-section")
    assert pointers(shape) == ["/hold_back", "/more"]
    assert refusal(event) == (404, "event-not-found")


async def test_concurrent_changes_of_buyers_and_organizers_are_consistent(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True, ticket_limit=100)
    seats = list(show.seats[:20])

    held, back = await asyncio.gather(
        asyncio.gather(*(ada.checkout(show, seats=[seat]) for seat in seats)),
        asyncio.gather(*(patch(organizer, show, hold_back=seats[at : at + 5]) for at in range(0, 20, 5))),
    )
    settled = (await patch(organizer, show, hold_back=seats)).json()

    won = [seat for seat, answer in zip(seats, held, strict=True) if answer.status_code == 201]
    assert {answer.status_code for answer in back} == {200}
    assert sorted(settled["taken"]) == sorted(won)
    assert sorted(settled["held_back"]) == sorted(set(seats) - set(won))


async def test_sales_figures(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20, price=4_500, booking_fee=150)
    code = f"SUM-{secrets.token_hex(6)}"
    await organizer.post("/organizer/promo-codes", {"code": code, "percent": 10, "event_id": show.id})
    places = {"general_admission": [{"section_id": show.floor, "quantity": 2}]}
    before = await sales(organizer, show)
    await ada.confirm(await ada.hold(show, **places, promo_code=code))
    await ada.confirm(await ada.hold(show, **places))
    await ada.hold(show, **places)
    await patch(organizer, show, general_admission=[{"section_id": show.floor, "held_back": 3}])

    after = await sales(organizer, show)

    assert (before["places"]["available"], before["bookings"], before["total"]["amount"]) == (20, 0, 0)
    assert after["places"] == {"available": 11, "held": 2, "sold": 4, "held_back": 3, "not_for_sale": 0}
    sums = (await organizer.http.get("/organizer/sales", params={"event_id": show.id})).json()["sales"]
    assert [(row["tickets"], row["total"], row["capacity"]) for row in sums] == [(4, after["total"], 20)]
    assert (after["bookings"], after["tickets"], after["refunded_tickets"]) == (2, 4, 0)
    money = {name: after[name]["amount"] for name in ("subtotal", "discount", "fees", "booking_fees", "total")}
    assert money == {"subtotal": 18_000, "discount": 900, "fees": 2_100, "booking_fees": 300, "total": 19_200}
    assert [(price_level["name"], price_level["tickets"]) for price_level in after["price_levels"]] == [("Standing", 4)]
    assert after["promo_codes"] == [{"code": code, "bookings": 1}]
    assert sum(series_entry["total"]["amount"] for series_entry in after["series"]) == 19_200


async def test_bookings_are_found_and_paged(organizer: Organizer, ada: Buyer) -> None:
    eve = f"eve-{secrets.token_hex(4)}"
    show = await organizer.show(standing=20)
    places = {"general_admission": [{"section_id": show.floor, "quantity": 1}]}
    first = await ada.hold(show, **places)
    second = await ada.hold(show, **places, buyer={"email": f"{eve}@example.org", "name": "Eve 100%"})
    await ada.confirm(second)
    path = f"/organizer/events/{show.id}/bookings"

    async def ids(**query: Any) -> list[str]:
        answer = await organizer.http.get(path, params=query)
        return [booking["booking_id"] for booking in answer.json()["bookings"]]

    all_of_them = (await organizer.http.get(path, params={"size": 1, "page": 1})).json()

    assert await ids() == [second.booking_id, first.booking_id]
    assert await ids(q=eve.upper()) == await ids(status="confirmed") == await ids(q="100%") == [second.booking_id]
    assert await ids(q="%") == [second.booking_id]
    assert [booking["booking_id"] for booking in all_of_them["bookings"]] == [first.booking_id]
    assert all_of_them["page"] == {"number": 1, "size": 1, "total": 2, "total_pages": 2}


async def test_a_booking_is_found_by_the_codes_that_its_buyer_reads(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20)
    places = {"general_admission": [{"section_id": show.floor, "quantity": 2}]}
    other = (await ada.confirm(await ada.hold(show, **places))).json()
    bought = (await ada.confirm(await ada.hold(show, **places))).json()
    held = await ada.hold(show, **places)
    path = f"/organizer/events/{show.id}/bookings"
    codes = [bought["code"], *(ticket["code"] for ticket in bought["tickets"])]

    async def found(words: str, **query: Any) -> list[dict[str, Any]]:
        answer = await organizer.http.get(path, params={"q": words, **query})
        return list(answer.json()["bookings"])

    assert len({*codes, other["code"], *(ticket["code"] for ticket in other["tickets"])}) == 6
    assert bought["receipt"]["code"] == bought["code"]
    assert "code" not in held.answer
    for code in (*codes, f"{codes[0][:5]}-{codes[0][5:]}".lower(), f" {codes[1][:5]} {codes[1][5:]}"):
        (booking,) = await found(code)
        assert [booking["code"], *(ticket["code"] for ticket in booking["tickets"])] == codes
    assert await found(codes[0], status="refunded") == []
    assert await found("ABCDEFGHJK") == []
    csv_answer = await organizer.http.get(
        path, params={"q": codes[0], "rows": "tickets"}, headers={"Accept": "text/csv"}
    )
    rows = list(csv.DictReader(io.StringIO(csv_answer.text)))
    assert [row["ticket_code"] for row in rows] == codes[1:]
    assert {row["booking_code"] for row in rows} == {codes[0]}


async def test_bookings_are_found_by_names_with_any_spelling(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20, ticket_limit=10)
    places = {"general_admission": [{"section_id": show.floor, "quantity": 1}]}
    held = {}
    names = ("Jürgen Müller", unicodedata.normalize("NFD", "Żak Łukasz"), "Seán O’Brien", "山田 花子", "Ελένη")
    for number, name in enumerate(names):
        buyer = {"email": f"buyer.{number}@example.org", "name": name}
        held[unicodedata.normalize("NFC", name)] = await ada.hold(show, **places, buyer=buyer)
    path = f"/organizer/events/{show.id}/bookings"

    async def found(q: str) -> list[str]:
        answer = await organizer.http.get(path, params={"q": q})
        assert answer.json()["page"]["total"] == len(answer.json()["bookings"])
        ids = {booking.booking_id: name for name, booking in held.items()}
        return [ids[booking["booking_id"]] for booking in answer.json()["bookings"]]

    asked = {
        **dict.fromkeys(("jurgen", "JÜRGEN", "Juergen", "muller jurgen", "Mueller"), "Jürgen Müller"),
        **dict.fromkeys(("Łukasz Żak", "lukasz", unicodedata.normalize("NFD", "żak"), "zak łuk"), "Żak Łukasz"),
        **dict.fromkeys(("sean obrien", "O'Brien"), "Seán O’Brien"),
        **dict.fromkeys(("花子", "山田"), "山田 花子"),
        "ελενη": "Ελένη",
        "buyer.0@example.org": "Jürgen Müller",
        held["Ελένη"].booking_id: "Ελένη",
        held["Ελένη"].booking_id.upper(): "Ελένη",
    }
    assert {q: await found(q) for q in asked} == {q: [name] for q, name in asked.items()}
    assert await found("jurgen zak") == []
    assert len(await found("example.org")) == len(names)


async def test_a_booking_is_found_by_its_current_name(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=5)
    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 1}], promo_code=None)
    path = f"/organizer/events/{show.id}/bookings"
    code = f"WORDS-{secrets.token_hex(4)}"
    await organizer.post("/organizer/promo-codes", {"code": code, "percent": 10, "event_id": show.id})

    before = (await organizer.http.get(path, params={"q": code})).json()["bookings"]
    applied = await ada.http.post("/booking/promo-code", json={**held.key, "promo_code": code})
    after = (await organizer.http.get(path, params={"q": code.lower()})).json()["bookings"]

    assert applied.status_code == 200, applied.text
    assert (before, [booking["booking_id"] for booking in after]) == ([], [held.booking_id])


async def test_all_bookings_as_csv(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20, price=4_505)
    places = {"general_admission": [{"section_id": show.floor, "quantity": 2}]}
    held = await ada.hold(show, **places, buyer={"email": "f@example.org", "name": '=HYPERLINK("x"), a'})

    answer = await organizer.http.get(f"/organizer/events/{show.id}/bookings", headers={"Accept": "text/csv"})

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["booking_id"], row["status"], row["ticket_count"]) for row in rows] == [
        (held.booking_id, "in_progress", "2")
    ]
    assert rows[0]["buyer_name"] == '\'=HYPERLINK("x"), a'
    assert (rows[0]["subtotal"], rows[0]["total"], rows[0]["currency"]) == ("90.10", "99.10", "EUR")


@pytest.mark.parametrize("rows", ["bookings", "tickets"])
async def test_a_workbook_says_what_the_csv_says(organizer: Organizer, ada: Buyer, rows: str) -> None:
    show = await organizer.show(standing=20, price=4_505, booking_fee=150)
    places = {"general_admission": [{"section_id": show.floor, "quantity": 2}]}
    await ada.hold(show, **places, buyer={"email": "f@example.org", "name": '=HYPERLINK("x"), a'})
    path, params = f"/organizer/events/{show.id}/bookings", {"rows": rows}

    table = await organizer.http.get(path, params=params, headers={"Accept": "text/csv"})
    workbook = await organizer.http.get(path, params=params, headers={"Accept": XLSX})

    [sheet] = sheets_of(workbook.content)
    lines = list(csv.reader(io.StringIO(table.text)))
    assert workbook.headers["content-disposition"] == f'attachment; filename="bookings-{show.id}.xlsx"'
    assert sheet[0] == lines[0]
    assert '=HYPERLINK("x"), a' in sheet[1]
    for read, line in zip(sheet[1:], lines[1:], strict=True):
        # Moments are numbers in a workbook.
        expected = [_number_or_text(cell) for cell in line if cell and not cell.startswith("20")]
        assert [cell for cell in read if not _is_moment(cell)] == expected


def _number_or_text(cell: str) -> Decimal | str:
    return Decimal(cell) if re.fullmatch(r"[0-9.]+", cell) else cell.removeprefix("'")


def _is_moment(cell: Decimal | str) -> bool:
    """Return whether it is a day of this century as spreadsheets count days."""
    return isinstance(cell, Decimal) and 40_000 < cell < 80_000


async def test_all_tickets_as_csv_for_a_spreadsheet(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20, price=4_505, booking_fee=150)
    places = {"general_admission": [{"section_id": show.floor, "quantity": 2}]}
    held = await ada.hold(show, **places, buyer={"email": "g@example.org", "name": "Jürgen Müller"})

    answer = await organizer.http.get(
        f"/organizer/events/{show.id}/bookings",
        params={"rows": "tickets", "bom": "true"},
        headers={"Accept": "text/csv"},
    )

    assert answer.content.startswith("\ufeffbooking_id,".encode())
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["ticket_id"] for row in rows] == [ticket["ticket_id"] for ticket in held.answer["tickets"]]
    assert {(row["buyer_name"], row["section"], row["refunded"]) for row in rows} == {("Jürgen Müller", "Floor", "no")}
    assert [(row["fees"], row["booking_fee"], row["total"]) for row in rows] == [
        ("4.50", "1.50", "51.05"),
        ("4.50", "0.00", "49.55"),
    ]
    assert sum(Decimal(row["total"]) for row in rows) * 100 == held.answer["total"]["amount"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t'=1"),
        ("\n=1", "'\n'=1"),
        ("＝1", "'＝1"),
        ("Ada;=1", "Ada;'=1"),
        ('Ada, "=1', "Ada, \"'=1"),
        ("Ada-Maria + Co.", "Ada-Maria + Co."),
        ("ada+news@example.org", "ada+news@example.org"),
    ],
)
def test_no_cell_is_a_formula(typed: str, expected: str) -> None:
    assert safe_cell(typed) == expected


async def test_a_stranger_is_refused(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=5)

    for path in ("sales", "bookings"):
        answer = await ada.http.get(f"/organizer/events/{show.id}/{path}")
        assert refusal(answer) == (401, "not-authenticated")
        assert "Traceback" not in str(problem_of(answer))
    assert (await ada.http.patch(f"/organizer/events/{show.id}/seats", json={})).status_code == 401
