"""Home shows the week's shows, the last day's sales, and what needs attention, each as a link."""

from admitone.organizers.contracts import Role
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, in_days
from tests.http.console.browsing import Browser, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.sales.conftest import buy, finish_refunds


async def test_home_leads_to_the_shows_of_the_week_and_to_what_needs_attention(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps, sign_in: SignIn
) -> None:
    empty = text_of(await owner.get("/console"))
    show = await organizer.show(standing=40, name="Lear", starts_at=in_days(3))
    later = await organizer.show(standing=5, name="Later")
    draft = {"name": "Draft", "segment": "music", "venue_id": await organizer.venue(), "starts_at": in_days(6)}
    await organizer.post("/organizer/events", draft)
    held = await buy(ada, payments, show, general_admission=[{"section_id": show.floor, "quantity": 2}])
    await organizer.http.post(f"/organizer/bookings/{held.booking_id}/refunds", json={})
    await finish_refunds(payments, held.booking_id)
    async with payments.pool.connection() as conn:
        await conn.execute("UPDATE booking.bookings SET disputed_at = now() WHERE id = %s", [held.booking_id])
        await conn.execute("UPDATE payments.refunds SET status = 'failed' WHERE booking_id = %s", [held.booking_id])
        await conn.execute("UPDATE booking.sales SET available = 1 WHERE event_id = %s", [show.id])

    page = await owner.get("/console")
    seller = await (await sign_in(Role.BOX_OFFICE)).get("/console")
    scanner = await (await sign_in(Role.SCANNER)).get("/console")

    assert ("No shows this week" in empty, "Nothing yet." in empty, "Needs attention" in empty) == (True, True, False)
    words = text_of(page)
    assert "2 tickets in 1 booking, €99.00" in words
    assert "0 of 40" in words  # sold, and refunded
    assert "Not published , and begins" in words
    assert "Dispute of a booking for Lear" in words
    assert "Refund of €99.00 came back from the buyer's account: Lear" in words
    assert "1 of 40 left : Lear" in words
    assert f'href="/console/events/{show.id}/desk"' in page.text
    assert f'href="/console/bookings/{held.booking_id}"' in page.text
    assert later.id not in page.text
    assert "€99.00" not in text_of(seller).split("Sold in the last")[1].split("Today")[0]
    assert (scanner.status_code, "Today and this week" in scanner.text) == (200, False)
