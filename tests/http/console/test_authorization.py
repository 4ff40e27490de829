"""The authorization table: every organizer operation × every role × another organization.

The operations and their permissions come from the OpenAPI document, so a new route is in the table by itself.
"""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from litestar.types import ASGIApp

from admitone.organizers.contracts import Permission, Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from tests.catalogue_fixtures import PERFORMER, VENUE, small_seating_plan
from tests.http.console.browsing import Browser
from tests.http.console.conftest import ApiOf

Operation = tuple[str, str]
"""(method, path with its parameters' names)."""

# What needs something else than reading by `view` and writing by `manage`.
EXCEPTIONS: dict[Operation, str] = {
    ("POST", "/check-in/scans"): "scan",
    ("POST", "/check-in/offline-scans"): "scan",
    ("GET", "/check-in/manifest"): "scan",
    ("POST", "/organizer/bookings/{booking_id}/refunds"): "sell",
    ("POST", "/organizer/bookings/{booking_id}/refunds/{refund_id}/retry"): "sell",
    ("POST", "/organizer/events/{event_id}/bookings"): "sell",
    ("GET", "/organizer/events/{event_id}/best-seats"): "sell",
    ("PATCH", "/organizer/bookings/{booking_id}"): "sell",
    ("POST", "/organizer/bookings/{booking_id}/refund-preview"): "sell",
    ("POST", "/organizer/bookings/{booking_id}/mails"): "sell",
    ("DELETE", "/organizer/bookings/{booking_id}/mail-block"): "sell",
    ("GET", "/organizer/bookings/{booking_id}/exchange-seats"): "sell",
    ("POST", "/organizer/bookings/{booking_id}/seat-exchanges"): "sell",
    ("POST", "/organizer/bookings/{booking_id}/notes"): "sell",
    ("GET", "/organizer/mail-identity"): "manage",
    ("GET", "/organizer/payment-tests/{test_id}"): "manage",
    ("GET", "/organizer/money"): "see_money",
    ("GET", "/organizer/money/entries"): "see_money",
    ("GET", "/organizer/me"): "belong",
    ("GET", "/organizer/me/sessions"): "belong",
    ("DELETE", "/organizer/me/sessions/{session_id}"): "belong",
    ("PUT", "/organizer/me/password"): "belong",
    ("PUT", "/organizer/me/organization"): "belong",
    ("DELETE", "/organizer/me/membership"): "belong",
    ("GET", "/organizer/me/passkeys"): "belong",
    ("POST", "/organizer/me/passkeys"): "belong",
    ("POST", "/organizer/me/passkeys/options"): "belong",
    ("DELETE", "/organizer/me/passkeys/{passkey_id}"): "belong",
    ("GET", "/organizer/me/second-factor"): "belong",
    ("POST", "/organizer/me/second-factor"): "belong",
    ("POST", "/organizer/me/second-factor/confirmation"): "belong",
    ("DELETE", "/organizer/me/second-factor"): "belong",
    ("GET", "/organizer/audit"): "see_audit",
    ("GET", "/organizer/system"): "operate",
    ("GET", "/organizer/system/on-sale"): "operate",
    ("POST", "/organizer/system/checks"): "operate",
    ("POST", "/organizer/system/jobs/{job_id}/retry"): "operate",
    ("POST", "/organizer/system/mails/{mail_id}/resend"): "operate",
    **{
        (method, f"/organizer/{path}"): "administer"
        for method, path in (
            *(("GET", "members"), ("PATCH", "members/{person_id}"), ("DELETE", "members/{person_id}")),
            *(("GET", "invitations"), ("POST", "invitations"), ("DELETE", "invitations/{invitation_id}")),
            *(("GET", "keys"), ("POST", "keys"), ("DELETE", "keys/{key_id}")),
            *(("POST", "people/find"), ("POST", "people/export"), ("POST", "people/erase")),
            *(("PUT", "mail-identity"), ("PUT", "mail-identity/reply-address")),
            ("DELETE", "mail-identity/reply-address"),
            ("POST", "mail-identity/reply-address/confirmation"),
            *(("PUT", "settings"), ("POST", "terms")),
        )
    },
}


@pytest_asyncio.fixture(scope="session")
async def operations(console: ASGIApp) -> dict[Operation, str]:
    """Return operation → the permission that the OpenAPI document names."""
    document = (await Browser(console).get("/schema/openapi.json")).json()
    return {
        (method.upper(), path): operation["x-permission"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if {"api_key": []} in operation.get("security", [])
    }


async def key_of(organizers: Deps, organization_id: str, role: Role) -> str:
    return (await create_api_key(organizers, organization_id=organization_id, role=role, label=role.value)).key


async def call(api: httpx.AsyncClient, operation: Operation, ids: dict[str, str]) -> httpx.Response:
    """Send an empty body, or none: it must change nothing."""
    method, path = operation
    body: dict[str, str] | None = None if method in ("GET", "DELETE") else {}
    return await api.request(method, path.format_map(ids), json=body)


class Nothing(dict[str, str]):
    """Ids of nothing, for every parameter."""

    def __missing__(self, name: str) -> str:
        return "none"


async def test_each_operation_needs_what_the_table_says(operations: dict[Operation, str]) -> None:
    expected = {
        operation: EXCEPTIONS.get(operation, "view" if operation[0] == "GET" else "manage") for operation in operations
    }
    assert len(operations) > 40
    assert expected == operations
    assert set(EXCEPTIONS) <= set(operations)


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_does_what_its_permissions_say(
    operations: dict[Operation, str], organizers: Deps, api_of: ApiOf, house: str, role: Role
) -> None:
    wrong: list[tuple[Operation, int, str]] = []
    async with api_of(await key_of(organizers, house, role)) as api:
        for operation, needed in operations.items():
            answer = await call(api, operation, Nothing())
            code = answer.json().get("code", "") if answer.content and answer.status_code >= 400 else ""
            is_refused = (answer.status_code, code) == (403, "role-missing")
            if is_refused == role.covers(Permission(needed)) or answer.status_code == 401 or answer.status_code >= 500:
                wrong.append((operation, answer.status_code, code))

    assert wrong == []


async def test_without_a_credential_nothing_is_reached(operations: dict[Operation, str], api_of: ApiOf) -> None:
    statuses = {operation: (await call(api_of("none"), operation, Nothing())).status_code for operation in operations}

    assert statuses == dict.fromkeys(operations, 401)


async def things_of_a_house(api: httpx.AsyncClient) -> dict[str, str]:
    """Create one of everything; return path parameter → id."""

    async def create(path: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        answer = await api.post(path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        created: dict[str, Any] = answer.json()
        return created

    venue = await create("/organizer/venues", VENUE)
    performer = await create("/organizer/performers", PERFORMER)
    seat_map = await create("/organizer/seat-maps", {"name": "Hall", "plan": small_seating_plan()})
    event = await create(
        "/organizer/events",
        {
            "name": "Cornucopia",
            "segment": "music",
            "venue_id": venue["id"],
            "performer_ids": [performer["id"]],
            "local_start": "2030-12-31T19:30",
            "price_levels": [{"name": "Standing", "price": {"amount": 4000, "currency": "EUR"}}],
            "general_admission": [{"name": "Floor", "capacity": 100, "price_level": "Standing"}],
        },
    )
    pattern = {"slots": [{"time": "19:30", "weekdays": ["mon"]}], "count": 1}
    series = await create("/organizer/series", {"event_id": event["id"], "pattern": pattern})
    key = await create("/organizer/keys", {"name": "gate", "role": "scanner"})
    invitation = await create("/organizer/invitations", {"role": "scanner"})
    return {
        "venue_id": venue["id"],
        "performer_id": performer["id"],
        "seat_map_id": seat_map["id"],
        "event_id": event["id"],
        "series_id": series["series"]["id"],
        "price_level_id": event["price_levels"][0]["id"],
        "key_id": key["id"],
        "invitation_id": invitation["id"],
    }


async def test_another_organization_reaches_nothing(
    operations: dict[Operation, str], organizers: Deps, api_of: ApiOf, house: str
) -> None:
    own = api_of(await key_of(organizers, house, Role.OWNER))
    ids = Nothing(await things_of_a_house(own))
    stranger = await create_organization(organizers, name="Wiener Bühnen")
    theirs = api_of(await key_of(organizers, stranger, Role.OWNER))
    with_ids = [operation for operation in operations if "{" in operation[1]]

    reached = {
        operation: answer.status_code
        for operation in with_ids
        if (answer := await call(theirs, operation, ids)).status_code not in (403, 404)
        # An invalid body or parameter is refused for every role; the next test sends what is accepted.
        and (answer.status_code, answer.json().get("code")) not in ((422, "invalid-body"), (400, "invalid-parameter"))
    }
    still = [
        (await own.get(f"/organizer/{path}/{ids[name]}")).status_code
        for path, name in (("venues", "venue_id"), ("events", "event_id"), ("performers", "performer_id"))
    ]

    assert len(with_ids) > 25
    assert reached == {}
    assert still == [200] * 3


async def test_another_organization_changes_nothing_by_a_body_that_is_accepted(
    organizers: Deps, api_of: ApiOf, house: str
) -> None:
    own = api_of(await key_of(organizers, house, Role.OWNER))
    ids = await things_of_a_house(own)
    stranger = await create_organization(organizers, name="Wiener Bühnen")
    theirs = api_of(await key_of(organizers, stranger, Role.OWNER))

    answers = [
        await theirs.put(f"/organizer/venues/{ids['venue_id']}", json=VENUE),
        await theirs.put(f"/organizer/performers/{ids['performer_id']}", json=PERFORMER),
        await theirs.patch(f"/organizer/events/{ids['event_id']}", json={"name": "Ours now"}),
        await theirs.post(f"/organizer/events/{ids['event_id']}/publication"),
        await theirs.post(f"/organizer/events/{ids['event_id']}/cancellation", json={}),
        await theirs.get(f"/organizer/events/{ids['event_id']}/best-seats?quantity=2"),
        await theirs.delete(f"/organizer/series/{ids['series_id']}/dates/{ids['event_id']}"),
        await theirs.post("/organizer/price-levels", json={"event_id": ids["event_id"], "name": "x"}),
    ]

    assert [answer.status_code for answer in answers[:7]] == [404] * 7
    assert answers[7].status_code in (404, 422)
    assert (await own.get(f"/organizer/events/{ids['event_id']}")).json()["name"] == "Cornucopia"
