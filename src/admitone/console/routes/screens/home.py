"""Home: what a person sees first."""

from litestar import Response

from admitone.console.domain.navigation import Area
from admitone.console.routes.visit import OpenVisit, screen
from admitone.organizers.contracts import Permission


@screen("/console", needs=Permission.BELONG, area=Area.HOME, entry=True)
async def show_home(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("home.html")
