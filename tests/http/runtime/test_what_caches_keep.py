"""What a cache may keep: every response about a person forbids it, and every other says for how long.

A CDN in front of the gateway follows `Cache-Control` (docs/how-to/put_a_cdn_in_front.md). The test asks every route of
every role, with the ids of a real event and booking, as the person who may read the answer.
"""

import re

import httpx
import pytest

from admitone.embedded.gateway import HTTP_ROLES
from admitone.runtime.app import mount_roles
from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")

PERSONAL = re.compile(
    r"/(booking|check-in|checkout|my|tickets|transfer|organizer|console|demo/mail)(/|$)"
    r"|/e/[^/]+/waiting-list(/|$)|/events/[^/]+/waiting-list$"
)
"""Paths whose answers depend on a key, a cookie, a token or a place in a queue."""
NEVER_KEPT = {"no-store", "private"}
OF_THE_MACHINE = {"/healthz", "/readyz", "/metrics", "/events/search/generation"}
"""Probes of operators, which the gateway answers or hides."""
STREAM = "/events/{event_id:str}/live"
NAMED = re.compile(r"\{(\w+):\w+\}")


def read_routes() -> list[str]:
    """Return the path of every GET route of every role; a path without a route is the pages' 404."""
    return sorted(
        {
            route.path
            for role in HTTP_ROLES
            for router in mount_roles([role], lambda: pytest.fail("routes are only listed"))
            for route in router.routes
            if "GET" in getattr(route, "methods", ())
        }
        - {STREAM}
    )


def fill(path: str, show: Show, held: Held) -> str:
    ids = {"event_id": show.id, "booking_id": held.booking_id, "holder_id": held.booking_id, "rest": "nothing"}
    if path.startswith("/e/{segment"):
        ids["segment"] = show.id
    if path.startswith("/seat-maps/") and show.hall is not None:
        ids["seat_map_id"] = show.hall.id
    return NAMED.sub(lambda match: ids.get(match[1], "1" if match[0].endswith(":int}") else "of_nothing"), path)


def directives(answer: httpx.Response) -> set[str]:
    return {word.strip().split("=")[0] for word in answer.headers.get("Cache-Control", "").split(",")}


def fault_of(path: str, answer: httpx.Response) -> str | None:
    said = directives(answer)
    has_person = PERSONAL.match(path) is not None or "Set-Cookie" in answer.headers
    if has_person and not said & NEVER_KEPT:
        return f"{answer.status_code}: may be kept ({answer.headers.get('Cache-Control')})"
    if not said & {*NEVER_KEPT, "no-cache", "max-age", "s-maxage"}:
        return f"{answer.status_code}: does not say for how long ({answer.headers.get('Cache-Control')})"
    return None


async def test_every_response_says_whether_a_cache_may_keep_it(stack: Stack, organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())
    held = await ada.hold(show, best_available={"quantity": 1})
    (await ada.confirm(held)).raise_for_status()
    routes = [path for path in read_routes() if path not in OF_THE_MACHINE]
    faults: dict[str, str] = {}
    kept: set[str] = set()
    async with httpx.AsyncClient(base_url=stack.address, timeout=120) as http:
        for path in routes:
            headers = (
                {"Authorization": f"Bearer {stack.api_key}"} if path.startswith(("/organizer", "/check-in")) else {}
            )
            if path.startswith(("/booking", "/tickets")):
                headers = {"Authorization": f"Bearer {held.token}"}
            answer = await http.get(fill(path, show, held), headers=headers)
            if (fault := fault_of(path, answer)) is not None:
                faults[path] = fault
            if answer.status_code == 200 and not directives(answer) & NEVER_KEPT:
                kept.add(path)

        place = await http.get(f"/e/{show.id}/queue", params={"t": "a_place"})

    assert len(routes) > 150
    assert directives(place) >= {"no-store"}
    assert faults == {}, faults
    # The test reads real answers: what a rush is made of can be kept by a CDN.
    assert {"/", "/e/{segment:str}", "/events/search", "/events/details/{event_id:str}", "/search"} <= kept
