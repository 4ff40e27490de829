"""Canonical addresses: a readable slug, the id at the end decides, and every other spelling names the right one."""

import re

import pytest

from admitone.pages.domain.addresses import SLUG_MAX, slug
from tests.http.pages.fixtures import PUBLIC_URL, Env, a_show, open_pages

EVENT = "/e/mahler-2-resurrection-evt_mahler"
PERFORMER = "/performer/the-orchestra-prf_orchestra"
VENUE = "/venue/great-hall-ven_hall"


def canonical(page: str) -> list[str]:
    return re.findall(r'rel="canonical" href="([^"]*)"', page)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (EVENT, EVENT),
        ("/e/evt_mahler", EVENT),
        (PERFORMER, PERFORMER),
        ("/performer/prf_orchestra", PERFORMER),
        (VENUE, VENUE),
        ("/venue/ven_hall", VENUE),
        ("/venue/ven_hall?page=2", f"{VENUE}?page=2"),
        ("/?city=Vienna", "/"),
    ],
)
def test_a_page_names_its_canonical_address(path: str, address: str) -> None:
    with open_pages(Env()) as pages:
        page = pages.get(path)

    assert page.status_code == 200
    assert canonical(page.text) == [PUBLIC_URL + address]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/e/an-old-name-evt_mahler", EVENT),
        ("/e/-evt_mahler?revision=4", f"{EVENT}?revision=4"),
        ("/e/evt_other-evt_mahler", EVENT),
        ("/performer/x-prf_orchestra?page=1", f"{PERFORMER}?page=1"),
        ("/venue/Great-Hall-ven_hall", VENUE),
    ],
)
def test_a_wrong_slug_redirects_to_the_right_one(path: str, address: str) -> None:
    with open_pages(Env()) as pages:
        page = pages.get(path)

    assert (page.status_code, page.headers["location"]) == (301, address)
    assert page.headers["cache-control"].startswith("public")


def test_a_redirect_with_a_pass_is_not_stored() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/e/x-evt_mahler?pass=p1.secret")

    assert (page.status_code, page.headers["location"]) == (301, f"{EVENT}?pass=p1.secret")
    assert page.headers["cache-control"] == "private, no-store"


def test_a_slug_does_not_help_an_unknown_id() -> None:
    with open_pages(Env()) as pages:
        assert pages.get("/e/mahler-2-resurrection-evt_nobody").status_code == 404


def test_a_calendar_file_may_have_the_slug() -> None:
    with open_pages(Env()) as pages:
        assert pages.get(f"{EVENT}.ics").headers["content-type"].startswith("text/calendar")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Brazil – Switzerland", "brazil-switzerland"),
        ("Björk & José’s Nacht", "bjork-joses-nacht"),
        ("東京 2026", "dongjing-2026"),
        ("—", ""),
    ],
)
def test_a_slug_is_ascii(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize("name", ["wort " * 60, "w" * 500, "a" * 79 + " bc"])
def test_a_slug_is_short(name: str) -> None:
    found = slug(name)

    assert 70 < len(found) <= SLUG_MAX
    assert not found.endswith("-")


def test_a_name_without_letters_has_the_bare_address() -> None:
    with open_pages(Env(shows={"evt_mahler": a_show(name="—")})) as pages:
        assert canonical(pages.get("/e/evt_mahler").text) == [f"{PUBLIC_URL}/e/evt_mahler"]
