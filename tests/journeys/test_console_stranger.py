"""A stranger gets a link on the command line, and becomes the owner of a house: room, prices, code, sale, refund,
cancellation, and the money to the cent. Once by pointer on a phone, and once by keyboard alone on a desktop."""

import asyncio
import re
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner
from playwright.async_api import Browser, Locator, Page, expect

from admitone.cli.main import main
from admitone.testing.buyer import Buyer, Held
from tests.browser import visit
from tests.journeys import steps
from tests.journeys.hands import Hands, Keys, Pointer
from tests.running import SECRET_KEY, Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "four quiet bassoons"
LEVELS = {"Front": "45", "Middle": "32", "Back": "19.50"}
WAIT_SECONDS_MAX = 60
SMALL_DESKTOP = {"width": 1_280, "height": 800}
NAME_PX_MIN = 150
# Two seats of 45.00 with ten percent off, and one of 30.00, each with a fee of 2.00; all of it is refunded.
MONEY = ("€120.00", "€9.00", "€111.00", "€6.00", "€117.00", "€0.00", "€117.00", "€0.00", "€0.00")


@pytest.mark.parametrize("way", ["pointer", "keyboard"])
async def test_a_stranger_sells_a_hall_and_accounts_for_every_cent(stack: Stack, chromium: Browser, way: str) -> None:
    link = await asyncio.to_thread(owner_link, stack, f"House of the {way}")
    by_keys = way == "keyboard"
    look = ("desktop", {"viewport": SMALL_DESKTOP}) if by_keys else ("phone", {})
    async with visit(chromium, stack.address, look[0], reduced_motion="reduce", **look[1]) as page:
        owner = Owner(page, Keys(page) if by_keys else Pointer())
        await page.goto(link)
        await owner.becomes_one(f"grace@{way}.example")
        await owner.makes_a_venue()
        await owner.makes_a_room()
        event_id = await owner.puts_an_event_on_sale(f"The Tempest by {way}")
        await owner.makes_a_code(f"{way}-10")

        async with httpx.AsyncClient(base_url=stack.address, timeout=120) as http:
            if by_keys:
                ada = Buyer(http, f"ada.{way}")
                await pay(ada, await ada.checkout(event_id, best_available={"quantity": 2}, promo_code=f"{way}-10"))
            else:
                await buy_two(visit(chromium, stack.address, "phone"), event_id, f"{way}-10")
            await owner.holds_seats_back(event_id)
            await owner.reprices("Middle", "30")
            bob = Buyer(http, f"bob.{way}")
            details = (await http.get(f"/events/details/{event_id}")).json()
            levels = {level["name"]: level["id"] for level in details["price_levels"]}
            middle = {"quantity": 1, "price_level_id": levels["Middle"]}
            await pay(bob, await bob.checkout(event_id, best_available=middle))

        await owner.refunds_a_seat("Ada")
        await owner.cancels(f"The Tempest by {way}")
        await owner.finds_the_money(f"The Tempest by {way}")


def owner_link(stack: Stack, name: str) -> str:
    """Run `admitone organizer create`, and return the link that it prints."""
    environment = {
        "ADMITONE_DATABASE_URL": stack.database_url,
        "ADMITONE_REDIS_URL": stack.redis_url,
        "ADMITONE_SECRET_KEY": SECRET_KEY,
        "ADMITONE_PUBLIC_URL": stack.address,
        "ADMITONE_PAYMENTS": "simulated",
        "ADMITONE_TESTING": "1",
    }
    made = CliRunner().invoke(main, ["organizer", "create", "--name", name], env=environment)
    link = re.search(r"http://\S+/console/welcome/\S+", made.output)
    assert link, made.output
    return link[0]


async def buy_two(visiting: AbstractAsyncContextManager[Page], event_id: str, code: str) -> None:
    async with visiting as fan:
        await fan.goto(f"/e/{event_id}")
        await steps.choose_best_pair(fan)
        await steps.go_on(fan)
        await fan.get_by_text("I have a promo code").click()
        await fan.get_by_label("Promo code", exact=True).fill(code)
        await fan.get_by_role("button", name="Apply").click()
        await expect(fan.get_by_role("main")).to_contain_text("€85")
        await steps.say_who(fan)
        await steps.pay_with(fan, "pm_card_visa")
        await steps.see_tickets(fan, 2)


async def pay(buyer: Buyer, held: httpx.Response) -> None:
    assert (await buyer.confirm(Held.of(held))).status_code == 200


class Owner:
    """The owner in the console, with a pointer or a keyboard."""

    def __init__(self, page: Page, hands: Hands) -> None:
        self.page, self.hands = page, hands

    async def becomes_one(self, email: str) -> None:
        await self._fill(("Your name", "Grace"), ("Email address", email), ("Password", PASSWORD))
        await self._press("Open the console")
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text("House of the")

    async def makes_a_venue(self) -> None:
        await self._open("Events")
        await self._follow("Venues")
        await self._follow("New venue")
        await self._fill(("Name", "Stadttheater"), ("City", "Köln"))
        await self.hands.choose(self._field("Country"), "Germany")
        await self.hands.choose(self._field("Time zone"), "Europe/Berlin")
        await self._press("Save")
        await self._says("Stadttheater is saved.")

    async def makes_a_room(self) -> None:
        await self._follow("Rooms")
        await self._follow("New room")
        await self._fill(("Name of the room", "Main"), ("Rows", "15"), ("Aisles after seat", "10"))
        await self._fill(("Categories, front to back", "Front 5\nMiddle 5\nBack"))
        await expect(self.page.get_by_role("region", name="Preview")).to_contain_text("300 seats")
        await self._press("Save the room")
        await self._says("The room is saved.")

    async def puts_an_event_on_sale(self, name: str) -> str:
        """Return the event's id."""
        await self._open("Events")
        await self._follow("New event")
        await self._fill(("Name", name))
        await self.hands.choose(self._field("Venue"), "Stadttheater, Köln")
        await self.hands.choose(self._field("Room"), "Main (300 seats)")
        await self.hands.fill_time(self._field("Start"), "2030-06-06", "10:30")
        await self._press("Save the draft")
        await expect(self.page.locator("[data-level]")).to_have_count(len(LEVELS) + 1)
        for level, price in enumerate(LEVELS.values()):
            fields = self.page.locator("[data-level]").nth(level)
            await self.hands.fill(fields.get_by_label("Price", exact=True), price)
            await self.hands.fill(fields.get_by_label("Fee for each ticket"), "2")
        await self._press("Save the prices")
        await self._says("The prices are saved.")
        await self._press("Publish")
        await self._says("The event is published.")
        return urlsplit(self.page.url).path.rpartition("/")[2]

    async def makes_a_code(self, code: str) -> None:
        await self._open("Promo codes")
        await self._follow("New code")
        await self._fill(("Code", code), ("Percent", "10"))
        await self._press("Create")
        await self._says(f"The code {code.upper()} is made.")

    async def holds_seats_back(self, event_id: str) -> None:
        await self.page.goto(f"/console/events/{event_id}/desk")
        await self.hands.press(self.page.locator("[data-by-name] > summary"))
        await self.hands.choose(self._field("Section"), "Stalls")
        await self._fill(("Row", "Q"), ("Seats", "1-4"), ("Reason for holding back", "House"))
        await self._press("Hold back")
        await self._says("4 seats are held back.")
        await expect(self.page.get_by_role("row", name="House")).to_contain_text("4:")

    async def reprices(self, level: str, price: str) -> None:
        row = self.page.get_by_role("region", name="Prices").get_by_role("row", name=level)
        await self.hands.fill(row.get_by_label("Price"), price)
        await self.hands.press(row.get_by_role("button", name=f"Save the price of {level}"))
        await self._says("The price is changed.")

    async def refunds_a_seat(self, buyer: str) -> None:
        await self._open("Bookings")
        bookings = self.page.get_by_role("main").get_by_role("link", name=re.compile(f"^{buyer}"))
        await self.hands.press(bookings.first)
        await expect(self.page).to_have_url(re.compile("/console/bookings/bkg_"))
        await self._reload_until(self.page.locator(".timeline .is-captured"))
        await self.hands.press(self.page.locator("#f-ticket_id"))
        await self._press("Show the refund")
        await self._press("Refund €42.50")
        await self._says(re.compile("The refund is ordered"))

    async def cancels(self, name: str) -> None:
        await self._open("Events")
        await self._follow(name)
        await self._follow("Cancel the event")
        await self._fill(("Type the name of the event to confirm", name))
        await self._press("Cancel the event for good")
        await self._says("The event is cancelled. 2 bookings are being refunded.")

    async def finds_the_money(self, name: str) -> None:
        await self._open("Money")
        row = self.page.get_by_role("row", name=name)
        await self._reload_until(row.get_by_role("cell").nth(6).filter(has_text=MONEY[6]))
        cells = await row.get_by_role("cell").all_text_contents()
        assert tuple(cell.strip() for cell in cells) == MONEY
        place = await row.get_by_role("rowheader").bounding_box()
        assert place is not None
        assert place["width"] >= NAME_PX_MIN, "the numbers leave no room for the name"

    async def _open(self, area: str) -> None:
        """Open an area of the navigation, which is folded on a phone."""
        menu = self.page.locator("[data-menu] > summary")
        navigation = self.page.get_by_role("navigation", name="Console")
        if await menu.is_visible():
            await self.hands.press(menu)
        await self.hands.press(navigation.get_by_role("link", name=area, exact=True))
        await expect(self.page.get_by_role("heading", level=1, name=area)).to_be_visible()

    async def _follow(self, link: str) -> None:
        await self.hands.press(self.page.get_by_role("main").get_by_role("link", name=link).first)

    async def _press(self, button: str) -> None:
        await self.hands.press(self.page.get_by_role("main").get_by_role("button", name=button, exact=True))

    async def _fill(self, *fields: tuple[str, str]) -> None:
        for label, text in fields:
            await self.hands.fill(self._field(label), text)

    def _field(self, label: str) -> Locator:
        fields = self.page.locator("input, select, textarea")
        return fields.and_(self.page.get_by_role("main").get_by_label(label, exact=True))

    async def _says(self, words: str | re.Pattern[str]) -> None:
        await expect(self.page.locator(".flash")).to_contain_text(words)

    async def _reload_until(self, shown: Locator) -> None:
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while await shown.count() == 0:
                await self.page.reload()
