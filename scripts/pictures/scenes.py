"""The scenes: a page or state by name, and the actions on the page before the picture."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page, expect

Act = Callable[[Page], Awaitable[None]]

MAP_IS_DRAWN = """() => {
    const map = document.querySelector("seat-map");
    return map?.occupancy?.version >= 0 && map.painter.width > 0 && !map.isMoving &&
        !map.painter.isDrawing;
}"""
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Scene:
    """`path`: an address, or the name of a state. `whole`: the whole page, not only the window."""

    name: str
    title: str
    path: str
    act: Act | None = None
    whole: bool = True


async def wait_for_map(page: Page) -> None:
    await page.wait_for_function(MAP_IS_DRAWN)
    await page.evaluate(NEXT_FRAME)


async def choose_two_seats(page: Page) -> None:
    """Choose two seats by the page's own button, which brings them into view on the map."""
    await wait_for_map(page)
    await page.get_by_role("button", name="Find me 2 together").click()
    await expect(page.locator("#basket-seats li")).to_have_count(2)
    await wait_for_map(page)
    await page.locator(".seat-map-canvas").evaluate("canvas => canvas.scrollIntoView({ block: 'center' })")


async def sell_the_last_tickets(page: Page) -> None:
    """Another buyer takes them while the page is open."""
    await expect(page.locator("#feed-words")).to_contain_text("Live")
    event_id = await page.evaluate("() => JSON.parse(document.getElementById('event-data').textContent).id")
    other = page.context.request
    order = {"event_id": event_id, "best_available": {"quantity": 2}, "buyer": {"email": "last@example.org"}}
    held = await (await other.post("/booking/checkout", data=order)).json()
    payment = {"payment": {"payment_method": "pm_card_visa"}}
    booking = {name: held[name] for name in ("booking_id", "booking_token")}
    assert (await other.post("/booking/confirm", data={**booking, **payment})).ok
    await expect(page.get_by_role("button", name="Join the waiting list")).to_be_visible()


async def ask_for_a_correction(page: Page) -> None:
    await page.get_by_text("Correct name or email").click()
    await expect(page.get_by_label("Email address")).to_be_visible()


async def fill_in_the_pattern(page: Page) -> None:
    first = page.get_by_role("group", name="Time", exact=True)
    for day in ("Thu", "Fri", "Sat"):
        await first.get_by_label(day).check()
    await page.get_by_label("Or a number of dates").fill("30")
    await page.get_by_role("button", name="Show the dates").click()
    await expect(page.get_by_role("button", name="Create 29 dates")).to_be_visible()


async def lose_the_network(page: Page) -> None:
    await page.context.set_offline(True)
    await expect(page.get_by_text("The server cannot be reached.")).to_be_visible()


async def pay_with_a_declined_card(page: Page) -> None:
    await page.get_by_label("Email address", exact=True).fill("ada@example.org")
    await page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    await page.locator("input[value='pm_card_visa_chargeDeclinedInsufficientFunds']").check()
    await page.get_by_role("button", name="Pay ").click()
    await expect(page.get_by_role("alert")).to_be_visible()


async def show_the_first_ticket(page: Page) -> None:
    await page.locator(".ticket").first.evaluate("ticket => ticket.scrollIntoView({ block: 'start' })")


async def choose_a_ticket_to_give(page: Page) -> None:
    await page.get_by_text("Choose tickets").click()
    await expect(page.get_by_label("Your friend's name")).to_be_visible()


async def wait_for_the_reference(page: Page) -> None:
    await expect(page.get_by_text("Reading the document")).to_be_hidden()
    await page.locator("details").first.wait_for()


async def draw_a_room(page: Page) -> None:
    await page.get_by_label("Name of the room").fill("Main stage")
    await page.get_by_label("Rows", exact=True).fill("15")
    await page.get_by_label("Aisles after seat").fill("10")
    await page.get_by_label("Categories, front to back").fill("Front 5\nMiddle 5\nBack")
    await page.get_by_text("Names, numbers and shape").click()
    await page.get_by_label("Curve").fill("4")
    await expect(page.get_by_role("region", name="Preview")).to_contain_text("300 seats")
    await expect(page.locator("[data-preview]")).to_have_attribute("aria-busy", "false")


def _until(view: str) -> Act:
    async def wait(page: Page) -> None:
        await expect(page.locator(f"waiting-room[data-view='{view}']")).to_be_visible()

    return wait


async def wait_for_the_turn(page: Page) -> None:
    await page.wait_for_url("**/e/*#queue-notice")
    await expect(page.locator("#queue-notice")).to_contain_text("You are in")


SCENES = (
    Scene("home", "Home", "/"),
    Scene("search", "Search with results", "/search?q=beethoven"),
    Scene("search-all", "Search without words", "/search"),
    Scene("search-empty", "Search without results", "/search?q=nothing+like+that+anywhere"),
    Scene("search-series", "Search with a series", "/search?q=clockmaker"),
    Scene("search-date", "Search with a date in words", "/search?q=beethoven+next+month"),
    Scene("search-date-empty", "Search with a date in words, without results", "/search?q=beethoven+1+january+2031"),
    Scene("event-hall", "Event: a hall", "event-hall", wait_for_map),
    Scene("event-arena", "Event: an arena", "event-arena", wait_for_map),
    Scene("event-stadium", "Event: a stadium", "event-stadium", wait_for_map),
    Scene("map-hall", "Hall: two seats chosen", "event-hall", choose_two_seats, whole=False),
    Scene("map-arena", "Arena: two seats chosen", "event-arena", choose_two_seats, whole=False),
    Scene("map-stadium", "Stadium: two seats chosen", "event-stadium", choose_two_seats, whole=False),
    Scene("general-admission", "Event: general admission", "general-admission"),
    Scene("on-sale-later", "Event: on sale later", "on-sale-later"),
    Scene("sold-out", "Event: sold out", "sold-out"),
    Scene("sold-out-price", "Event: one price is sold out", "sold-out-price"),
    Scene("waiting-list-join", "Join the waiting list of a price", "waiting-list-join"),
    Scene("sold-out-held", "Event: sold out, the last tickets are held", "sold-out-held"),
    Scene("last-tickets", "Event: sold out while the page is open", "last-tickets", sell_the_last_tickets),
    Scene("cancelled", "Event: cancelled", "cancelled"),
    Scene("postponed", "Event: postponed", "postponed"),
    Scene("rescheduled", "Event: moved to another day", "rescheduled"),
    Scene("waiting-room-join", "Waiting room: before joining", "waiting-room-join", _until("join")),
    Scene("waiting-room-pre-queue", "Waiting room: in the draw", "waiting-room-pre-queue", _until("draw")),
    Scene("waiting-room-queue", "Waiting room: in the queue", "waiting-room-queue", _until("waiting")),
    Scene("waiting-room-turn", "Waiting room: a turn", "waiting-room-turn", wait_for_the_turn),
    Scene("checkout", "Checkout", "checkout"),
    Scene("checkout-declined", "Checkout: card declined", "checkout-declined", pay_with_a_declined_card),
    Scene("hold-expired", "Checkout: hold expired", "hold-expired"),
    Scene("booking-confirmed", "Booking: confirmed", "booking-confirmed"),
    Scene("ticket", "Ticket", "booking-confirmed", show_the_first_ticket, whole=False),
    Scene("booking-names", "Booking: names of guests", "booking-names", choose_a_ticket_to_give),
    Scene("booking-refunded", "Booking: refunded", "booking-refunded"),
    Scene("booking-of-cancelled", "Booking: its event is cancelled", "booking-of-cancelled"),
    Scene("venue", "Venue", "venue"),
    Scene("performer", "Performer", "performer"),
    Scene("not-found", "404", "/no/such/page"),
    Scene("problems", "Problems of the API", "/problems"),
    Scene("reference", "Reference of the API", "/schema", wait_for_the_reference),
    Scene("about", "About", "/about"),
    Scene("console-home", "Console: home", "/console"),
    Scene("console-events", "Console: events", "/console/events"),
    Scene("console-event", "Console: an event", "console-event"),
    Scene("console-room", "Console: a room is drawn", "/console/rooms/new", draw_a_room, whole=False),
    Scene("console-desk", "Console: the show desk", "console-desk", wait_for_map),
    Scene("console-bookings", "Console: bookings", "/console/bookings"),
    Scene("console-bookings-card", "Console: bookings by a card", "/console/bookings?q=card+4242"),
    Scene("console-bookings-none", "Console: no booking is found", "/console/bookings?q=nobody+at+all"),
    Scene("console-corrections", "Console: a corrected booking", "console-corrections", ask_for_a_correction),
    Scene("console-paused", "Console: the sale is paused", "console-paused"),
    Scene("console-repeat", "Console: repeat an event", "console-repeat", fill_in_the_pattern),
    Scene("console-dates", "Console: add dates to a series", "console-dates"),
    Scene("console-series", "Console: a date of a series", "console-series"),
    Scene("console-stale", "Console: figures that are not current", "console-desk", lose_the_network),
    Scene("console-money", "Console: money", "/console/money"),
    Scene("console-mail", "Console: mail", "/console/mail"),
    Scene("console-system", "Console: the installation", "/console/system"),
    Scene("console-on-sale", "Console: an on-sale", "/console/system/on-sale"),
)
