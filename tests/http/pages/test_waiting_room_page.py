"""The waiting room's page before any script runs, and the event's page beside it."""

import re
from typing import Any

from litestar.testing import TestClient

from admitone.kit.refusal import Kind, Refusal
from admitone.waiting_room.domain.refusals import NotYet, TurnMissed
from tests.http.pages.fixtures import Env, a_show, open_pages

ENTRY_PAGE = "/e/evt_mahler/queue"
WITH_A_PLACE = f"{ENTRY_PAGE}?t=q1.evt_mahler.7.1.mac"
PRICED: dict[str, Any] = {
    "price_levels": [{"id": "lvl_1", "name": "A", "total": {"amount": 100, "currency": "EUR"}, "color": "#112233"}],
    "sections": [
        {
            "id": "floor",
            "name": "Floor",
            "kind": "general_admission",
            "price_level_id": "lvl_1",
            "capacity": 9,
            "available": 9,
        }
    ],
}


class ProofRequired(Refusal):
    code = "proof-required"
    kind = Kind.FORBIDDEN


def view(pages: TestClient, path: str) -> str:  # type: ignore[type-arg]
    return str(pages.get(path).text.split('data-view="')[1].split('"')[0])


def test_the_entry_page_is_shared_and_cached_briefly() -> None:
    with open_pages(Env()) as pages:
        page = pages.get(ENTRY_PAGE)

    assert page.status_code == 200
    assert page.headers["cache-control"] == "public, max-age=2, stale-while-revalidate=10"
    assert 'data-view="join"' in page.text
    assert "1,100 in the queue. You join at the end." in page.text
    assert "refresh" not in page.text.split("<body>")[0].replace('rel="modulepreload"', "")


def test_joining_without_scripts_redirects_to_the_address_of_the_place() -> None:
    with open_pages(Env()) as pages:
        joined = pages.post(ENTRY_PAGE)

    assert joined.status_code == 303
    assert joined.headers["location"] == WITH_A_PLACE


def test_a_place_shows_the_number_ahead_and_refreshes_automatically() -> None:
    env = Env(refuses=NotYet(position=1235, eta_seconds=600, retry_after_seconds=30))
    with open_pages(env) as pages:
        page = pages.get(WITH_A_PLACE)

    assert 'data-view="waiting"' in page.text
    assert "1,234" in page.text
    assert "About 10 minutes at today's pace." in " ".join(page.text.replace("&#39;", "'").split())
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page.text
    assert page.headers["cache-control"] == "private, no-store"


def test_each_state_of_the_queue_has_its_view() -> None:
    moments = {
        "draw": Env(refuses=NotYet(position=None, eta_seconds=None, retry_after_seconds=2)),
        "missed": Env(refuses=TurnMissed("evt_mahler", "Too late.")),
        "turn": Env(),
    }
    for expected, env in moments.items():
        with open_pages(env) as pages:
            assert view(pages, WITH_A_PLACE) == expected
    with open_pages(Env(queue={"state": "closed"})) as pages:
        assert view(pages, ENTRY_PAGE) == "closed"


def test_a_turn_leads_to_the_sale_with_its_pass() -> None:
    env = Env(shows={"evt_mahler": a_show(**PRICED, waiting_room={"required": True, "state": "draining"})})
    with open_pages(env) as pages:
        turn = pages.get(WITH_A_PLACE)
        sale = pages.get("/e/evt_mahler?pass=p1.evt_mahler.7.1.mac")
        pages.post("/e/evt_mahler/hold", data={"area-floor": "1", "pass": "p1.evt_mahler.7.1.mac"})

    assert 'href="/e/evt_mahler?pass=p1.evt_mahler.7.1.mac#queue-notice"' in turn.text
    assert '<input type="hidden" name="pass" value="p1.evt_mahler.7.1.mac">' in sale.text
    assert "Join the queue" not in sale.text
    assert sale.headers["cache-control"] == "private, no-store"
    assert env.held[0].given_pass == "p1.evt_mahler.7.1.mac"


def test_the_event_links_to_its_queue_only_if_it_has_one() -> None:
    pre_queue = a_show(**PRICED, waiting_room={"required": True, "state": "pre_queue"})
    with open_pages(Env(shows={"evt_mahler": pre_queue, "evt_other": a_show("evt_other", **PRICED)})) as pages:
        queued, free = pages.get("/e/evt_mahler"), pages.get("/e/evt_other")

    assert 'href="/e/evt_mahler/queue#join"' in queued.text
    assert "Choose tickets" not in queued.text, "the only next step is the queue"
    assert "/queue" not in free.text


def test_a_browser_that_cannot_solve_the_challenge_gets_instructions() -> None:
    with open_pages(Env(refuses=ProofRequired("Solve it."))) as pages:
        page = pages.post(ENTRY_PAGE)

    assert page.status_code == 403
    assert "Turn on JavaScript" in page.text


def test_buyers_who_wait_for_the_draw_are_counted() -> None:
    before = {"state": "pre_queue", "pre_queue_size": 0, "seed": None}
    early = NotYet(position=None, eta_seconds=None, retry_after_seconds=2)
    with open_pages(Env(queue=before, refuses=early)) as pages:
        page = re.sub(r"\s+", " ", pages.get(WITH_A_PLACE).text)
    assert 'data-part="entrants">1</p>' in page
    assert "person in it so far, you among them" in page


def test_those_who_wait_see_prices_where_the_organizer_says_so() -> None:
    shows = {"evt_mahler": a_show(**PRICED)}
    sections = []
    for queue in ({}, {"shows_prices": True}):
        with open_pages(Env(shows=shows, queue=queue)) as pages:
            sections.append(pages.get(ENTRY_PAGE).text.split('data-part="prices"')[1].split("</section>")[0])

    opening = [section.split(">")[0] for section in sections]
    assert [" hidden" in tag for tag in opening] == [True, False]
    assert "€1" in sections[1]
