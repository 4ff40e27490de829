"""Who buys, from outside: the API needs a buyer, the pages hold under a client token until the buyer is named."""

import httpx
import pytest

from admitone.testing.buyer import GOOD_CARD, Held
from admitone.testing.organizer import Organizer
from tests.problems import pointers, refusal
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")


async def test_checkout_needs_a_buyer(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(standing=10)
    wish = {"event_id": show.id, "general_admission": [{"section_id": show.floor, "quantity": 1}]}
    async with httpx.AsyncClient(base_url=stack.address, timeout=30) as http:  # no cookie of an earlier test
        nobody = await http.post("/booking/checkout", json=wish)
        document = (await http.get("/schema/openapi.json")).json()
        forged = await http.post("/booking/checkout", json=wish, headers={"Cookie": "admitone-client=c1.x.1.y"})

    assert refusal(nobody) == refusal(forged) == (422, "invalid-body")
    assert pointers(nobody) == ["/buyer"]
    assert "buyer" in document["components"]["schemas"]["CheckoutIn"]["required"]


async def test_a_browser_holds_before_its_buyer_is_named_and_pays_after(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(standing=10, ticket_limit=2)
    wish = {"event_id": show.id, "general_admission": [{"section_id": show.floor, "quantity": 2}]}
    async with httpx.AsyncClient(base_url=stack.address, timeout=30) as browser:
        page = await browser.get(f"/e/{show.id}")
        given = await browser.post(f"/e/{show.id}/client")
        held = Held.of(await browser.post("/booking/checkout", json=wish))
        second = await browser.post("/booking/checkout", json=wish)
        payment = {"payment": {"payment_method": GOOD_CARD}}
        unnamed = await browser.post("/booking/confirm", json={**held.key, **payment})
        buyer = {"email": "browser@example.org", "name": "B"}
        named = await browser.post("/booking/confirm", json={**held.key, **payment, "buyer": buyer})

    assert "set-cookie" not in page.headers, "cached pages carry no cookie"
    assert given.status_code == 204
    assert given.headers["set-cookie"].startswith("admitone-client=")
    assert refusal(second) == (422, "ticket-limit-exceeded")
    assert (refusal(unnamed), pointers(unnamed)) == ((422, "invalid-body"), ["/buyer"])
    assert named.status_code == 200


async def test_the_form_without_scripts_gives_the_browser_its_token(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(standing=10, ticket_limit=2)
    async with httpx.AsyncClient(base_url=stack.address, timeout=30) as browser:
        first = await browser.post(f"/e/{show.id}/hold", data={f"area-{show.floor}": "2"})
        second = await browser.post(f"/e/{show.id}/hold", data={f"area-{show.floor}": "1"})

    assert first.status_code == 303
    assert "HttpOnly; SameSite=Lax" in first.headers["set-cookie"]
    assert second.status_code == 422
    assert "set-cookie" not in second.headers
