"""What organizers do that only the console shows: corrections of a booking, a paused sale, a series."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from admitone.testing.buyer import Held
from admitone.testing.organizer import Organizer, Show

Buy = Callable[[Show], Awaitable[Held]]

SERIES = "The Clockmaker's Daughter"
EVENINGS = {"time": "19:30", "weekdays": ["tue", "wed", "thu", "fri", "sat"]}
MATINEES = {"time": "15:00", "weekdays": ["sat"]}


async def make_console_states(organizer: Organizer, buy: Buy, venue_id: str) -> dict[str, str]:
    """Return the addresses of the console's pages by the names of their states."""
    in_weeks = _evening(28)
    corrected = await organizer.show(name="Wrong Address", standing=80, venue_id=venue_id, starts_at=in_weeks)
    booking_id = await _correct(organizer, await buy(corrected))
    paused = await organizer.show(name="The Long Pause", standing=80, venue_id=venue_id, starts_at=in_weeks)
    await organizer.post(f"/organizer/events/{paused.id}/pause")
    once = await organizer.show(name="One Night Only", standing=80, venue_id=venue_id, starts_at=in_weeks)
    first = await organizer.show(name=SERIES, standing=80, venue_id=venue_id, starts_at=in_weeks)
    await _repeat(organizer, first)
    return {
        "console-corrections": f"/console/bookings/{booking_id}",
        "console-paused": f"/console/events/{paused.id}",
        "console-repeat": f"/console/events/{once.id}/repeat",
        "console-dates": f"/console/events/{first.id}/repeat",
        "console-series": f"/console/events/{first.id}",
    }


async def _correct(organizer: Organizer, held: Held) -> str:
    """The buyer asks for another address twice, staff write a note, and correct address and name.

    An installation without a mail server, as that of the tests, does not offer the first.
    """
    async with httpx.AsyncClient(base_url=organizer.http.base_url, follow_redirects=True, timeout=120) as buyer:
        page = f"/my/{held.booking_id}"
        shown = await buyer.get(page, params={"t": held.token})
        assert shown.status_code == 200, shown.text[:500]
        is_offered = f'action="{page}/address"' in shown.text
        for email in ("ada@exmaple.org", "ada@example.org") if is_offered else ():
            asked = await buyer.post(f"{page}/address", data={"new_email": email})
            assert asked.status_code == 200, asked.text[:500]
    path = f"/organizer/bookings/{held.booking_id}"
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"{path}/notes", {"text": "She called: the confirmation went to an address with a typing error."}),
        ("PATCH", path, {"buyer_email": "ada.lovelace@analytical-engines.example.org"}),
        ("PATCH", path, {"buyer_name": "Augusta Ada King, Countess of Lovelace"}),
    ]
    for method, url, body in steps:
        answer = await organizer.http.request(method, url, json=body)
        assert answer.is_success, f"{url}: {answer.status_code} {answer.text[:500]}"
    return held.booking_id


async def _repeat(organizer: Organizer, first: Show) -> None:
    """Make a series and publish its dates."""
    pattern = {"slots": [EVENINGS, MATINEES], "count": 20}
    series = (await organizer.post("/organizer/series", {"event_id": first.id, "pattern": pattern}))["series"]
    found = await organizer.http.get("/organizer/events", params={"series_id": series["id"], "size": 50})
    for date in found.json()["events"]:
        if date["id"] != first.id:
            await organizer.post(f"/organizer/events/{date['id']}/publication")


def _evening(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).replace(hour=18, minute=30, second=0, microsecond=0).isoformat()
