"""The ticket's link or the booking's token shows the ticket; other callers get 404."""

import httpx
import pytest

from tests.http.tickets.conftest import BUYER, TICKET_ID, TOKEN, link_signature, unknown_ticket


async def test_the_link_shows_the_code(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/tickets/{TICKET_ID}/barcode", params={"s": link_signature()})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.headers["cache-control"] == "private, no-store"
    assert b"<svg" in answer.content


async def test_the_booking_token_shows_the_page_to_print(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/tickets/{TICKET_ID}.pdf", headers={"Authorization": f"Bearer {TOKEN}"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")


@pytest.mark.parametrize("path", [f"/tickets/{TICKET_ID}/barcode", f"/tickets/{TICKET_ID}.pdf"])
@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ({}, {}),
        ({"s": "1-nonsense"}, {}),
        ({"s": link_signature(ticket_id=TICKET_ID + "1")}, {}),
        ({}, {"Authorization": "Bearer wrong"}),
        ({}, {"Authorization": TOKEN}),
        ({"s": "1-nonsense"}, {"Authorization": f"Bearer {TOKEN}"}),
    ],
)
async def test_other_callers_get_not_found(
    client: httpx.AsyncClient, path: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    answer = await client.get(path, params=query, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "ticket-not-found")


@pytest.mark.parametrize(
    "ticket_id",
    ["x", unknown_ticket(), "tkt_%00", "%F0%9F%8E%BB", "x" * 3_000],
    ids=["short", "unknown", "nul", "violin", "long"],
)
async def test_an_unknown_ticket_is_not_found(client: httpx.AsyncClient, ticket_id: str) -> None:
    for path in (f"/tickets/{ticket_id}/barcode", f"/tickets/{ticket_id}.pdf", f"/tickets/{ticket_id}"):
        answer = await client.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
        assert (answer.status_code, answer.json()["code"]) == (404, "ticket-not-found")


async def test_after_a_transfer_only_the_new_link_opens(client: httpx.AsyncClient) -> None:
    given = await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json={"name": "Ben Okafor"})

    old = await client.get(f"/tickets/{TICKET_ID}/barcode", params={"s": link_signature()})
    with_token = await client.get(f"/tickets/{TICKET_ID}/barcode", headers={"Authorization": f"Bearer {TOKEN}"})
    new = await client.get(given.json()["barcode_url"])

    assert given.status_code == 200
    assert [answer.status_code for answer in (old, with_token, new)] == [410, 410, 200]
    assert old.json()["code"] == "ticket-transferred"


async def test_a_link_that_shows_a_ticket_does_not_transfer_it(client: httpx.AsyncClient) -> None:
    refused = await client.post(
        f"/tickets/{TICKET_ID}/transfer", params={"s": link_signature()}, json={"name": "A Stranger"}
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "transfer-not-allowed")
    assert (await client.get(f"/tickets/{TICKET_ID}/barcode", params={"s": link_signature()})).status_code == 200


async def test_the_recipient_can_transfer_with_the_token_of_the_ticket(
    client: httpx.AsyncClient,
) -> None:
    path, to_ben, to_eve = f"/tickets/{TICKET_ID}/transfer", {"name": "Ben Okafor"}, {"name": "Eve Lind"}
    given = (await client.post(path, headers=BUYER, json=to_ben)).json()
    ben = {"Authorization": f"Bearer {given['transfer_token']}"}

    by_giver = await client.post(path, headers=BUYER, json=to_eve)
    by_ben = await client.post(path, headers=ben, json=to_eve)
    again = await client.post(path, headers=ben, json=to_ben)

    assert [answer.status_code for answer in (by_giver, by_ben, again)] == [410, 200, 404]


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "a\u0000b"}, {"name": "x" * 201}, {"name": 5}, []])
async def test_a_refused_transfer_names_its_faults(client: httpx.AsyncClient, body: object) -> None:
    answer = await client.post(f"/tickets/{TICKET_ID}/transfer", headers=BUYER, json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-body")
