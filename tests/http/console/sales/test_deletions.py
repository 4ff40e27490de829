"""The audit trail says of every deletion what was removed; the deletions come from the OpenAPI document."""

from typing import Any

from litestar.types import ASGIApp

from admitone.testing.organizer import Organizer, in_days
from tests.catalogue_fixtures import PERFORMER, VENUE, small_seating_plan
from tests.http.console.browsing import Browser
from tests.http.console.sales.seat_acts import small_show

# Nothing with words of its own is removed, or another test has it (members, tests/http/console/test_audit.py).
WITHOUT_WORDS = {
    "endSession",
    "leaveOrganization",
    "liftMailBlock",
    "removeMember",
    "removePasskey",
    "removeSecondFactor",
}


async def things(organizer: Organizer) -> dict[str, str]:
    """Create one of everything that can be deleted; return operation → its path below `/organizer`."""
    venue = await organizer.post("/organizer/venues", VENUE)
    performer = await organizer.post("/organizer/performers", PERFORMER)
    plan = await organizer.post("/organizer/seat-maps", {"name": "Hall", "plan": small_seating_plan()})
    promo = await organizer.post("/organizer/promo-codes", {"code": "GONE", "percent": 10})
    key = await organizer.post("/organizer/keys", {"name": "gate", "role": "scanner"})
    invitation = await organizer.post("/organizer/invitations", {"role": "scanner"})
    levels = [{"name": name, "price": {"amount": 4000, "currency": "EUR"}} for name in ("Standing", "Unused")]
    draft = {
        "name": "Cornucopia",
        "segment": "music",
        "venue_id": await organizer.venue(),
        "local_start": "2030-12-31T19:30",
        "price_levels": levels,
        "general_admission": [{"name": "Floor", "capacity": 100, "price_level": "Standing"}],
    }
    event = await organizer.post("/organizer/events", draft)
    doomed = await organizer.post("/organizer/events", {**draft, "name": "Doomed"})
    pattern = {"slots": [{"time": "19:30", "weekdays": ["mon"]}], "count": 1}
    series = await organizer.post("/organizer/series", {"event_id": event["id"], "pattern": pattern})
    show = await small_show(organizer)
    await organizer.http.patch(f"/organizer/events/{show.id}/seats", json={"hold_back": [show.seats[0]]})
    body = {"act": "release", "seats": [show.seats[0]], "due_at": in_days(2)}
    change = await organizer.post(f"/organizer/events/{show.id}/scheduled-seat-changes", body)
    await organizer.post(f"/organizer/events/{show.id}/pause", {})
    return {
        "deleteVenue": f"venues/{venue['id']}",
        "deletePerformer": f"performers/{performer['id']}",
        "deleteSeatMap": f"seat-maps/{plan['id']}",
        "deletePromoCode": f"promo-codes/{promo['id']}",
        "revokeApiKey": f"keys/{key['id']}",
        "revokeInvitation": f"invitations/{invitation['id']}",
        "removeReplyAddress": "mail-identity/reply-address",
        "deletePriceLevel": f"price-levels/{event['price_levels'][1]['id']}",
        "detachSeriesDate": f"series/{series['series']['id']}/dates/{event['id']}",
        "deleteEvent": f"events/{doomed['id']}",
        "cancelScheduledSeatChange": f"events/{show.id}/scheduled-seat-changes/{change['scheduled_id']}",
        "resumeSales": f"events/{show.id}/pause",
        "withdrawEvent": f"events/{show.id}/publication",
    }


async def test_every_deletion_says_what_it_removed(organizer: Organizer, console: ASGIApp) -> None:
    document = (await Browser(console).get("/schema/openapi.json")).json()
    deletions = {
        item["delete"]["operationId"]
        for item in document["paths"].values()
        if {"api_key": []} in item.get("delete", {}).get("security", [])
    }
    paths = await things(organizer)
    said: dict[str, Any] = {}
    for operation, path in paths.items():
        answer = await organizer.http.delete(f"/organizer/{path}")
        assert answer.status_code in (200, 204), f"{operation}: {answer.text}"
        [entry] = (await organizer.http.get("/organizer/audit", params={"q": operation})).json()["entries"]
        said[operation] = entry["before"]

    assert deletions == set(paths) | WITHOUT_WORDS
    assert [operation for operation, before in said.items() if not before] == []
    names = ("deleteVenue", "deletePerformer", "deleteSeatMap", "deletePriceLevel", "deleteEvent", "detachSeriesDate")
    assert [said[operation]["name"] for operation in names] == [
        *(VENUE["name"], PERFORMER["name"], "Hall", "Unused", "Doomed", "Cornucopia")
    ]
    assert said["deletePromoCode"]["promo_code"] == "GONE"
    assert said["revokeApiKey"] == {"label": "gate", "role": "scanner"}
    assert (said["cancelScheduledSeatChange"]["act"], said["cancelScheduledSeatChange"]["seats"]) == ("release", 1)
