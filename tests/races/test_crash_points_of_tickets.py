"""A process crashes while a buyer's tickets get new codes: all of it happened, or nothing."""

import httpx
import pytest

from admitone.kit.crash_points import EXIT_CODE
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.organizations import create_organization
from admitone.testing.organizer import Organizer, Show
from tests.races.environment import Env, confirm

BUYER = {"email": "ada@example.org", "name": "Ada Byron"}


async def test_a_process_crashes_while_tickets_get_new_codes(env: Env) -> None:
    """Before the commit, nothing changed: no offer is open. After it, the codes from before are void and a guest still
    has the name; a retry finds no more to do."""
    with env.booking(beside=("catalogue",)) as (client, _):
        show = await _show_that_asks_for_names(env)
        areas = [{"section_id": show.floor, "quantity": 2}]
        wish = {"event_id": show.id, "general_admission": areas, "buyer": BUYER}
        held = client.post("/booking/checkout", json=wish).json()
        key = {name: held[name] for name in ("booking_id", "booking_token")}
        bought = confirm(client, key)
        first = bought.json()["tickets"][0]["ticket_id"]
        bearer = {"Authorization": f"Bearer {key['booking_token']}"}
        body = {"holder_id": key["booking_id"], "names": {first: "Mia Novak"}}
        named = client.put("/tickets/names", json=body, headers=bearer)
    ask = f"/my/{key['booking_id']}/new-codes?t={key['booking_token']}"
    codes = []
    states = [_state(env, show)]
    for point in ("tickets.renewing", "tickets.renewed"):
        with env.booking(crash_at=point) as (client, process), pytest.raises(httpx.TransportError):
            client.post(ask)
        codes.append(process.wait())
        states.append(_state(env, show))
    with env.booking() as (client, _):
        again = client.post(ask)

    assert (bought.status_code, named.status_code, codes) == (200, 204, [EXIT_CODE] * 2)
    assert states[0] == states[1] == ([], [(1, "Mia Novak")])
    assert states[2] == ([("accepted", False)], [(2, "Ada Byron"), (2, "Mia Novak")])
    assert (again.status_code, again.headers["location"]) == (303, f"/my/{key['booking_id']}")
    assert _state(env, show) == states[2]


async def _show_that_asks_for_names(env: Env) -> Show:
    """Create a show at the roles that answer now."""
    deps = OrganizersDeps(env.pool, env.box_office.now)
    organization_id = await create_organization(deps, name="Kölner Bühnen")
    api_key = (await create_api_key(deps, organization_id=organization_id, role=Role.OWNER, label="tests")).key
    async with Organizer("http://booking", api_key) as organizer:
        transport = httpx.AsyncHTTPTransport(uds=str(env.folder / "booking.sock"))
        headers = {"Authorization": f"Bearer {api_key}"}
        organizer.http = httpx.AsyncClient(transport=transport, base_url="http://booking", headers=headers, timeout=120)
        show = await organizer.show(standing=10)
        answer = await organizer.http.put(f"/organizer/events/{show.id}/transfers", json={"asks_names": True})
    assert answer.status_code == 200, answer.text
    return show


def _state(env: Env, show: Show) -> tuple[list[tuple[str, bool]], list[tuple[int, str]]]:
    """Return the transfers with whether they are open offers, and version and name of each ticket with a history."""
    transfers = env.rows(
        "select distinct state, is_open from tickets.transfers join tickets.transfer_tickets on transfer_id = id"
        " where event_id = %s",
        show.id,
    )
    tickets = env.rows("select version, holder_name from tickets.tickets where event_id = %s order by 1, 2", show.id)
    return (
        [(row["state"], row["is_open"]) for row in transfers],
        [(row["version"], row["holder_name"]) for row in tickets],
    )
