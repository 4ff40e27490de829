"""Suggestions are for people: dates and countries are words, not codes."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser import visit
from tests.journeys.programme import Programme
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CODES = re.compile(r"\d{4}-\d{2}-\d{2}|(^|, )[A-Z]{2}$")


@pytest.mark.parametrize("typed", ["björk in", "große", "köln"])
async def test_suggestions_have_no_codes(stack: Stack, chromium: Browser, programme: Programme, typed: str) -> None:
    async with visit(chromium, stack.address, "desktop") as page:
        await page.goto("/")
        await page.get_by_role("combobox").first.fill(typed)
        await expect(page.get_by_role("option").first).to_be_visible()
        details = await page.locator(".suggestions .detail").all_inner_texts()

        assert details
        assert [detail for detail in details if CODES.search(detail)] == []
