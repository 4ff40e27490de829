"""Promo codes over HTTP: organizers manage them, buyers enter them, every refusal says why."""

import secrets
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show, in_days
from tests.problems import pointers, problem_of, refusal

pytestmark = pytest.mark.xdist_group("stack")


def a_code() -> str:
    return f"CODE-{secrets.token_hex(6)}"


async def a_promo(organizer: Organizer, show: Show, **fields: Any) -> dict[str, Any]:
    """Create a code for the show, 10 % unless `fields` say otherwise."""
    discount = {} if "amount" in fields else {"percent": 10}
    return await organizer.post("/organizer/promo-codes", {"code": a_code(), "event_id": show.id, **discount, **fields})


def places(show: Show, quantity: int = 2) -> dict[str, Any]:
    return {"general_admission": [{"section_id": show.floor, "quantity": quantity}]}


def amounts(body: dict[str, Any]) -> list[int]:
    return [body[name]["amount"] for name in ("subtotal", "discount", "fees", "total")]


async def test_a_percentage_is_taken_off_each_ticket_and_shown_everywhere(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20, price=4_505, booking_fee=150)
    promo = await a_promo(organizer, show)

    held = await ada.hold(show, **places(show), promo_code=f"  {promo['code'].lower()} ")
    paid = (await ada.confirm(held)).json()
    read = (await ada.read(held)).json()

    # 4,505 − 451 (450.5, halves to the buyer) + 450 fee, twice, and 150 a booking
    assert amounts(held.answer) == [9_010, 902, 1_050, 9_158]
    assert held.answer["booking_fee"] == {"amount": 150, "currency": "EUR"}
    assert held.answer["promo_code"] == promo["code"]
    assert held.answer["tickets"][0]["discount"] == {"amount": 451, "currency": "EUR"}
    assert held.answer["tickets"][0]["total"] == {"amount": 4_504, "currency": "EUR"}
    assert amounts(paid) == amounts(read) == amounts(paid["receipt"]) == amounts(held.answer)
    assert paid["receipt"]["promo_code"] == promo["code"]


async def test_a_fixed_amount_is_at_most_the_tickets_prices(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20, price=4_500)
    little = await a_promo(organizer, show, amount={"amount": 1_001, "currency": "EUR"})
    much = await a_promo(organizer, show, amount={"amount": 1_000_000, "currency": "EUR"})

    hold = await ada.hold(show, **places(show), promo_code=little["code"])
    all_of_it = await ada.hold(show, **places(show), promo_code=much["code"])

    assert amounts(hold.answer) == [9_000, 1_001, 900, 8_899]
    assert [ticket["discount"]["amount"] for ticket in hold.answer["tickets"]] == [501, 500]
    assert amounts(all_of_it.answer) == [9_000, 9_000, 900, 900]


async def test_free_with_a_code_needs_no_card(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(
        booking_fee=150,
        price_levels=[{"name": "Standing", "price": {"amount": 4_500, "currency": "EUR"}, "categories": []}],
        general_admission=[{"name": "Floor", "capacity": 20, "price_level": "Standing"}],
    )
    promo = await a_promo(organizer, show, percent=100)

    held = await ada.hold(show, **places(show, 1), promo_code=promo["code"])
    paid = await ada.confirm(held, None)

    assert (held.answer["total"]["amount"], held.answer["payment"]) == (0, {"provider": "free"})
    assert (paid.status_code, paid.json()["status"]) == (200, "confirmed")


async def test_without_a_code_the_answer_has_no_promo_members(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20)

    held = await ada.hold(show, **places(show))

    assert {"discount", "promo_code", "booking_fee"}.isdisjoint(held.answer)
    assert "discount" not in held.answer["tickets"][0]


async def test_every_refusal_says_why(organizer: Organizer, ada: Buyer) -> None:
    show, other = await organizer.show(standing=20), await organizer.show(standing=20)
    later = await a_promo(organizer, show, starts_at=in_days(1))
    over = await a_promo(organizer, show, starts_at=in_days(-2), ends_at=in_days(-1))
    once = await a_promo(organizer, show, uses_max=1)
    dollars = await organizer.post(
        "/organizer/promo-codes", {"code": a_code(), "amount": {"amount": 100, "currency": "USD"}}
    )
    await ada.hold(show, **places(show, 1), promo_code=once["code"])

    async def reason(code: str, event: Show = show) -> str:
        answer = await ada.checkout(event, **places(event, 1), promo_code=code)
        assert refusal(answer) == (422, "invalid-promo-code")
        return str(problem_of(answer)["reason"])

    assert await reason("NO-SUCH-CODE") == "unknown"
    assert await reason(once["code"], other) == "unknown"
    assert await reason(dollars["code"]) == "unknown"
    assert await reason(later["code"]) == "not-started"
    assert await reason(over["code"]) == "ended"
    assert await reason(once["code"]) == "used-up"


async def test_a_use_is_free_again_when_its_hold_is_released_or_refunded(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20)
    promo = await a_promo(organizer, show, uses_max=1)

    async def uses() -> int:
        return int((await organizer.http.get(f"/organizer/promo-codes/{promo['id']}")).json()["uses"])

    held = await ada.hold(show, **places(show, 1), promo_code=promo["code"])
    while_held = await uses()
    await ada.release(held)
    released = await uses()
    again = await ada.hold(show, **places(show, 1), promo_code=promo["code"])
    await ada.confirm(again)
    bought = await uses()

    assert (while_held, released, bought) == (1, 0, 1)


async def test_the_same_key_gets_its_booking_though_the_code_is_used_up(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20)
    promo = await a_promo(organizer, show, uses_max=1)
    key = secrets.token_hex(8)

    first = await ada.checkout(show, key=key, **places(show, 1), promo_code=promo["code"])
    second = await ada.checkout(show, key=key, **places(show, 1), promo_code=promo["code"])

    assert Held.of(first).booking_id == Held.of(second).booking_id


async def test_the_code_of_a_hold_can_be_changed_and_removed_until_it_is_paid(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20, price=4_500)
    promo = await a_promo(organizer, show, percent=20, uses_max=1)
    other = await a_promo(organizer, show)
    held = await ada.hold(show, **places(show))

    async def give(to: Held, code: str | None) -> httpx.Response:
        return await ada.http.post("/booking/promo-code", json={**to.key, "promo_code": code})

    wrong = await give(held, "NO-SUCH-CODE")
    given = await give(held, promo["code"])
    twice = await give(held, promo["code"])
    another = await give(held, other["code"])
    removed = await give(held, None)
    again = await give(held, promo["code"])
    paid = await ada.confirm(held)
    rival = await ada.hold(show, **places(show))
    used_up = await give(rival, promo["code"])

    assert refusal(wrong) == (422, "invalid-promo-code")
    assert amounts(given.json()) == amounts(twice.json()) == [9_000, 1_800, 900, 8_100]
    assert another.json()["promo_code"] == other["code"]
    assert removed.json().get("promo_code") is None
    assert removed.json()["total"] == held.answer["total"]
    assert amounts(again.json()) == amounts(given.json())
    assert paid.json()["total"] == {"amount": 8_100, "currency": "EUR"}
    assert problem_of(used_up)["reason"] == "used-up"


async def test_organizers_manage_their_codes(organizer: Organizer) -> None:
    show = await organizer.show(standing=5)
    made = await organizer.http.post("/organizer/promo-codes", json={"code": a_code(), "percent": 15, "uses_max": 9})
    promo = made.json()
    path = f"/organizer/promo-codes/{promo['id']}"

    changed = await organizer.http.patch(
        path, json={"amount": {"amount": 500, "currency": "EUR"}, "event_id": show.id}, headers={"If-Match": '"1"'}
    )
    stale = await organizer.http.patch(path, json={"percent": 20}, headers={"If-Match": '"1"'})
    listed = await organizer.http.get("/organizer/promo-codes", params={"event_id": show.id, "size": 100})
    taken = await organizer.http.post("/organizer/promo-codes", json={"code": promo["code"].lower(), "percent": 1})
    replaced = await organizer.http.put(path, json={"code": promo["code"], "percent": 30})
    deleted = await organizer.http.delete(path)

    assert (made.status_code, made.headers["ETag"], made.headers["Location"]) == (201, '"1"', path)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.json()["percent"], changed.json()["amount"]["amount"], changed.json()["uses_max"]) == (None, 500, 9)
    assert refusal(stale) == (412, "version-mismatch")
    assert promo["id"] in [promo_code["id"] for promo_code in listed.json()["promo_codes"]]
    assert refusal(taken) == (409, "promo-code-exists")
    assert problem_of(taken)["promo_code_id"] == promo["id"]
    assert (replaced.json()["percent"], replaced.json()["uses_max"]) == (30, None)
    assert deleted.status_code == 204
    assert refusal(await organizer.http.get(path)) == (404, "promo-code-not-found")


async def test_a_used_code_is_not_deleted_and_is_refused_once_it_ended(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=20)
    promo = await a_promo(organizer, show)
    held = await ada.hold(show, **places(show, 1), promo_code=promo["code"])

    deleted = await organizer.http.delete(f"/organizer/promo-codes/{promo['id']}")
    await organizer.http.patch(f"/organizer/promo-codes/{promo['id']}", json={"ends_at": in_days(-1)})
    late = await ada.checkout(show, **places(show, 1), promo_code=promo["code"])
    paid = await ada.confirm(held)

    assert refusal(deleted) == (409, "has-sales")
    assert problem_of(late)["reason"] == "ended"
    assert paid.json()["total"] == held.answer["total"]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"code": "X"}, ["/percent"]),
        ({"code": "X", "percent": 5, "amount": {"amount": 5, "currency": "EUR"}}, ["/amount"]),
        ({"code": "two words", "percent": 0, "uses_max": 0}, ["/code", "/percent", "/uses_max"]),
        ({"code": "X", "amount": {"amount": 1_005, "currency": "KWD"}}, ["/amount/amount"]),
        ({"code": "X", "percent": 5, "event_id": "evt_nobodys"}, ["/event_id"]),
        (
            {"code": "X", "percent": 5, "starts_at": "2030-01-02T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"},
            ["/ends_at", "/starts_at"],
        ),
    ],
)
async def test_faults_are_named_where_they_are(organizer: Organizer, body: dict[str, Any], faults: list[str]) -> None:
    assert pointers(await organizer.http.post("/organizer/promo-codes", json=body)) == faults


async def test_a_fixed_amount_has_the_currency_of_its_event(organizer: Organizer) -> None:
    show = await organizer.show(standing=5)

    answer = await organizer.http.post(
        "/organizer/promo-codes",
        json={"code": a_code(), "amount": {"amount": 500, "currency": "USD"}, "event_id": show.id},
    )

    assert pointers(answer) == ["/amount/currency"]


async def test_codes_need_an_api_key(organizer: Organizer, ada: Buyer) -> None:
    assert refusal(await ada.http.get("/organizer/promo-codes")) == (401, "not-authenticated")
