"""`/my` by address: ask for a link, sign in by a button, see all bookings, sign out."""

from datetime import timedelta

import psycopg
import pytest

from admitone.booking.contracts import BookingStatus
from admitone.mail.domain.refusals import SignInLinkInvalid, TooManySignIns
from tests.http.pages.fixtures import BOOKING, NOW, Env, a_booking, open_pages
from tests.store.mail.mail_env import an_event

SESSION = "admitone-my"


def an_address_with_bookings() -> Env:
    documents = [
        an_event(id="evt_soon", name="Soon", starts_at=NOW + timedelta(days=1), local_date="2026-11-23"),
        an_event(id="evt_later", name="Later", starts_at=NOW + timedelta(days=9), local_date="2026-12-01"),
        an_event(id="evt_past", name="Past", starts_at=NOW - timedelta(days=9), local_date="2026-11-13"),
    ]
    bookings = [
        a_booking(BookingStatus.CONFIRMED, id=f"bkg_{name}", event_id=f"evt_{name}")
        for name in ("later", "past", "soon")
    ]
    return Env(has_mail=True, sessions={"token": "ada@example.org"}, bookings=bookings, documents=documents)


def test_the_answer_is_the_same_for_every_address() -> None:
    env = Env(has_mail=True)
    with open_pages(env) as pages:
        answers = [pages.post("/my", data={"email": email}) for email in ("ada@example.org", "nobody@example.org")]
        shown = pages.get(answers[0].headers["location"])

    assert [(answer.status_code, answer.headers["location"]) for answer in answers] == [(303, "/my?sent=yes")] * 2
    assert env.asked == ["ada@example.org", "nobody@example.org"]
    assert "If tickets were bought with this address" in shown.text


def test_a_text_that_is_no_address_is_named_in_place() -> None:
    with open_pages(Env(has_mail=True)) as pages:
        page = pages.post("/my", data={"email": "ada"})

    assert (page.status_code, "name@example.com" in page.text) == (200, True)


def test_opening_a_link_uses_nothing_up_and_the_button_signs_in() -> None:
    env = Env(has_mail=True)
    with open_pages(env) as pages:
        page = pages.get("/my/sign-in?c=sgn_1.mac")
        unused = dict(env.sessions)
        answer = pages.post("/my/sign-in", data={"c": "sgn_1.mac"})

    assert 'name="c" value="sgn_1.mac"' in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert unused == {}
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{SESSION}=")
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}


def test_a_link_that_was_used_says_so() -> None:
    with open_pages(Env(has_mail=True, refuses=SignInLinkInvalid())) as pages:
        page = pages.post("/my/sign-in", data={"c": "sgn_1.mac"})

    assert (page.status_code, "does not work any more" in page.text) == (410, True)


def test_a_client_that_asks_too_often_is_refused() -> None:
    with open_pages(Env(has_mail=True, refuses=TooManySignIns())) as pages:
        assert pages.post("/my", data={"email": "ada@example.org"}).status_code == 429


def test_bookings_are_listed_upcoming_first_until_the_session_ends() -> None:
    env = an_address_with_bookings()
    with open_pages(env) as pages:
        pages.cookies.set(SESSION, "token")
        page = pages.get("/my")
        pages.post("/my/sign-out")
        after = pages.get("/my")

    places = [page.text.index(f">{name}</a>") for name in ("Soon", "Later", "Past")]
    assert places == sorted(places)
    assert '<a href="/my/bkg_soon?c=' in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert env.sessions == {}
    assert "Soon" not in after.text


def test_without_a_mail_server_nothing_is_offered() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/my")
        answers = [
            pages.post("/my", data={"email": "ada@example.org"}),
            pages.post("/my/sign-in", data={"c": "x"}),
            pages.get("/my/sign-in?c=x"),
            pages.get(f"/my/reminders/{BOOKING}?c=right"),
            pages.post(f"/my/messages/{BOOKING}?c=right"),
        ]

    assert "Send me a link" not in page.text
    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("mail_list", ["reminders", "messages"])
@pytest.mark.parametrize(("code", "status"), [("right", 200), ("wrong", 404)])
def test_mails_of_a_list_stop_by_its_link(mail_list: str, code: str, status: int) -> None:
    with open_pages(Env(has_mail=True)) as pages:
        page = pages.get(f"/my/{mail_list}/{BOOKING}?c={code}")
        answer = pages.post(f"/my/{mail_list}/{BOOKING}?c={code}", data={"List-Unsubscribe": "One-Click"})

    assert f'action="/my/{mail_list}/{BOOKING}?c={code}"' in page.text
    assert (answer.status_code, f"No more {mail_list}" in answer.text) == (status, status == 200)


def test_an_address_that_the_database_cannot_store_is_refused_on_a_page() -> None:
    class Unstorable(Env):
        async def request_sign_in(self, address: str, _block: str | None) -> None:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")

    with open_pages(Unstorable(has_mail=True)) as pages:
        page = pages.post("/my", data={"email": "ada@example.org"})

    assert (page.status_code, page.headers["content-type"]) == (422, "text/html; charset=utf-8")
