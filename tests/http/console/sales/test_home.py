"""Home shows the week's shows, the last day's sales, and what needs attention, each as a link."""

from msgspec.structs import replace

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.runtime.app import build_app
from admitone.runtime.settings import Settings, StripeSettings
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, in_days
from tests.http.console.browsing import Browser, running, text_of
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


async def test_home_says_how_many_are_admitted_to_the_shows_of_today(
    owner: Browser, organizer: Organizer, ada: Buyer, payments: PaymentsDeps
) -> None:
    tonight = await organizer.show(standing=40, name="Tonight", starts_at=in_days(0.1))
    await organizer.show(standing=40, name="Tomorrow", starts_at=in_days(2))
    held = await buy(ada, payments, tonight, general_admission=[{"section_id": tonight.floor, "quantity": 2}])
    ticket_id = held.answer["tickets"][0]["ticket_id"]
    async with payments.pool.connection() as conn:
        await conn.execute(
            "INSERT INTO tickets.tickets (ticket_id, event_id, index, booking_id, admitted_at, admitted_gate,"
            " admitted_by) VALUES (%s, %s, 0, %s, now(), 'north', 'key_1')",
            [ticket_id, tonight.id, held.booking_id],
        )
    today = text_of(await owner.get("/console")).split("Doors today")[1].split("Sold in the last")[0]

    assert "1 of 2 admitted" in today
    assert ("Tonight" in today, "Tomorrow" in today) == (True, False)


async def test_payments_without_webhooks_are_on_the_home_screen_and_in_the_settings(
    owner: Browser, console_settings: Settings, console_pool: Pool
) -> None:
    stripe = StripeSettings("sk_test_1", "pk_test_1", ("whsec_1",), None)
    app = build_app(replace(console_settings, payments="stripe", stripe=stripe), ["console", "catalogue", "booking"])
    browser = Browser(app)
    browser.http.cookies.update(owner.http.cookies)
    async with running(app), console_pool.connection() as conn:
        quiet = text_of(await browser.get("/console"))
        await conn.execute(
            "INSERT INTO payments.payments (booking_id, attempt, provider, provider_ref, amount, currency, status,"
            " created_at) VALUES ('bkg_silent', 1, 'stripe', 'pi_1', 100, 'EUR', 'authorized', now() - interval '1 h')"
        )
        silent = text_of(await browser.get("/console"))
        settings = text_of(await browser.get("/console/settings"))
        await conn.execute("DELETE FROM payments.payments WHERE booking_id = 'bkg_silent'")
    simulated = text_of(await owner.get("/console/settings"))

    assert "is silent" not in quiet
    assert "The payment processor is silent : payments were made, and no webhook has ever arrived" in silent
    assert "No webhook with a valid signature has arrived yet." in settings
    assert "Payments were made, and no webhook told of them." in settings
    assert "It sends no webhooks: payments are simulated." in simulated
