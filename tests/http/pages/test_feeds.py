"""Feeds of venues, performers and searches, as calendars and feed readers get them."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from admitone.catalogue.contracts import EventDocument, EventStatus
from tests.http.pages.fixtures import PUBLIC_URL, Env, a_show, open_pages
from tests.unit.pages.test_poster_drawing import event as a_document

ATOM = "{http://www.w3.org/2005/Atom}"
CHANGED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
USUAL = {"updated_at": CHANGED, "starts_at": datetime(2027, 3, 14, 18, 30, tzinfo=UTC)}
SHOWN = {
    "evt_mahler": a_document(id="evt_mahler", name="Mahler 2 <Resurrection>", url="/e/evt_mahler", **USUAL),
    "evt_bach": a_document(id="evt_bach", name="Bach", url="/e/evt_bach", status=EventStatus.CANCELLED, **USUAL),
}
SUBJECTS = ["/venue/ven_hall", "/performer/prf_orchestra", "/search"]


class EnvWithDocuments(Env):
    async def read_documents(self, event_ids: tuple[str, ...]) -> list[EventDocument]:
        return [SHOWN[event_id] for event_id in event_ids]


def env() -> EnvWithDocuments:
    return EnvWithDocuments(shows={"evt_mahler": a_show(), "evt_bach": a_show("evt_bach", name="Bach")})


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_calendar_has_every_coming_event(subject: str) -> None:
    given = env()
    with open_pages(given) as pages:
        feed = pages.get(f"{subject}.ics")

    text = feed.text.replace("\r\n ", "")
    assert feed.headers["content-type"].startswith("text/calendar")
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert re.findall("^SUMMARY:(.*)\r$", text, re.MULTILINE) == ["Mahler 2 <Resurrection>", "Cancelled: Bach"]
    assert set(re.findall("^DTSTAMP:(.*)\r$", text, re.MULTILINE)) == {"20261101T093000Z"}
    assert f"URL:{PUBLIC_URL}/e/evt_mahler\r\n" in text
    assert (given.queries[-1].size, given.queries[-1].sort) == (500, "date")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_atom_feed_has_every_coming_event(subject: str) -> None:
    with open_pages(env()) as pages:
        feed = pages.get(f"{subject}.atom")

    root = ElementTree.fromstring(feed.content)
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert [title.text for title in root.iterfind(f"{ATOM}entry/{ATOM}title")] == ["Mahler 2 <Resurrection>", "Bach"]
    assert root.findtext(f"{ATOM}updated") == "2026-11-01T09:30:00Z"
    assert all(root.findtext(f"{ATOM}{name}") for name in ("id", "title", f"author/{ATOM}name"))
    links = [link.get("href") for link in root.iterfind(f"{ATOM}entry/{ATOM}link")]
    assert links[0] == f"{PUBLIC_URL}/e/mahler-2-resurrection-evt_mahler"
    assert "Cancelled. 2027-03-14 19:30, Harbour Hall, Bergen" in feed.text


@pytest.mark.parametrize("path", [f"{subject}.{end}" for subject in SUBJECTS for end in ("ics", "atom")])
def test_a_current_copy_is_not_sent_again(path: str) -> None:
    with open_pages(env()) as pages:
        first = pages.get(path)
        again = pages.get(path, headers={"If-None-Match": f"W/{first.headers['etag']}"})
        other = pages.get(path, headers={"If-None-Match": '"other"'})

    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert first.headers["cache-control"].startswith("public, max-age=300")


def test_a_search_feed_keeps_the_filters() -> None:
    given = env()
    with open_pages(given) as pages:
        feed = pages.get("/search.ics?q=jazz&city=Vienna&page=3&sort=-price&size=9&currency=EUR")

    assert (given.queries[-1].q, given.queries[-1].city, given.queries[-1].page) == ("jazz", ("Vienna",), 0)
    assert "NAME:AdmitOne: jazz\r\n" in feed.text


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/venue/ven_hall", "/venue/ven_hall.{}"),
        ("/performer/prf_orchestra", "/performer/prf_orchestra.{}"),
        ("/search?q=jazz&page=2", "/search.{}?q=jazz"),
    ],
)
def test_pages_name_their_feeds(page: str, feed: str) -> None:
    with open_pages(env()) as pages:
        text = pages.get(page).text
        found = re.findall(r'<link rel="alternate" type="[^"]*" href="([^"]*)">', text)
        answers = [pages.get(path.replace("&amp;", "&")) for path in found]
        links = re.findall(r'<a class="chip" href="([^"]*)">(?:In your calendar|By feed)</a>', text)

    assert found == [feed.format("atom"), feed.format("ics")]
    assert links == [feed.format("ics"), feed.format("atom")]
    assert {answer.status_code for answer in answers} == {200}


def test_an_empty_feed_is_valid() -> None:
    with open_pages(Env(shows={})) as pages:
        assert ElementTree.fromstring(pages.get("/search.atom?q=nothing").content).findtext(f"{ATOM}updated")
        assert pages.get("/search.ics").text.endswith("END:VCALENDAR\r\n")
