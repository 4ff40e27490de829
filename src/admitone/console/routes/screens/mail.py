"""Mail: how it introduces the organization, each kind as buyers get it, and a test to oneself."""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.sales_words import MAIL_KINDS
from admitone.console.routes.rendering import HEADERS
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Answer, ApiRefused, Problem
from admitone.organizers.contracts import Fresh, Permission

_PATH, _IDENTITY = "/console/mail", "/organizer/mail-identity"
_SEE, _CHANGE = Permission.MANAGE, Fresh(Permission.ADMINISTER)
# The mail's own document, in a frame without an origin: no script, no picture from elsewhere, no link that leads away.
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@screen(_PATH, needs=_SEE, area=Area.MAIL, entry=True)
async def show_mail(visit: OpenVisit) -> Response[bytes]:
    return await _render(visit)


@action("/console/mail/identity", needs=_CHANGE, area=Area.MAIL)
async def post_identity(visit: OpenVisit) -> Response[bytes]:
    accent = visit.form.text("accent") if visit.form.flag("has_accent") else None
    identity = {"sender_name": visit.form.text("sender_name"), "accent": accent}
    return await _done(visit, await visit.api.put(_IDENTITY, identity), "Mails are changed from now on.")


@action("/console/mail/reply-address", needs=_CHANGE, area=Area.MAIL)
async def post_reply_address(visit: OpenVisit) -> Response[bytes]:
    """Field email; empty, replies go to the installation's address again."""
    email = visit.form.text("email")
    if email is None:
        answer = await visit.api.delete(f"{_IDENTITY}/reply-address")
        return await _done(visit, answer, "Replies go to the address that mails come from.")
    answer = await visit.api.put(f"{_IDENTITY}/reply-address", {"email": email})
    return await _done(visit, answer, f"A link is on its way to {email}. Open it to use the address.")


@screen("/console/mail/confirmation", needs=_CHANGE, area=Area.MAIL, reads=("c",))
async def show_confirmation(visit: OpenVisit) -> Response[bytes]:
    """Where the mailed link leads: a button uses it, because programs that check mails open links."""
    return await visit.render("mail_confirmation.html", code=visit.query.get("c", ""))


@action("/console/mail/confirmation", needs=_CHANGE, area=Area.MAIL)
async def post_confirmation(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.post(f"{_IDENTITY}/reply-address/confirmation", {"code": visit.form.value("c")})
    words = answer.detail if isinstance(answer, Problem) else "Replies go to this address from now on."
    return visit.redirect(_PATH, flash=words)


@screen("/console/mail/previews/{kind:str}", needs=_SEE, area=Area.MAIL)
async def show_preview(visit: OpenVisit, kind: FromPath[str]) -> Response[bytes]:
    preview = await visit.api.get(f"/organizer/mail-previews/{kind}")
    return await visit.render("mail_preview.html", kind=kind, preview=preview, name=MAIL_KINDS[kind])


@screen("/console/mail/previews/{kind:str}/html", needs=_SEE, area=Area.MAIL)
async def show_html(visit: OpenVisit, kind: FromPath[str]) -> Response[bytes]:
    preview = await visit.api.get(f"/organizer/mail-previews/{kind}")
    headers = {**HEADERS, "Content-Security-Policy": _MAIL_POLICY}
    return Response(preview["html"].encode(), media_type="text/html; charset=utf-8", headers=headers)


@action("/console/mail/previews/{kind:str}/tests", needs=_SEE, area=Area.MAIL)
async def post_test(visit: OpenVisit, kind: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.post(f"/organizer/mail-previews/{kind}/tests", key=visit.form.key)
    if isinstance(answer, Problem) and answer.status == 404:
        raise ApiRefused(answer)
    words = answer.detail if isinstance(answer, Problem) else f"The mail is on its way to {answer.document['sent_to']}."
    return visit.redirect(f"{_PATH}/previews/{kind}", flash=words)


async def _done(visit: Visit, answer: Answer | Problem, words: str) -> Response[bytes]:
    if isinstance(answer, Problem):
        visit.form.refused(answer.faults)
        return await _render(visit, status=422)
    return visit.redirect(_PATH, flash=words)


async def _render(visit: Visit, *, status: int = 200) -> Response[bytes]:
    identity: dict[str, Any] = await visit.api.get(_IDENTITY)
    return await visit.render(
        "mail.html",
        status=status,
        identity=identity,
        kinds=MAIL_KINDS,
        may_change=visit.may(Permission.ADMINISTER),
    )
