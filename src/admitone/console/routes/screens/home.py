"""Home: what a person sees first; and the way out."""

from litestar import Response

from admitone.console.domain.navigation import Area
from admitone.console.routes.cookies import keep_session
from admitone.console.routes.rendering import see_other
from admitone.console.routes.visit import OpenVisit, action, screen
from admitone.organizers.contracts import Permission


@screen("/console", needs=Permission.BELONG, area=Area.HOME, entry=True)
async def show_home(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("home.html")


@action("/console/sign-out", needs=Permission.BELONG, area=Area.HOME)
async def post_sign_out(visit: OpenVisit) -> Response[bytes]:
    await visit.deps.end_session(visit.identity)
    return keep_session(see_other("/console"), "", seconds=0, is_secure=visit.deps.is_secure)
