"""Transfer on the pages: offer tickets, take the offer back, accept it, and what each person sees."""

from datetime import timedelta

import msgspec
import pytest

from admitone.booking.contracts import BookingStatus
from admitone.tickets.contracts import GivenTransfer, TransferState
from tests.http.pages.fixtures import BOOKING, LINKS, NOW, PUBLIC_URL, Env, a_booking, a_show, open_pages
from tests.http.pages.transfer_fixtures import OFFER_CODE

MINE = f"/my/{BOOKING}"
FRIEND = "/my/trf_ben"
OFFER = f"/transfer?c={OFFER_CODE}"
BEN = {"name": "Ben Okafor", "email": "ben@example.org"}


def bought() -> Env:
    return Env(booking=a_booking(BookingStatus.CONFIRMED, confirmed_at=NOW, buyer_name="Ada Byron"))


def given(env: Env, state: TransferState) -> GivenTransfer:
    return GivenTransfer("trf_ben", "Ben", state, NOW + timedelta(days=7), env.booking.tickets[1:])


def test_the_booking_page_offers_the_tickets_and_shows_the_link_once() -> None:
    env = bought()
    with open_pages(env) as pages:
        page = pages.get(MINE).text
        made = pages.post(f"{MINE}/transfer", data={"ticket": "tkt_12", "friend": "Ben"})

    assert page.count('name="ticket"') == 2
    assert (made.status_code, made.headers["cache-control"]) == (200, "private, no-store")
    assert f'value="{PUBLIC_URL}{OFFER}"' in made.text
    assert env.offers == [(BOOKING, ("tkt_12",), "Ben")]


@pytest.mark.parametrize("has_mail", [False, True])
def test_the_link_is_mailed_to_the_friend_where_the_installation_sends_mail(has_mail: bool) -> None:
    env = bought()
    env.has_mail = has_mail
    form = {"ticket": "tkt_12", "friend": "Ben", "friend_email": "ben@example.org"}
    with open_pages(env) as pages:
        page = pages.get(MINE).text
        faulty = pages.post(f"{MINE}/transfer", data={**form, "friend_email": "nonsense"})
        made = pages.post(f"{MINE}/transfer", data=form)

    assert ('name="friend_email"' in page) is has_mail
    assert (faulty.status_code, env.invited) == (422, ["ben@example.org" if has_mail else None])
    assert ("We also send it to ben@example.org." in made.text) is has_mail


@pytest.mark.parametrize("holder", [MINE, FRIEND])
def test_the_names_of_guests_are_entered_on_the_page_of_the_tickets(holder: str) -> None:
    env = bought()
    with open_pages(env) as pages:
        pages.get(f"{FRIEND}?c={LINKS.code('trf_ben')}")
        unasked = pages.get(holder).text
        env.asks_names = True
        page = pages.get(holder).text
        faulty = pages.post(f"{holder}/names", data={"name-tkt_12": "x" * 201})
        nothing = pages.post(f"{holder}/names", data={"name-tkt_12": " "})
        saved = pages.post(f"{holder}/names", data={"name-tkt_12": " Mia Novak "})

    assert ('name="name-tkt_12"' in unasked, 'name="name-tkt_12"' in page) == (False, True)
    assert (
        faulty.status_code,
        '<a href="#name-tkt_12">A name may have at most 200 characters.</a>' in faulty.text,
    ) == (422, True)
    assert [(answer.status_code, answer.headers["location"]) for answer in (nothing, saved)] == [(303, holder)] * 2
    assert env.named == [(holder.removeprefix("/my/"), {"tkt_12": "Mia Novak"})]


def test_a_form_with_faults_says_what_to_do() -> None:
    env = bought()
    with open_pages(env) as pages:
        answer = pages.post(f"{MINE}/transfer", data={"friend": " "})

    assert answer.status_code == 422
    assert '<a href="#tickets">Choose at least one ticket.</a>' in answer.text  # at the top of the page
    assert '<a href="#friend">' in answer.text
    assert "Enter your friend" in answer.text
    assert env.offers == []


@pytest.mark.parametrize("path", [f"{MINE}/transfer", f"{MINE}/transfer/trf_ben/undo", f"{FRIEND}/transfer"])
def test_forms_need_the_cookie_of_the_tickets(path: str) -> None:
    env = bought()
    with open_pages(env, has_cookie=False) as pages:
        answer = pages.post(path, data={"ticket": "tkt_12", "friend": "Ben"})

    assert answer.status_code == 404
    assert (env.offers, env.undone) == ([], [])


def test_an_offer_is_shown_and_taken_back() -> None:
    env = bought()
    env.given = [given(env, "offered")]
    with open_pages(env) as pages:
        page = pages.get(MINE).text
        answer = pages.post(f"{MINE}/transfer/trf_ben/undo")

    assert "Waiting for an answer until" in page
    assert page.count('name="ticket"') == 1
    assert (answer.status_code, answer.headers["location"]) == (303, MINE)
    assert env.undone == [(BOOKING, "trf_ben")]


def test_after_the_acceptance_the_ticket_is_the_friends() -> None:
    env = bought()
    env.given = [given(env, "accepted")]
    with open_pages(env) as pages:
        page = pages.get(MINE).text

    assert page.count('class="ticket"') == 1
    assert "This ticket belongs to" in page
    assert "refunded" not in page


def test_transfers_that_are_closed_are_not_offered() -> None:
    env = bought()
    env.transfers_closed = "off"
    with open_pages(env) as pages:
        assert "Give tickets to a friend" not in pages.get(MINE).text


def test_the_friend_accepts_and_gets_a_page_of_their_own() -> None:
    env = bought()
    with open_pages(env, has_cookie=False) as pages:
        offer = pages.get(OFFER)
        faulty = pages.post(OFFER, data={"name": "Ben", "email": "nonsense"})
        accepted = pages.post(OFFER, data={**BEN, "form_key": "k" * 22})
        page = pages.get(FRIEND)
        calendar = pages.get(f"{FRIEND}/calendar.ics")

    assert offer.status_code == 200
    assert "<bdi>Ada &lt;Byron&gt;</bdi> gives you 1 ticket" in offer.text
    assert (faulty.status_code, accepted.status_code) == (422, 303)
    assert env.accepted == [(OFFER_CODE, *BEN.values(), "k" * 22)]
    assert accepted.headers["location"] == FRIEND
    assert page.status_code == calendar.status_code == 200
    assert page.text.count('class="ticket"') == 1
    assert f'value="{PUBLIC_URL}{FRIEND}?c={LINKS.code("trf_ben")}"' in page.text
    for private in ("Ada", "€", BOOKING):
        assert private not in page.text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("accepted", "accepted already"),
        ("undone", "has taken the offer back"),
        ("lapsed", "was not accepted in time"),
    ],
)
def test_an_offer_that_has_ended_says_why(state: TransferState, words: str) -> None:
    env = bought()
    env.offer_state = state
    with open_pages(env, has_cookie=False) as pages:
        answer, unknown = pages.get(OFFER), pages.get("/transfer?c=guess")

    assert (answer.status_code, unknown.status_code) == (410, 404)
    assert words in answer.text
    assert "<form" not in answer.text.split("<main")[1]


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_refund_or_cancellation_is_said_on_the_friends_pages(is_cancelled: bool) -> None:
    env = bought()
    if is_cancelled:
        env.shows = {"evt_mahler": a_show(status="cancelled", availability="off_sale")}
    else:
        refunded = tuple(msgspec.structs.replace(ticket, refunded=True) for ticket in env.booking.tickets)
        env.booking = msgspec.structs.replace(env.booking, tickets=refunded, status=BookingStatus.REFUNDED)
    with open_pages(env, has_cookie=False) as pages:
        pages.get(f"{FRIEND}?c={LINKS.code('trf_ben')}")
        page, offer = pages.get(FRIEND), pages.get(OFFER)

    assert (page.status_code, offer.status_code) == (200, 410)
    assert ("This show is cancelled" if is_cancelled else "1 ticket was refunded") in page.text
    assert "person who bought" in page.text
    assert 'class="ticket"' not in page.text
