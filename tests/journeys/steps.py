"""Steps of people on the pages, by the words that the pages show."""

import re
import secrets
from contextlib import suppress

from playwright.async_api import Page, expect

from admitone.testing.organizer import Show


async def find(page: Page, typed: str, show: Show) -> None:
    """Go from the home page by search to the show's own page."""
    await page.goto("/")
    await page.get_by_role("combobox").first.fill(typed)
    await expect(page.get_by_role("option").first).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/search\?"))
    await page.get_by_role("link", name=show.name).first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(show.name)


async def choose_in_list_by_keyboard(page: Page) -> None:
    """Choose two neighbouring seats in the first row that has some, without a pointer."""
    await _open(page, "#list-part")
    await _open(page, "seat-list details.seat-list-section")
    await _open(page, "seat-list details.seat-list-row")
    boxes = page.locator("seat-list input[type=checkbox]:enabled")
    for _ in range(2):
        box = boxes.and_(page.locator(":not(:checked)")).first
        await box.focus()
        await page.keyboard.press("Space")
    await expect(page.locator("#basket-seats li")).to_have_count(2)


PRESSES_MAX = 6


async def choose_best_pair(page: Page) -> None:
    """Choose as a person does: click again when other buyers were faster and nothing was found."""
    for _ in range(PRESSES_MAX):
        await page.get_by_role("button", name="Find me 2 together").click()
        with suppress(AssertionError):
            await expect(page.locator("#basket-seats li")).to_have_count(2, timeout=2_000)
            break
    await expect(page.locator("#basket-seats li")).to_have_count(2)
    await expect(page.locator("#basket-total")).to_contain_text("€")


async def go_on(page: Page) -> None:
    await page.get_by_role("button", name="Continue").click()
    await expect(page).to_have_url(re.compile("/checkout/"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your tickets")


async def say_who(page: Page) -> str:
    """Enter a new person each time: one person may buy eight tickets of a show. Return the address."""
    email = f"ada.{secrets.token_hex(4)}@example.org"
    await page.get_by_label("Email address", exact=True).fill(email)
    await page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    return email


async def pay_with(page: Page, card: str) -> None:
    await page.locator(f"input[value='{card}']").check()
    await page.get_by_role("button", name=re.compile("^Pay ")).click()


async def see_tickets(page: Page, count: int) -> None:
    """Open My booking: a card for each ticket, with a code that can be read."""
    await expect(page).to_have_url(re.compile("/my/"))
    await expect(page.locator(".ticket")).to_have_count(count)
    for code in await page.locator(".ticket-code").all():
        await code.scroll_into_view_if_needed()
        picture = code.locator("img").filter(visible=True).first
        await expect(picture).to_be_visible()
        await picture.evaluate("image => image.decode()")
        assert await picture.evaluate("image => image.naturalWidth") >= 100


async def _open(page: Page, details: str) -> None:
    """Open it by keyboard; the list is drawn again once when the map has its seating plan, which may move the focus."""
    opened = page.locator(f"{details}[open]").first
    for _ in range(5):
        await page.locator(f"{details} > summary").first.press("Enter")
        try:
            await expect(opened).to_be_visible(timeout=1000)
            return
        except AssertionError:
            continue
    await expect(opened).to_be_visible()
