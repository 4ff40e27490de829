"""The page of a date of a series lists the other dates, with what is left of each."""

import re

from tests.http.pages.fixtures import Env, a_show, open_pages


def test_a_date_lists_the_dates_of_its_series_by_month() -> None:
    env = Env()
    env.shows["evt_mahler"] = a_show(series_id="ser_mahler")
    env.shows["evt_second"] = a_show(
        "evt_second", series_id="ser_mahler", starts_at="2026-11-29T18:30:00Z", local_date="2026-11-29",
        availability="sold_out",
    )  # fmt: skip
    env.shows["evt_third"] = a_show(
        "evt_third", series_id="ser_mahler", starts_at="2026-12-03T18:30:00Z", local_date="2026-12-03",
        status="cancelled",
    )  # fmt: skip
    with open_pages(env) as client:
        page = client.get("/e/evt_mahler").text
        calendar = client.get("/e/evt_second.ics").text
    section = page.partition('id="dates"')[2].partition("</section>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", section).split())

    assert '<a href="#dates">One of 3 dates</a>' in page
    assert "3 dates November 2026 2 dates" in words
    assert "This date" in words
    assert "Sold out December 2026 1 date" in words
    assert words.endswith("Cancelled")
    assert re.findall(r'href="(/e/[^"]+)"', section) == ["/e/evt_mahler", "/e/evt_second", "/e/evt_third"]
    assert page.count('"@type": "Event"') <= 1
    assert "DTSTART:20261129T183000Z" in calendar


def test_a_show_without_other_dates_lists_none() -> None:
    env = Env()
    env.shows["evt_mahler"] = a_show(series_id="ser_mahler")
    with open_pages(env) as client:
        alone = client.get("/e/evt_mahler").text
    assert 'id="dates"' not in alone
