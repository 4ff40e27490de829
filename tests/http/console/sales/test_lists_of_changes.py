"""Lists of changes of seats name the first seats of each change; one change names all of them."""

from typing import Any

from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from admitone.testing.organizer import Organizer, in_days
from tests.http.console.conftest import ApiOf
from tests.problems import refusal

SEATS = 30


async def test_a_list_names_the_first_seats_and_one_change_all(organizer: Organizer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
    path, seats = f"/organizer/events/{show.id}", list(show.seats[:SEATS])
    await organizer.http.patch(f"{path}/seats", json={"hold_back": seats})
    body = {"act": "release", "seats": seats, "due_at": in_days(2)}
    await organizer.http.post(f"{path}/scheduled-seat-changes", json=body)

    for name, member, id_of in (
        ("seat-changes", "changes", "change_id"),
        ("scheduled-seat-changes", "scheduled_changes", "scheduled_id"),
    ):
        (listed,) = (await organizer.http.get(f"{path}/{name}")).json()[member]
        one: dict[str, Any] = (await organizer.http.get(f"{path}/{name}/{listed[id_of]}")).json()
        assert (listed["seat_count"], listed["seats"]) == (SEATS, seats[:20])
        assert one == {**listed, "seats": seats}


async def test_one_change_is_read_by_its_own_organization(
    organizer: Organizer, api_of: ApiOf, organizers: Deps
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
    path, seats = f"/organizer/events/{show.id}", [show.seats[0]]
    changed = (await organizer.http.patch(f"{path}/seats", json={"hold_back": seats})).json()["changes"]
    body = {"act": "release", "seats": seats, "due_at": in_days(2)}
    planned = (await organizer.http.post(f"{path}/scheduled-seat-changes", json=body)).json()
    stranger_id = await create_organization(organizers, name="Another house")
    stranger = await create_api_key(organizers, organization_id=stranger_id, role=Role.OWNER, label="tests")

    async with api_of(stranger.key) as api:
        change = await api.get(f"{path}/seat-changes/{changed[0]['change_id']}")
        scheduled = await api.get(f"{path}/scheduled-seat-changes/{planned['scheduled_id']}")

    assert refusal(change) == (404, "seat-change-not-found")
    assert refusal(scheduled) == (404, "scheduled-change-not-found")
