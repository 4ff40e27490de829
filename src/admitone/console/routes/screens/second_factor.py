"""Set up and remove the authenticator app of a person."""

from litestar import Response

from admitone.console.routes.visit import OpenVisit, action
from admitone.console.usecases.api import Problem
from admitone.organizers.contracts import Fresh, Permission

_ACCOUNT = "/console/account"
_SURE = Fresh(Permission.BELONG)


@action("/console/account/second-factor", needs=_SURE, area=None)
async def post_begin(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.post("/organizer/me/second-factor")
    if isinstance(answer, Problem):
        return visit.redirect(_ACCOUNT, flash=answer.detail)
    return await _show(visit, answer.document["secret"], answer.document["uri"])


@action("/console/account/second-factor/confirm", needs=_SURE, area=None)
async def post_confirm(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.post("/organizer/me/second-factor/confirmation", {"code": visit.form.value("code")})
    if not isinstance(answer, Problem):
        return await visit.render("recovery_codes.html", codes=answer.document["recovery_codes"])
    visit.form.refused(answer.faults)
    return await _show(visit, visit.form.value("secret"), visit.form.value("uri"), status=422)


@action("/console/account/second-factor/remove", needs=_SURE, area=None)
async def post_remove(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.delete("/organizer/me/second-factor")
    words = answer.detail if isinstance(answer, Problem) else "Your sign-in needs no code any more."
    return visit.redirect(_ACCOUNT, flash=words)


async def _show(visit: OpenVisit, secret: str, uri: str, *, status: int = 200) -> Response[bytes]:
    import segno  # with the first code: few people set one up

    qr = segno.make(uri, error="m").svg_data_uri(scale=4, border=2, light="white")
    return await visit.render("second_factor.html", status=status, secret=secret, uri=uri, qr=qr)
