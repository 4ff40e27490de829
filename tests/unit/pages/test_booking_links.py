"""Codes of links and cookies of bookings: what opens a booking, and how many bookings a browser keeps cookies for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.domain.token import booking_token, is_booking_token
from admitone.kit.keys import derive_ring
from admitone.pages.domain.booking_links import (
    COOKIES_MAX,
    BookingLinkInvalid,
    BookingLinkRequired,
    BookingLinks,
)
from admitone.runtime.booking_links import booking_links

ID = "bkg_01jd3x9k7qf0c8v5t2m4n6p8r0"
OTHER_ID = "bkg_01jd3x9k7qf0c8v5t2m4n6p8r1"


def links(*secrets: str, is_secure: bool = True) -> BookingLinks:
    ring = secrets or ("a secret",)
    return booking_links(ring, derive_ring(ring, "booking token"), is_secure=is_secure)


def test_a_code_is_exchanged_for_the_booking_token_and_is_not_the_token() -> None:
    keys = derive_ring(["a secret"], "booking token")
    code = links().code(ID)

    assert links().exchange(ID, code=code, token="") == booking_token(keys, ID)
    assert not is_booking_token(keys, ID, code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "guess",
        "é" * 47,
        links().code(OTHER_ID),
        links("another secret").code(ID),
        links().issue_token(ID, 0),
    ],
)
def test_any_other_code_opens_nothing(code: str) -> None:
    with pytest.raises(BookingLinkInvalid):
        links().exchange(ID, code=code, token="")


@given(text=st.text(max_size=100))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(BookingLinkInvalid):
        links().exchange(ID, code=text, token=text)
    with pytest.raises(BookingLinkRequired):
        links().read_cookie(ID, {links().cookie_name(ID): text})


@pytest.mark.parametrize("cookie", [0, 1, 2])
@pytest.mark.parametrize("link", [0, 1, 2])
def test_a_link_from_before_a_correction_does_not_replace_a_later_cookie(cookie: int, link: int) -> None:
    tokens = [links().issue_token(ID, version) for version in range(3)]
    given = links().exchange(ID, code=links().code(ID, link), token="")

    assert links().latest_token(ID, given, {links().cookie_name(ID): tokens[cookie]}) == tokens[max(cookie, link)]
    assert links().latest_token(ID, given, {links().cookie_name(ID): "9.guess"}) == given


def test_links_and_cookies_last_as_long_as_their_secret() -> None:
    old = links("old")
    code, token = old.code(ID), old.issue_token(ID, 0)
    cookies = {old.cookie_name(ID): token}

    assert is_booking_token(
        derive_ring(["new"], "booking token"), ID, links("new", "old").exchange(ID, code=code, token="")
    )
    assert links("new", "old").read_cookie(ID, cookies) == token
    with pytest.raises(BookingLinkInvalid):
        links("new").exchange(ID, code=code, token="")
    with pytest.raises(BookingLinkInvalid):
        links("new").exchange(ID, code="", token=token)
    with pytest.raises(BookingLinkRequired):
        links("new").read_cookie(ID, cookies)


def test_a_cookie_opens_its_own_booking() -> None:
    token = links().issue_token(OTHER_ID, 0)

    with pytest.raises(BookingLinkRequired):
        links().read_cookie(ID, {links().cookie_name(OTHER_ID): token})
    with pytest.raises(BookingLinkRequired):
        links().read_cookie(ID, {links().cookie_name(ID): token})


def test_cookie_names_limit_where_a_cookie_may_be_sent() -> None:
    assert links().cookie_name(ID) == "__Host-admitone-b-01jd3x9k7qf0c8v5t2m4n6p8r0"
    assert links(is_secure=False).cookie_name(ID) == "admitone-b-01jd3x9k7qf0c8v5t2m4n6p8r0"


def test_a_further_cookie_expires_the_oldest() -> None:
    ours = links()
    ids = [f"bkg_01jd3x9k7qf0c8v5t2m4n6p8{number:02}" for number in range(COOKIES_MAX)]
    cookies = {ours.cookie_name(booking_id): "token" for booking_id in reversed(ids)}

    assert ours.outdated_cookies(ID, cookies) == [ours.cookie_name(ids[0])]
    assert ours.outdated_cookies(ids[-1], cookies) == [], "a cookie that is set again takes no further slot"
    assert ours.outdated_cookies(ID, dict.fromkeys(list(cookies)[1:], "token")) == []


def test_only_cookies_of_bookings_expire() -> None:
    strange = {f"__Host-admitone-b-{odd}{number}": "" for number in range(COOKIES_MAX) for odd in ("é", 'a"b', "A")}

    assert links().outdated_cookies(ID, {**strange, "__Host-admitone-client": "", "theme": ""}) == []
