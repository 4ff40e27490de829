"""Two ways to use a page: by pointer, and by keyboard alone."""

from typing import Protocol

from playwright.async_api import Locator, Page

TABS_MAX = 200
_IS_BEHIND_THE_NAVIGATION = """element => document.activeElement === document.body
    && document.querySelector(".skip") && document.querySelector("main").contains(element)"""


class Hands(Protocol):
    async def press(self, target: Locator) -> None:
        """Activate a link, a button, a summary or a checkbox."""

    async def fill(self, field: Locator, text: str) -> None:
        """Replace what the field has."""

    async def fill_time(self, field: Locator, day: str, time: str) -> None:
        """Fill a field of local time: `2030-06-06`, `10:30`. Month and day are the same, and the time is before noon:
        their order, and the clock of twelve hours, are the browser's."""

    async def choose(self, field: Locator, option: str) -> None: ...


class Pointer:
    async def press(self, target: Locator) -> None:
        await target.click()

    async def fill(self, field: Locator, text: str) -> None:
        await field.fill(text)

    async def fill_time(self, field: Locator, day: str, time: str) -> None:
        await field.fill(f"{day}T{time}")

    async def choose(self, field: Locator, option: str) -> None:
        await field.select_option(label=option)


class Keys:
    """Moves the focus by Tab alone, from where it is."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def press(self, target: Locator) -> None:
        await self._reach(target)
        is_box = await target.evaluate("element => element.type === 'checkbox'")
        await self._page.keyboard.press("Space" if is_box else "Enter")

    async def fill(self, field: Locator, text: str) -> None:
        await self._reach(field)
        await self._page.keyboard.press("Control+A")
        await self._page.keyboard.type(text)

    async def fill_time(self, field: Locator, day: str, time: str) -> None:
        await self._reach(field)
        year, month, day_of_month = day.split("-")
        await self._page.keyboard.type(f"{day_of_month}{month}{year}")
        await self._page.keyboard.press("ArrowRight")  # a year may have more digits
        await self._page.keyboard.type(time.replace(":", "") + "AM")
        assert await field.input_value() == f"{day}T{time}"

    async def choose(self, field: Locator, option: str) -> None:
        """Type the option's first letters, up to the first space."""
        await self._reach(field)
        await self._page.keyboard.type(option.partition(" ")[0])
        assert await field.locator("option:checked").inner_text() == option

    async def _reach(self, target: Locator) -> None:
        """Skip the navigation of a page that has just opened, as its first link offers."""
        await target.wait_for()
        if await target.evaluate(_IS_BEHIND_THE_NAVIGATION):
            await self._page.keyboard.press("Tab")
            await self._page.keyboard.press("Enter")
        for _ in range(TABS_MAX):
            if await target.evaluate("element => element === document.activeElement"):
                return
            await self._page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")
