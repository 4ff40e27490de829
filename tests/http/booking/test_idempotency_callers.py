"""A stored answer belongs to its caller: a guessed or observed key gives other callers no access."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from admitone.kit.postgres import open_pool
from admitone.organizers.contracts import Permission, Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.authenticate import authenticate
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.organizations import create_organization
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show
from tests.problems import refusal
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")


@pytest_asyncio.fixture
async def organizers(stack: Stack) -> AsyncIterator[OrganizersDeps]:
    async with open_pool(stack.database_url) as pool:
        yield OrganizersDeps(pool, lambda: datetime.now(UTC))


@pytest.fixture
async def show(organizer: Organizer) -> Show:
    return await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)


class BoxOffice:
    """Sells one seat with one key, as several callers."""

    def __init__(self, stack: Stack, show: Show) -> None:
        self._url = f"{stack.address}/organizer/events/{show.id}/bookings"
        self._body = {"payment": "cash", "seats": [show.seats[0]]}
        self._key = secrets.token_hex(16)

    async def sell(self, api_key: str | None, body: dict[str, Any] | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": self._key}
        if api_key is not None:
            headers["Authorization"] = f"Bearer {api_key}"
        async with httpx.AsyncClient() as http:
            return await http.post(self._url, json=self._body if body is None else body, headers=headers)


async def test_a_sale_is_not_replayed_without_its_credential(stack: Stack, show: Show) -> None:
    box_office = BoxOffice(stack, show)
    sale = await box_office.sell(stack.api_key)

    stranger = await box_office.sell(None)
    again = await box_office.sell(stack.api_key)

    assert sale.status_code == 201
    assert refusal(stranger) == (401, "not-authenticated")
    assert again.content == sale.content


async def test_a_sale_is_not_replayed_to_another_organization(
    stack: Stack, show: Show, organizers: OrganizersDeps
) -> None:
    box_office = BoxOffice(stack, show)
    assert (await box_office.sell(stack.api_key)).status_code == 201
    other = await create_organization(organizers, name="Another Env")
    api_key = await create_api_key(organizers, organization_id=other, role=Role.OWNER, label="theirs")

    assert refusal(await box_office.sell(api_key.key)) == (404, "event-not-found")


async def test_a_refusal_of_rights_is_not_replayed_to_the_owner(
    stack: Stack, show: Show, organizers: OrganizersDeps
) -> None:
    box_office = BoxOffice(stack, show)
    env = await authenticate(organizers, stack.api_key, Permission.ADMINISTER)
    scanner = await create_api_key(organizers, organization_id=env.organization_id, role=Role.SCANNER, label="scanner")

    assert refusal(await box_office.sell(scanner.key)) == (403, "role-missing")
    assert (await box_office.sell(stack.api_key)).status_code == 201


@pytest.mark.parametrize("with_credential", [True, False])
async def test_a_malformed_body_under_a_guessed_key_stops_no_sale(
    stack: Stack, show: Show, with_credential: bool
) -> None:
    box_office = BoxOffice(stack, show)
    malformed = await box_office.sell(stack.api_key if with_credential else None, {"payment": 1})

    assert malformed.status_code in (401, 422)
    assert (await box_office.sell(stack.api_key)).status_code == 201


async def test_a_guessed_key_neither_shows_nor_stops_a_checkout(organizer: Organizer, ada: Buyer) -> None:
    show, key = await organizer.show(standing=10), "1"
    eve = Buyer(ada.http, "eve")
    guessed = await eve.checkout(show, key=key, best_available={"quantity": 1})

    held = await ada.checkout(show, key=key, best_available={"quantity": 2})
    again = await eve.checkout(show, key=key, best_available={"quantity": 1})

    assert (guessed.status_code, held.status_code) == (201, 201)
    assert held.json()["booking_id"] != guessed.json()["booking_id"]
    assert again.content == guessed.content


async def test_the_same_refund_key_of_two_callers_is_two_refunds(
    stack: Stack, organizer: Organizer, show: Show, organizers: OrganizersDeps
) -> None:
    """A weak key ("1") of two box offices must not merge their requests."""
    sale = await organizer.http.post(
        f"/organizer/events/{show.id}/bookings",
        json={"payment": "cash", "seats": list(show.seats[2:4])},
        headers={"Idempotency-Key": secrets.token_hex(16)},
    )
    env = await authenticate(organizers, stack.api_key, Permission.ADMINISTER)
    colleague = await create_api_key(
        organizers, organization_id=env.organization_id, role=Role.BOX_OFFICE, label="till two"
    )
    path = f"/organizer/bookings/{sale.json()['booking_id']}/refunds"
    tickets = [ticket["ticket_id"] for ticket in sale.json()["tickets"]]
    answers = [
        await organizer.http.post(
            path,
            json={"ticket_ids": [ticket]},
            headers={"Idempotency-Key": "1", "Authorization": f"Bearer {api_key}"},
        )
        for ticket, api_key in zip(tickets, (stack.api_key, colleague.key), strict=True)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].json()["status"] == "refunded"
