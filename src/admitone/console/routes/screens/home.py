"""Home: what a person sees first."""

from datetime import UTC, datetime, timedelta

from litestar import Response

from admitone.console.domain.navigation import Area
from admitone.console.routes.visit import OpenVisit, screen
from admitone.console.usecases.read_events import read_events
from admitone.organizers.contracts import Permission

ATTENTION = ("disputed", "failed_refunds", "unpublished", "low_stock")
"""Parts of the overview that somebody should act on."""

TODAY = timedelta(hours=16)
"""A show that begins within this time has its doors today; the overview leaves out what began long ago."""


@screen("/console", needs=Permission.BELONG, area=Area.HOME, entry=True)
async def show_home(visit: OpenVisit) -> Response[bytes]:
    if not visit.may(Permission.VIEW):
        return await visit.render("home.html", overview=None, events={}, today=[], sees_money=False)
    overview = await visit.api.get("/organizer/overview")
    named = [entry["event_id"] for part in ("coming", *ATTENTION) for entry in overview[part]]
    return await visit.render(
        "home.html",
        overview=overview,
        events=await read_events(visit.api, named),
        today=[event for event in overview["coming"] if _is_today(event["starts_at"])],
        sees_money=visit.may(Permission.SEE_MONEY),
    )


def _is_today(starts_at: str) -> bool:
    return datetime.fromisoformat(starts_at) < datetime.now(UTC) + TODAY
