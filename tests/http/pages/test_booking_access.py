"""A booking's link is exchanged for a cookie once; after that no address of its pages contains a secret."""

import re
from dataclasses import replace

import httpx
import pytest

from admitone.booking.contracts import BookingStatus
from admitone.kit.keys import derive_ring
from admitone.pages.domain.booking_links import COOKIE_SECONDS, COOKIES_MAX
from tests.http.pages.fixtures import BOOKING, LINKS, PUBLIC_URL, TOKEN, Env, a_booking, open_pages

MINE = f"/my/{BOOKING}"
CHECKOUT = f"/checkout/{BOOKING}"
CODE = LINKS.code(BOOKING)
PATHS = [MINE, f"{MINE}/calendar.ics", CHECKOUT]
COOKIE = f"{LINKS.cookie_name(BOOKING)}={TOKEN}"


def bought() -> Env:
    return Env(booking=a_booking(BookingStatus.CONFIRMED))


def cookies_set(answer: httpx.Response) -> list[str]:
    return [line.partition(";")[0] for line in answer.headers.get_list("set-cookie")]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", [f"c={CODE}", f"t={TOKEN}", f"c={CODE}&utm_source=mail"])
def test_a_link_is_exchanged_for_a_cookie(path: str, query: str) -> None:
    with open_pages(bought(), has_cookie=False) as pages:
        answer = pages.get(f"{path}?{query}")

    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert answer.headers["cache-control"] == "private, no-store"
    assert cookies_set(answer) == [COOKIE]


def test_the_tickets_open_once_the_code_is_exchanged() -> None:
    with open_pages(bought(), has_cookie=False) as pages:
        before = pages.get(MINE)
        pages.get(f"{MINE}?c={CODE}")
        after = pages.get(MINE)

    assert (before.status_code, after.status_code) == (404, 200)
    assert "set-cookie" not in after.headers
    assert after.text.count('class="ticket"') == 2


def test_the_cookie_is_httponly_and_same_site() -> None:
    with open_pages(bought(), has_cookie=False) as pages:
        _, *attributes = pages.get(f"{MINE}?c={CODE}").headers["set-cookie"].split("; ")

    assert {name.lower() for name in attributes} == {"httponly", f"max-age={COOKIE_SECONDS}", "path=/", "samesite=lax"}


def test_every_cookie_of_an_https_site_has_the_host_prefix() -> None:
    links = replace(LINKS, is_secure=True)
    sent = "; ".join(f"__Host-admitone-b-{number:02}=token" for number in range(COOKIES_MAX))
    with open_pages(bought(), has_cookie=False, links=links) as pages:
        granted, expired = pages.get(f"{MINE}?c={CODE}", headers={"cookie": sent}).headers.get_list("set-cookie")

    assert granted.startswith(f"__Host-admitone-b-one={TOKEN}; ")
    assert expired.startswith('__Host-admitone-b-00=""; ')
    for cookie in (granted, expired):
        assert {"Path=/", "Secure", "HttpOnly"} <= set(cookie.split("; "))
        assert "domain" not in cookie.lower()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "query",
    [
        "c=guess",
        "c=",
        "t=guess",
        f"c={TOKEN}",
        f"t={CODE}",
        f"c={LINKS.code('bkg_two')}",
        f"c={derive_ring(['a secret that left the ring'], 'booking link').sign(BOOKING)}",
    ],
)
def test_any_other_link_finds_nothing_and_sets_nothing(path: str, query: str) -> None:
    with open_pages(bought()) as pages:
        answer = pages.get(f"{path}?{query}")

    assert answer.status_code == 404
    assert "This booking link does not work" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", [*PATHS, f"{CHECKOUT}/status", "/my/bkg_nobody"])
def test_without_link_and_cookie_the_page_says_that_it_needs_the_cookie(path: str) -> None:
    with open_pages(bought(), has_cookie=False) as pages:
        answer = pages.get(path)

    assert answer.status_code == 404
    assert "Allow cookies for this site" in answer.text
    assert "Mahler" not in answer.text


def test_a_cookie_of_another_booking_opens_nothing() -> None:
    with open_pages(bought(), has_cookie=False) as pages:
        pages.cookies.set(LINKS.cookie_name(BOOKING), "a-token-of-another-booking")
        assert pages.get(MINE).status_code == 404


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (CHECKOUT, MINE),
        (f"{CHECKOUT}/release", CHECKOUT),
        (f"{CHECKOUT}/promo-code", CHECKOUT),
        (f"{CHECKOUT}/again", CHECKOUT),
        ("/e/evt_mahler/hold", CHECKOUT),
    ],
)
def test_a_form_of_a_browser_without_the_cookie_sets_it(path: str, location: str) -> None:
    fields = {
        "email": "ada@example.com",
        "name": "Ada",
        "payment_method": "pm_card_visa",
        "promo_code": "A",
        "seat": "1",
    }
    with open_pages(Env(), has_cookie=False) as pages:
        answer = pages.post(f"{path}?t={TOKEN}", data=fields)

    assert (answer.status_code, answer.headers["location"]) == (303, location)
    assert COOKIE in cookies_set(answer)


def test_a_form_with_a_fault_sets_the_cookie_that_its_next_try_needs() -> None:
    with open_pages(Env(), has_cookie=False) as pages:
        answer = pages.post(f"{CHECKOUT}?t={TOKEN}", data={"email": ""})
        again = pages.post(CHECKOUT, data={"email": ""})

    assert (answer.status_code, again.status_code) == (422, 422)
    assert cookies_set(answer) == [COOKIE]


def test_a_hold_sets_the_cookies_of_the_browser_and_of_the_booking() -> None:
    with open_pages(Env(), has_cookie=False) as pages:
        names = [
            cookie.partition("=")[0] for cookie in cookies_set(pages.post("/e/evt_mahler/hold", data={"seat": "1"}))
        ]

    assert names == ["admitone-client", LINKS.cookie_name(BOOKING)]


def test_a_cookie_too_many_expires_the_oldest() -> None:
    names = [f"admitone-b-{number:02}" for number in range(COOKIES_MAX)]
    with open_pages(bought(), has_cookie=False) as pages:
        for name in names:
            pages.cookies.set(name, "token", domain="testserver.local")
        answer = pages.get(f"{MINE}?c={CODE}")
        kept = {cookie.name for cookie in pages.cookies.jar}

    assert cookies_set(answer) == [COOKIE, 'admitone-b-00=""']
    assert "max-age=0" in answer.headers.get_list("set-cookie")[1].lower()
    assert kept == {LINKS.cookie_name(BOOKING), *names[1:]}


@pytest.mark.parametrize("status", list(BookingStatus))
def test_no_page_of_a_booking_contains_its_token(status: BookingStatus) -> None:
    with open_pages(Env(booking=a_booking(status))) as pages:
        answers = [pages.get(path) for path in (*PATHS, f"{CHECKOUT}/status")]
        answers += [pages.post(path, data={"email": ""}) for path in (CHECKOUT, f"{CHECKOUT}/promo-code")]

    assert [answer.url for answer in answers if TOKEN in answer.text + str(answer.headers)] == []


def test_the_shown_link_and_the_calendar_open_the_booking_elsewhere() -> None:
    with open_pages(bought()) as pages:
        page, entry = pages.get(MINE).text, pages.get(f"{MINE}/calendar.ics").text.replace("\r\n ", "")

    link = f"{PUBLIC_URL}{MINE}?c={CODE}"
    assert re.findall(r'id="link" readonly value="([^"]*)"', page) == [link]
    assert f"URL:{link}\r\n" in entry


def test_the_event_page_asks_for_its_hold_by_the_cookie() -> None:
    with open_pages(Env(), has_cookie=False) as pages:
        first = pages.get(f"{CHECKOUT}/status?t={TOKEN}")
        answer = pages.get(f"{CHECKOUT}/status")

    assert (cookies_set(first), first.json()) == ([COOKIE], answer.json())
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.json() == {
        "status": "in_progress",
        "expires_at": "2026-11-22T12:09:00Z",
        "tickets": [
            {"section": "Stalls", "row": "F", "seat": "11", "seat_id": "F-11"},
            {"section": "Stalls", "row": "F", "seat": "12", "seat_id": "F-12"},
        ],
    }
