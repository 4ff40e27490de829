"""Absolute addresses come from the settings, never from a request's Host header; pages mark simulated payments."""

import re

import pytest

from admitone.booking.contracts import BookingStatus
from tests.http.pages.fixtures import PUBLIC_URL, Env, a_booking, open_pages
from tests.http.pages.test_every_page import PATHS

FORGED = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
BOUGHT = "/my/bkg_one"


@pytest.mark.parametrize("path", [*PATHS, "/e/evt_mahler", "/e/evt_mahler.ics", "/e/evt_mahler/queue"])
def test_a_forged_host_is_on_no_page(path: str) -> None:
    with open_pages(Env()) as pages:
        page = pages.get(path, headers=FORGED)

    assert "evil.example" not in page.text + str(page.headers)


@pytest.mark.parametrize("path", [BOUGHT, "/my/bkg_one/calendar.ics"])
def test_a_forged_host_is_in_no_link_to_tickets(path: str) -> None:
    with open_pages(Env(booking=a_booking(BookingStatus.CONFIRMED))) as pages:
        page = pages.get(path, headers=FORGED)

    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert PUBLIC_URL in page.text.replace("\r\n ", "")


def test_an_event_names_its_public_address() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/e/evt_mahler", headers=FORGED).text

    found = re.findall(r'(?:property="og:url" content|rel="canonical" href)="([^"]*)"', page)
    assert found == [f"{PUBLIC_URL}/e/mahler-2-resurrection-evt_mahler"] * 2


@pytest.mark.parametrize("path", [*PATHS, "/e/evt_mahler", "/e/evt_mahler/queue"])
def test_every_page_says_that_payments_are_simulated(path: str) -> None:
    with open_pages(Env(), test_mode=True) as pages:
        test_page = pages.get(path).text
    with open_pages(Env()) as pages:
        real_page = pages.get(path).text

    assert "no real money moves" in test_page
    assert "no real money moves" not in real_page
