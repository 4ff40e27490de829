"""Which requests count as sent by a page of another site."""

import pytest

from admitone.kit.http.cross_site import CrossSiteRequest, SameSite

OURS = SameSite("https://tickets.example/shop")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {b"sec-fetch-site": b"same-origin"},
        {b"sec-fetch-site": b"none"},
        {b"origin": b"https://tickets.example"},
        {b"origin": b"http://tickets.example:80", b"host": b"gateway:8000"},
        {b"origin": b"http://127.0.0.1:8000", b"host": b"127.0.0.1:8000"},
        {b"origin": b"http://[::1]:8000", b"host": b"[::1]:8000"},
        {b"origin": b"https://Tickets.Example", b"host": b"elsewhere"},
        # The browser's own word counts more than what a proxy made of Host.
        {b"sec-fetch-site": b"same-origin", b"origin": b"https://old.example", b"host": b"gateway"},
    ],
)
def test_own_pages_and_programs(headers: dict[bytes, bytes]) -> None:
    OURS.check(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {b"sec-fetch-site": b"cross-site"},
        {b"sec-fetch-site": b"same-site"},
        {b"sec-fetch-site": b"Same-Origin, cross-site"},
        {b"sec-fetch-site": b""},
        {b"origin": b"null"},
        {b"origin": b""},
        {b"origin": b"null", b"host": b""},
        {b"origin": b"https://"},
        {b"origin": b"https://", b"host": b""},
        {b"origin": b"http://["},
        {b"origin": b"https://tickets.example.evil.example"},
        {b"origin": b"https://evil.example", b"host": b"tickets.example"},
        {b"origin": b"https://tickets.example:8443", b"host": b"tickets.example"},
        {b"origin": b"https://tickets.example@evil.example", b"host": b"tickets.example"},
    ],
)
def test_pages_of_other_sites(headers: dict[bytes, bytes]) -> None:
    with pytest.raises(CrossSiteRequest):
        OURS.check(headers)
