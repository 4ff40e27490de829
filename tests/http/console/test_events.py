"""Events in the console: create, price, publish, change, postpone, cancel; faults and conflicts are explained."""

import re

from litestar.testing import AsyncTestClient

from admitone.console.routes.screens.choices import CHOICES_MAX
from admitone.organizers.contracts import Role
from admitone.runtime.app import build_app
from admitone.runtime.settings import Settings
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.programme import NAME, VENUE, flash_of, new_event, new_prices


async def test_an_event_from_an_empty_list_to_the_sale(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    empty = await ada.get("/console/events")
    event = await new_event(ada, performers="Miranda\nFerdinand", description="A storm.")
    draft = await ada.get(event)
    priced = await new_prices(ada, event)
    ready = await ada.get(event)
    published = await flash_of(ada, await ada.send(f"{event}/publication"))
    shown = await ada.get(event)
    listed = await ada.get("/console/events?q=tempest")

    assert "No coming events" in text_of(empty)
    assert "The Tempest &lt;3" in draft.text
    assert "Places to sell, with prices missing" in text_of(draft)
    assert priced.status_code == 303
    assert "€21.50" in text_of(ready)
    assert "missing" not in text_of(ready)
    assert published.startswith("The event is published.")
    assert (f'href="{event}/desk"' in draft.text, f'href="{event}/desk"' in shown.text) == (False, True)
    assert ("On sale" in text_of(listed), "0 of 100" in text_of(listed), "€0" in text_of(listed)) == (True, True, True)
    assert "Sat, 1 Jun 2030, 7:30 pm" in text_of(listed)


async def test_the_box_office_sees_events_without_money_and_cannot_change_them(sign_in: SignIn) -> None:
    ada, bob = await sign_in(Role.MANAGER), await sign_in(Role.BOX_OFFICE)
    event = await new_event(ada)

    listed, page = await bob.get("/console/events?listing=drafts"), await bob.get(event)
    refused = await bob.send(f"{event}/publication")

    assert ("Revenue" in text_of(listed), "New event" in text_of(listed)) == (False, False)
    assert ("Publish" in text_of(page), refused.status_code) == (False, 403)


async def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    refused = await ada.send("/console/events/new", venue_id="new", **{**VENUE, "venue.city": ""}, name="Ada & Bob")
    event = await new_event(ada)
    prices = await new_prices(
        ada, event, **{"price_levels.0.price.amount": "12.345", "general_admission.0.capacity": ""}
    )

    assert (refused.status_code, field_of_page(refused, "name")) == (422, "Ada & Bob")
    assert '<a href="#f-venue-city">Enter the city.</a>' in refused.text
    assert prices.status_code == 422
    assert '<a href="#f-price_levels-0-price-amount">Enter an amount, for example 12.50.</a>' in prices.text
    assert '<a href="#f-general_admission-0-capacity">Enter how many people the area takes.</a>' in prices.text
    assert field_of_page(prices, "price_levels.0.price.amount") == "12.345"


async def test_an_empty_form_names_every_fault_at_once(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    refused = await ada.send("/console/events/new", name="", venue_id="", start="")

    assert refused.status_code == 422
    for field in ("name", "venue_id", "start"):
        assert f'id="f-{field}-fault"' in refused.text, field


async def test_a_venue_that_was_made_with_a_refused_event_is_not_made_twice(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    details = {"name": NAME, "venue_id": "new", **VENUE, "start": "2030-06-01T19:30", "ends_at": "2030-06-01T18:00"}
    refused = await ada.send("/console/events/new", **details)
    venues = text_of(await ada.get("/console/venues"))

    assert refused.status_code == 422
    assert "ends before" in text_of(refused).replace("(ends_at) ", "")
    assert venues.count("Große Bühne") == 1
    assert "selected>Große Bühne, Köln</option>" in refused.text


async def test_times_that_the_clocks_skip_or_show_twice_are_explained(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    details = {"name": NAME, "venue_id": "new", **VENUE}
    skipped = await ada.send("/console/events/new", **details, start="2030-03-31T02:30")
    twice = await ada.send("/console/events/new", **details, start="2030-10-27T02:30")
    second = await new_event(ada, start="2030-10-27T02:30", **{"start.which": "2"})
    stored = await ada.get(f"{second}/details")

    assert "02:30 does not exist in Europe/Berlin" in text_of(skipped)
    assert "02:30 comes twice in Europe/Berlin" in text_of(twice)
    assert 'name="start.which" value="1"' in twice.text
    assert 'name="start.which" value="2" checked' in stored.text


async def test_a_conflict_is_explained_and_saving_again_overwrites(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    page = await ada.get(f"{event}/sale")
    form = {"etag": field_of_page(page, "etag"), "hold_minutes": "10", "ticket_limit": "4"}
    await ada.send(f"{event}/sale", **{**form, "ticket_limit": "6"})

    conflict = await ada.send(f"{event}/sale", **form)
    again = await ada.send(f"{event}/sale", **{**form, "etag": field_of_page(conflict, "etag")})
    stored = await ada.get(f"{event}/sale")

    assert conflict.status_code == 422
    assert "Someone changed this event while you edited it." in text_of(conflict)
    assert "ticket limit 6 4" in text_of(conflict)
    assert field_of_page(conflict, "ticket_limit") == "4"
    assert (again.status_code, field_of_page(stored, "ticket_limit")) == (303, "4")


async def test_a_published_event_is_paused_copied_moved_and_cancelled(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    await new_prices(ada, event)
    etag = field_of_page(await ada.get(f"{event}/sale"), "etag")
    sale = {"ticket_limit": "6", "hold_minutes": "10", "off_sale_at": "2030-05-31T12:00"}
    await ada.send(f"{event}/sale", **sale, etag=etag)
    await ada.send(f"{event}/publication")

    paused = await flash_of(ada, await ada.send(f"{event}/pause"))
    not_selling = text_of(await ada.get(event))
    resumed = await flash_of(ada, await ada.send(f"{event}/resumption"))
    selling = text_of(await ada.get(event))
    copy = await ada.send(f"{event}/copy", name="Once more", start="2030-07-01T20:00")
    undated = await ada.send(f"{event}/postponement", date="known")
    moved = await flash_of(ada, await ada.send(f"{event}/postponement", date="known", start="2030-08-01T20:00"))
    concerned = text_of(await ada.get(f"{event}/cancellation"))
    mistyped = await ada.send(f"{event}/cancellation", confirmation="the tempest")
    cancelled = await flash_of(ada, await ada.send(f"{event}/cancellation", confirmation=NAME))

    assert (paused.startswith("Sales are paused."), "Not selling" in not_selling) == (True, True)
    assert resumed == "Sales are open again, until their planned end."
    assert "Until Fri, 31 May 2030" in not_selling
    assert "Until Fri, 31 May 2030" in selling
    assert "€21.50" in text_of(await ada.get(copy.headers["Location"]))
    assert (undated.status_code, "Enter the new date and time" in text_of(undated)) == (422, True)
    assert moved == "The event is moved. All tickets stay valid."
    assert "No ticket is sold." in concerned
    assert (mistyped.status_code, cancelled) == (422, "The event is cancelled.")
    assert "Once more" in text_of(await ada.get("/console/events?listing=drafts"))
    assert "Cancelled" in text_of(await ada.get(event))


async def test_a_venue_is_changed_and_kept_while_events_use_it(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    fields = {name.removeprefix("venue."): value for name, value in VENUE.items()}
    await ada.send("/console/venues/new", **fields, **{"location.lat": "north"})
    made = await ada.send("/console/venues/new", **fields, **{"location.lat": "50,9", "location.lon": "6.9"})
    venues = await ada.get("/console/venues")
    path = venues.text.split('href="/console/venues/ven_')[1].split('"')[0]
    venue = f"/console/venues/ven_{path}"
    page = await ada.get(venue)
    renamed = await ada.send(venue, **{**fields, "name": "Schauspiel", "etag": field_of_page(page, "etag")})
    await new_event(ada, venue_id=venue.rpartition("/")[2])
    kept = await ada.send(f"{venue}/deletion")

    assert (made.status_code, renamed.status_code, kept.status_code) == (303, 303, 422)
    assert field_of_page(page, "location.lat") == "50.9"
    assert "Schauspiel" in text_of(await ada.get("/console/venues"))
    assert "refer to this venue" in text_of(kept)


async def test_whom_a_change_concerns_is_said_before_it(sign_in: SignIn, console_settings: Settings) -> None:
    ada = await sign_in(Role.MANAGER)
    event = await new_event(ada)
    await new_prices(ada, event)
    await ada.send(f"{event}/publication")
    api = build_app(console_settings, ["catalogue", "booking"])
    async with AsyncTestClient(api) as client:
        client.headers["authorization"] = f"Bearer {ada.http.cookies['admitone-console']}"
        path = event.replace("/console/", "/organizer/")
        area = (await client.get(path)).json()["general_admission"][0]["id"]
        places = {"payment": "cash", "general_admission": [{"section_id": area, "quantity": 3}]}
        sold = await client.post(f"{path}/bookings", json=places, headers={"Idempotency-Key": "one"})
    cancellation, postponement = await ada.get(f"{event}/cancellation"), await ada.get(f"{event}/postponement")
    listed = text_of(await ada.get("/console/events"))

    assert sold.status_code == 201, sold.text
    for page in (cancellation, postponement):
        assert "1 booking with 3 tickets , paid €64.50" in text_of(page)
    assert "Refund all bookings now" in text_of(cancellation)
    assert ("3 of 100" in listed, "€64.50" in listed) == (True, True)
    assert "Back to draft" not in text_of(await ada.get(event))


async def test_bookings_made_while_a_cancellation_is_confirmed_are_refunded(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    event, draft = await new_event(ada), await new_event(ada)
    await new_prices(ada, event)
    await ada.send(f"{event}/publication")
    ids = [path.rpartition("/")[2] for path in (event, draft)]

    one = await ada.get(f"{event}/cancellation")
    many = await ada.send("/console/events/bulk", act="cancellation", event=ids)
    untick = await ada.send("/console/events/bulk/run", act="cancellation", event=ids, confirmation="no")
    words = await flash_of(ada, await ada.send(f"{event}/cancellation", confirmation=NAME, refund="on"))
    run = await ada.send(
        "/console/events/bulk/run", act="cancellation", event=ids[1], confirmation="CANCEL", refund="on"
    )

    assert 'name="refund" value="on" checked' in one.text
    assert 'name="refund" value="on" checked' in many.text
    assert 'name="refund" value="on">' in untick.text
    assert words == "The event is cancelled. No booking is to be refunded."
    assert "Nothing failed." in text_of(run)


async def test_the_filter_of_the_list_finds_every_venue(sign_in: SignIn) -> None:
    """Without scripts the words are in the address, and the list of venues has those with these words."""
    ada = await sign_in(Role.MANAGER)
    few = await ada.get("/console/events")
    await put_venues(ada, CHOICES_MAX + 20)
    many = await ada.get("/console/events?listing=drafts")
    found = await ada.get("/console/events?listing=drafts&venue_words=hall+119&find=venue_words")
    option = re.search(r'<option value="([^"]+)">Hall 119, Köln</option>', found.text)
    assert option is not None, found.text
    for number, venue_id in enumerate((option[1], "new")):
        details = {**VENUE, "name": f"Show {number}", "venue_id": venue_id, "start": "2030-06-01T19:30"}
        assert (await ada.send("/console/events/new", **details)).status_code == 303
    chosen = await ada.get(f"/console/events?listing=drafts&venue_id={option[1]}")
    looking = await ada.get(f"/console/events?listing=drafts&venue_id={option[1]}&venue_words=hall+110")
    unknown = await ada.get("/console/events?venue_id=ven_unknown&venue_words=nowhere")

    assert ("Find a venue" in few.text, "Find a venue" in many.text) == (False, True)
    assert ">Hall 119, Köln<" not in many.text
    assert ">Hall 110, Köln<" not in found.text
    for page in (chosen, looking):
        assert "selected>Hall 119, Köln</option>" in page.text
        assert ("Show 0" in text_of(page), "Show 1" in text_of(page)) == (True, False)
    assert field_of_page(looking, "venue_words") == "hall 110"
    assert ">Hall 110, Köln</option>" in looking.text
    assert "venue_words=" not in looking.text  # links lead to the list, not to the words of the filter
    assert (unknown.status_code, "selected>The chosen venue</option>" in unknown.text) == (200, True)


async def test_a_venue_beyond_the_first_hundred_is_found_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    few = await ada.get("/console/events/new")
    await put_venues(ada, CHOICES_MAX + 1)
    many = await ada.get("/console/events/new")
    found = await ada.send("/console/events/new", name=NAME, venue_words="hall 100", find="venue_words")
    option = re.search(r'<option value="([^"]+)">Hall 100, Köln</option>', found.text)
    assert option is not None, found.text
    details = {"name": NAME, "venue_id": option[1], "start": "2030-06-01T19:30"}
    kept = await ada.send("/console/events/new", **details, venue_words="hall 099", find="venue_words")
    created = await ada.send("/console/events/new", **details)
    shown = await ada.get(created.headers["Location"].replace("prices", "details"))

    assert ("Find a venue" in few.text, "Find a venue" in many.text) == (False, True)
    assert ">Hall 100, Köln<" not in many.text
    assert (found.status_code, field_of_page(found, "name")) == (200, NAME)
    assert ("Hall 099" in found.text, "fault-summary" in found.text) == (False, False)
    assert "selected>Hall 100, Köln</option>" in kept.text
    assert "selected>Hall 100, Köln</option>" in shown.text


async def put_venues(browser: Browser, number: int) -> None:
    """Make venues, Hall 000 and so on."""
    place = {name.removeprefix("venue."): value for name, value in VENUE.items()}
    for index in range(number):
        made = await browser.send("/console/venues/new", **{**place, "name": f"Hall {index:03}"})
        assert made.status_code == 303
