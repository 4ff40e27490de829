"""One document with all tickets of a booking, by the booking's signed link or token."""

import httpx
import pypdfium2
import pytest

from admitone.booking.contracts import ticket_code
from admitone.kit.short_codes import spaced
from admitone.tickets.answers import print_booking
from admitone.tickets.domain.links import sign_booking
from admitone.tickets.drawing.printer import TicketPrinter
from admitone.tickets.usecases import holding
from tests.http.tickets.conftest import BOOKING_ID, BUYER, CODES, KEYS, Env, link_signature

LINK = sign_booking(KEYS, BOOKING_ID)


def pages(answer: httpx.Response) -> list[str]:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content)]


async def test_the_link_shows_every_ticket_with_its_code(client: httpx.AsyncClient, env: Env) -> None:
    env.bought = [5, 7, 12]

    by_link, by_token = pages(await client.get(LINK)), pages(await client.get(LINK.split("?")[0], headers=BUYER))

    assert len(by_link) == len(by_token) == 3
    for page, index in zip(by_link, env.bought, strict=True):
        assert spaced(ticket_code(CODES, BOOKING_ID, index)) in page


async def test_refunded_and_transferred_tickets_are_left_out(client: httpx.AsyncClient, env: Env) -> None:
    env.bought, env.refunded = [5, 7, 12], {5}
    await client.post(f"/tickets/{env.ticket_id(7)}/transfer", headers=BUYER, json={"name": "Ben Okafor"})

    (page,) = pages(await client.get(LINK))
    env.refunded = {5, 12}

    assert spaced(ticket_code(CODES, BOOKING_ID, 12)) in page
    assert (await client.get(LINK)).status_code == 404


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {}),
        ("?s=nonsense", {}),
        (f"?s={link_signature()}", {}),
        ("", {"Authorization": "Bearer wrong"}),
        ("?s=nonsense", BUYER),
        (f"?s={sign_booking(KEYS, BOOKING_ID + 'x').split('s=')[1]}", {}),
    ],
)
async def test_other_callers_get_not_found(client: httpx.AsyncClient, query: str, headers: dict[str, str]) -> None:
    answer = await client.get(f"/tickets/{BOOKING_ID}.pdf{query}", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "ticket-not-found")


async def test_mails_attach_the_same_document(client: httpx.AsyncClient, env: Env) -> None:
    document = await print_booking(env.deps, TicketPrinter(), BOOKING_ID)
    assert document is not None
    assert document.startswith(b"%PDF-")

    env.refunded = {7}
    assert await print_booking(env.deps, TicketPrinter(), BOOKING_ID) is None


async def test_a_document_has_a_limit(client: httpx.AsyncClient, env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "TICKETS_OF_DOCUMENT_MAX", 2)
    env.bought = [5, 7, 12]

    answer = await client.get(LINK)

    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-tickets-to-print")
