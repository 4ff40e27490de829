"""Series in the console: an event is repeated on the dates that a preview showed."""

import html
import re

from admitone.organizers.contracts import Role
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.programme import flash_of, new_event, new_prices

WEEK = {
    "name": "The Tempest 2030",
    "slots.0.time": "19:30",
    "slots.0.weekdays": ["thu", "fri", "sat"],
    "slots.1.time": "15:00",
    "slots.1.weekdays": ["sun"],
    "every_weeks": "1",
    "starts_on": "2030-06-01",
    "until": "2030-06-09",
    "exceptions": "2030-06-07",
}


async def test_an_event_is_repeated_on_the_dates_that_the_page_showed(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    await new_prices(ada, event)
    form = await ada.get(f"{event}/repeat")
    preview = await ada.send(f"{event}/repeat", **WEEK)
    shown = field_of_page(preview, "previewed")
    changed = await ada.send(f"{event}/repeat", **WEEK, previewed="another pattern", create="yes")
    created = await ada.send(f"{event}/repeat", **WEEK, previewed=shown, create="yes", form_key="once")
    listed = await ada.get(created.headers["Location"])
    again = await ada.get(f"{event}/repeat")

    assert 'name="slots.0.weekdays" value="sat" checked' in form.text
    assert preview.status_code == 200
    assert "4 new dates" in text_of(preview)
    assert "Sun, 2 Jun 2030, 3:00 pm" in text_of(preview)
    assert "Sat, 1 Jun 2030, 7:30 pm exists" in text_of(preview)
    assert (changed.status_code, "4 new dates" in text_of(changed)) == (200, True)
    assert created.status_code == 303
    assert text_of(listed).count("The Tempest") >= 5
    assert "4 dates created, as drafts." in text_of(listed)
    assert "The series has 5 dates." in text_of(again)


async def test_a_second_click_shows_the_dates_of_the_first(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    preview = await ada.send(f"{event}/repeat", **WEEK)
    form = {name: field_of_page(preview, name) for name in ("previewed", "new_series", "form_key")}
    first = await ada.send(f"{event}/repeat", **WEEK, **form, create="yes")
    second = await ada.send(f"{event}/repeat", **WEEK, **form, create="yes")
    longer = await ada.send(f"{event}/repeat", **{**WEEK, "until": "2030-06-16"})
    more = {"previewed": field_of_page(longer, "previewed"), "form_key": field_of_page(longer, "form_key")}
    added = await ada.send(f"{event}/repeat", **{**WEEK, "until": "2030-06-16"}, **more, create="yes")

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"] == added.headers["Location"]
    assert 'name="new_series"' not in longer.text


async def test_the_preview_shows_what_the_clocks_skip_and_show_twice(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    night = {"slots.0.time": "02:30", "slots.0.weekdays": ["sun"], "every_weeks": "1"}
    spring = await ada.send(f"{event}/repeat", **night, starts_on="2031-03-30", count="1")
    autumn = await ada.send(f"{event}/repeat", **night, starts_on="2030-10-27", count="1")

    assert "1 left out: the clocks in Europe/Berlin go forward and skip this time." in text_of(spring)
    assert "2031-03-30, 02:30 no such time" in text_of(spring)
    assert "2:30 am comes twice" in text_of(autumn)


async def test_faults_of_a_pattern_stand_beside_their_fields(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    empty = await ada.send(f"{event}/repeat")
    wrong = await ada.send(f"{event}/repeat", **{**WEEK, "until": "2030-05-01", "exceptions": "never"})

    assert empty.status_code == 422
    assert '<a href="#f-slots-0-time">Enter a time and its weekdays.</a>' in empty.text
    assert '<a href="#f-until">Enter the last day, or the number of dates.</a>' in empty.text
    assert '<a href="#f-until">The pattern ends before it starts.</a>' in wrong.text
    assert 'href="#f-exceptions"' in wrong.text
    assert field_of_page(wrong, "until") == "2030-05-01"


async def test_a_date_is_detached(sign_in: SignIn) -> None:
    ada, bob = await sign_in(Role.MANAGER), await sign_in(Role.BOX_OFFICE)
    event = await new_event(ada)
    shown = field_of_page(await ada.send(f"{event}/repeat", **WEEK), "previewed")
    await ada.send(f"{event}/repeat", **WEEK, previewed=shown, create="yes")
    before = text_of(await ada.get(event))
    refused = await bob.send(f"{event}/detachment")
    words = await flash_of(ada, await ada.send(f"{event}/detachment"))

    assert "Series The Tempest 2030 5 dates" in before
    assert refused.status_code == 403
    assert words == "The event is detached from its series."
    assert "Repeat on many dates" in text_of(await ada.get(event))


async def repeated(browser: Browser, event: str) -> str:
    """Repeat the event; return the address of the list of its dates."""
    shown = field_of_page(await browser.send(f"{event}/repeat", **WEEK), "previewed")
    return str((await browser.send(f"{event}/repeat", **WEEK, previewed=shown, create="yes")).headers["Location"])


async def test_all_dates_are_published_repriced_paused_and_cancelled(sign_in: SignIn) -> None:
    ada, bob = await sign_in(Role.MANAGER), await sign_in(Role.BOX_OFFICE)
    event = await new_event(ada)
    await new_prices(ada, event)
    dates = await repeated(ada, event)
    await ada.send(f"/console/series/{dates.rpartition('=')[2]}/name", name="Summer nights")
    listed = await ada.get(dates)
    assert "Only dates of Summer nights" in text_of(listed)
    ids = re.findall(r'name="event" value="([^"]+)"', listed.text)
    confirm = await ada.send("/console/events/bulk", act="publication", all="yes", back=dates)
    published = await ada.send("/console/events/bulk/run", act="publication", event=ids, back=dates)
    prices = await ada.send("/console/events/bulk", act="prices", event=ids, back=dates)
    level = {"level.0.name": "Floor", "level.0.currency": "EUR", "level.0.amount": "25"}
    repriced = await ada.send("/console/events/bulk/run", act="prices", event=ids, **level)
    wrong = await ada.send("/console/events/bulk/run", act="prices", event=ids, **{**level, "level.0.amount": "x"})
    await ada.send("/console/events/bulk/run", act="pause", event=ids)
    paused = await ada.get(dates.replace("listing=all", "listing=paused"))
    hasty = await ada.send("/console/events/bulk/run", act="cancellation", event=ids)
    cancelled = await ada.send("/console/events/bulk/run", act="cancellation", event=ids, confirmation="CANCEL")
    refused = await bob.send("/console/events/bulk/run", act="pause", event=ids)

    assert len(ids) == 5
    assert "Publish: 5 events" in text_of(confirm)
    assert "No ticket is sold." in text_of(confirm)
    assert "5 of 5 events . Nothing failed." in text_of(published).replace("events.", "events .")
    assert "Floor, EUR" in text_of(prices)
    assert "Nothing failed." in text_of(repriced)
    assert "€26.50" in text_of(await ada.get(event))
    assert (wrong.status_code, "Enter an amount" in text_of(wrong)) == (422, True)
    assert text_of(paused).count("Not selling") >= 5
    assert (hasty.status_code, "Type CANCEL to confirm." in text_of(hasty)) == (422, True)
    assert "Nothing failed." in text_of(cancelled)
    assert text_of(await ada.get(dates)).count("Cancelled") >= 5
    assert refused.status_code == 403


async def test_a_change_of_many_goes_on_in_pieces_and_names_what_failed(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    await new_prices(ada, event)
    event_id = event.rpartition("/")[2]
    ids = [event_id, *(f"evt_none{number}" for number in range(30))]
    first = await ada.send("/console/events/bulk/run", act="publication", event=ids, total="31")
    left = re.findall(r'name="event" value="([^"]+)"', first.text)
    failed = [html.unescape(text) for text in re.findall(r'name="failed" value="([^"]+)"', first.text)]
    last = await ada.send("/console/events/bulk/run", act="publication", event=left, failed=failed, total="31")
    abroad = await ada.send("/console/events/bulk", act="publication", back="https://other.example/")

    assert "25 of 31 events, 24 failed." in text_of(first)
    assert "data-continue" in first.text
    assert len(left) == 6
    assert "31 of 31 events, 30 failed." in text_of(last)
    assert text_of(last).count("There is no such event in your organization.") == 30
    assert "On sale" in text_of(await ada.get(event))
    assert abroad.headers["Location"] == "/console/events"


async def test_events_that_are_not_on_sale_keep_the_planned_end_of_their_sale(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    events = [await new_event(ada) for _ in range(3)]
    planned, open_now, draft = events
    for event in events:
        await new_prices(ada, event)
    sale = {"ticket_limit": "6", "hold_minutes": "10"}
    for event, ends in ((planned, "2030-05-31T12:00"), (draft, "2030-05-30T12:00")):
        etag = field_of_page(await ada.get(f"{event}/sale"), "etag")
        await ada.send(f"{event}/sale", **sale, etag=etag, off_sale_at=ends)
    for event in (planned, open_now):
        await ada.send(f"{event}/publication")
    ids = [event.rpartition("/")[2] for event in events]

    paused = await ada.send("/console/events/bulk/run", act="pause", event=[ids[1], ids[2]])
    resumed = await ada.send("/console/events/bulk/run", act="resumption", event=ids, unchanged="2")

    assert "1 event unchanged: they are not on sale." in text_of(paused)
    assert "4 events unchanged: their sales have not ended." in text_of(resumed)
    assert "Until Fri, 31 May 2030" in text_of(await ada.get(planned))
    assert "Until Thu, 30 May 2030" in text_of(await ada.get(draft))
    assert "Until" not in text_of(await ada.get(open_now))
    assert "On sale" in text_of(await ada.get(open_now))


async def test_only_ids_of_events_are_changed(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    event_id = event.rpartition("/")[2]
    wrong = ["../me", f"{event_id}/../{event_id}", f"{event_id}?x=1", "", "evt_a#b"]
    nothing = await ada.send("/console/events/bulk/run", act="publication", event=wrong)
    mixed = await ada.send(
        "/console/events/bulk/run", act="publication", event=[*wrong, event_id], failed=["../me No.", "evt_a No."]
    )

    assert (nothing.status_code, nothing.headers["Location"]) == (303, "/console/events")
    assert "1 of 1 event, 1 failed." in text_of(mixed)


async def test_the_list_is_narrowed_by_an_address_that_can_be_kept(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    dates = await repeated(ada, event)
    week = await ada.get(f"{dates}&first_day=2030-06-06&last_day=2030-06-08")
    nonsense = await ada.get("/console/events?listing=all&first_day=soon&venue_id=ven_none&series_id=ser_none")

    assert "Only dates of The Tempest 2030" in text_of(week)
    assert text_of(week).count("Draft") == 1 + 2  # the list of drafts, two dates
    assert (nonsense.status_code, "No event of this list matches" in text_of(nonsense)) == (200, True)
