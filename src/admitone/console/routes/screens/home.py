"""Home: what a person sees first."""

from litestar import Response

from admitone.console.domain.navigation import Area
from admitone.console.routes.visit import OpenVisit, screen
from admitone.console.usecases.read_events import read_events
from admitone.organizers.contracts import Permission

ATTENTION = ("disputed", "failed_refunds", "unpublished", "low_stock")
"""Parts of the overview that somebody should act on."""


@screen("/console", needs=Permission.BELONG, area=Area.HOME, entry=True)
async def show_home(visit: OpenVisit) -> Response[bytes]:
    if not visit.may(Permission.VIEW):
        return await visit.render("home.html", overview=None, events={}, sees_money=False)
    overview = await visit.api.get("/organizer/overview")
    named = [entry["event_id"] for part in ("coming", *ATTENTION) for entry in overview[part]]
    return await visit.render(
        "home.html",
        overview=overview,
        events=await read_events(visit.api, named),
        sees_money=visit.may(Permission.SEE_MONEY),
    )
