"""What search engines read first: `robots.txt`, the index of the sitemap and its parts."""

from datetime import UTC, datetime
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from admitone.catalogue.contracts.sitemap import SitemapEntry
from tests.http.pages.fixtures import PUBLIC_URL, Env, open_pages

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CHANGED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
SITEMAP = {
    "event": [SitemapEntry("evt_1", "Brazil – Switzerland", CHANGED), SitemapEntry("evt_2", "<&>", CHANGED)],
    "venue": [SitemapEntry("ven_1", "Große Halle", CHANGED)],
}


def rules() -> RobotFileParser:
    with open_pages(Env()) as pages:
        text = pages.get("/robots.txt")
    assert text.headers["content-type"].startswith("text/plain")
    parser = RobotFileParser()
    parser.parse(text.text.splitlines())
    return parser


@pytest.mark.parametrize(
    "path", ["/my/bkg_1", "/checkout/bkg_1", "/events/evt_1/seats", "/organizer/events", "/search?q=a"]
)
def test_robots_keep_out_of_private_pages_and_the_api(path: str) -> None:
    assert not rules().can_fetch("Googlebot", path)


@pytest.mark.parametrize("path", ["/", "/e/a-evt_1", "/performer/a-prf_1", "/venue/a-ven_1", "/posters/evt_1.svg"])
def test_robots_may_read_public_pages(path: str) -> None:
    assert rules().can_fetch("Googlebot", path)


def test_robots_are_told_the_sitemap() -> None:
    assert rules().site_maps() == [f"{PUBLIC_URL}/sitemap.xml"]


def test_the_index_leads_to_parts_that_lead_to_pages() -> None:
    with open_pages(Env(sitemap=SITEMAP)) as pages:
        index = ElementTree.fromstring(pages.get("/sitemap.xml").content)
        parts = [part.text or "" for part in index.iter(f"{SPACE}loc")]
        answers = [pages.get(part.removeprefix(PUBLIC_URL)) for part in parts]

    assert parts == [f"{PUBLIC_URL}/sitemaps/{part}.xml" for part in ("event-evt_1", "event-evt_2", "venue-ven_1")]
    assert {part.text for part in index.iter(f"{SPACE}lastmod")} == {"2026-11-01T09:30:00Z"}
    found = [ElementTree.fromstring(answer.content) for answer in answers]
    assert [url.text for urls in found for url in urls.iter(f"{SPACE}loc")] == [
        f"{PUBLIC_URL}/e/brazil-switzerland-evt_1",
        f"{PUBLIC_URL}/e/evt_2",
        f"{PUBLIC_URL}/venue/grosse-halle-ven_1",
    ]
    assert {url.text for urls in found for url in urls.iter(f"{SPACE}lastmod")} == {"2026-11-01T09:30:00Z"}
    assert {answer.headers["content-type"] for answer in answers} == {"application/xml"}
    assert all("max-age=600" in answer.headers["cache-control"] for answer in answers)


@pytest.mark.parametrize("name", ["event-evt_9.xml", "event-.xml", "seat-evt_1.xml", "event-evt_1", "event-%00.xml"])
def test_there_is_no_other_part(name: str) -> None:
    with open_pages(Env(sitemap=SITEMAP)) as pages:
        assert pages.get(f"/sitemaps/{name}").status_code == 404
