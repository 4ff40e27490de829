"""API keys: list, create (the key is shown once), revoke."""

from datetime import timedelta

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.routes.rendering import ROLE_NAMES
from admitone.console.routes.visit import OpenVisit, action, screen
from admitone.console.usecases.api import Problem
from admitone.organizers.contracts import Fresh, Permission

_PATH = "/console/keys"
_SEE, _CHANGE = Permission.ADMINISTER, Fresh(Permission.ADMINISTER)
DAYS_MAX = 3650


@screen(_PATH, needs=_SEE, area=Area.KEYS, entry=True)
async def show_keys(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("keys.html", keys=(await visit.api.get("/organizer/keys"))["keys"])


@screen("/console/keys/new", needs=_CHANGE, area=Area.KEYS)
async def show_new_key(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("key_new.html", roles=list(ROLE_NAMES.items()))


@action("/console/keys/new", needs=_CHANGE, area=Area.KEYS)
async def post_key(visit: OpenVisit) -> Response[bytes]:
    form = visit.form
    key = {"name": form.value("name"), "role": form.value("role")}
    days = form.whole("days")
    if days is not None and not 1 <= days <= DAYS_MAX:
        form.faults["days"] = f"Enter a number of days from 1 to {DAYS_MAX}, or leave it empty."
    elif days is not None:
        key["expires_at"] = (visit.deps.now() + timedelta(days=days)).isoformat()
    if not form.faults:
        answer = await visit.api.post("/organizer/keys", key, key=form.key)
        if not isinstance(answer, Problem):
            return await visit.render("key_created.html", created=answer.document, name=key["name"])
        form.refused(answer.faults)
    return await visit.render("key_new.html", status=422, form=form, roles=list(ROLE_NAMES.items()))


@action("/console/keys/{key_id:str}/revoke", needs=_CHANGE, area=Area.KEYS)
async def post_revoke_key(visit: OpenVisit, key_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/keys/{key_id}")
    words = answer.detail if isinstance(answer, Problem) else "The key is refused everywhere within 10 seconds."
    return visit.redirect(_PATH, flash=words)
