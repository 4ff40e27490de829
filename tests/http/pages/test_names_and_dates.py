"""Names keep their own direction, and a date reads well aloud."""

import re

import pytest

from tests.http.pages.fixtures import Env, a_show, open_pages

HALL = "היכל התרבות"
SHOW = "ערב של שירים"
PATHS = ["/", "/search", "/e/evt_mahler", "/performer/prf_orchestra", "/venue/ven_hall", "/checkout/bkg_one"]
INSIDE = re.compile(r"<(?!mark)(\w+)([^>]*)>(?:(?!</?\w).)*$", re.DOTALL)


@pytest.mark.parametrize("path", [*PATHS, "/e/evt_mahler/queue"])
def test_every_name_is_set_apart_from_the_direction_of_the_page(path: str) -> None:
    show = a_show(name=SHOW)
    show["venue"] = {**show["venue"], "name": HALL}
    with open_pages(Env(shows={show["id"]: show})) as pages:
        page = pages.get(path).text
    body = page[page.index("<main") :]

    found = [match.start() for name in (SHOW, HALL) for match in re.finditer(name, body)]
    elements = [INSIDE.search(body[:start]) for start in found if not _is_attribute(body, start)]
    assert elements
    bare = [element.group(0)[-80:] for element in elements if element and not _is_set_apart(element)]
    assert bare == []


def test_day_and_hour_are_separated_for_screen_readers_and_copies() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/e/evt_mahler", headers={"accept-language": "de-AT"}).text
    [when] = re.findall(r'<p class="event-when">(.*?)</p>', page)

    assert re.sub(r"<[^>]+>", "", when) == "Saturday, 28 November 2026, 19:30"


def _is_attribute(body: str, start: int) -> bool:
    return body.rfind("<", 0, start) > body.rfind(">", 0, start)


def _is_set_apart(element: re.Match[str]) -> bool:
    return element.group(1) == "bdi" or 'dir="auto"' in element.group(2)
