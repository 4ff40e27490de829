"""`/demo/mail`: the mails that this demo has sent, as its own mail server received them. Elsewhere there is no page."""

import re

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from admitone.pages.contracts import DemoMailbox, ReceivedMail
from admitone.pages.routes.rendering import PRIVATE, PageDeps, PageRequest, page_headers, render
from admitone.pages.usecases.deps import Deps

# The mail's own document, in a frame without an origin: no script, no picture from elsewhere; links open a tab.
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_MAIL_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox {_SANDBOX}"
)
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@get("/demo/mail", include_in_schema=False)
async def read_mails(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    return render(request, "demo_mails.html", cache=PRIVATE, mails=_mailbox(deps).read_all())


@get("/demo/mail/{mail_id:str}", include_in_schema=False)
async def read_mail(request: PageRequest, deps: PageDeps, mail_id: FromPath[str]) -> Response[bytes]:
    return render(request, "demo_mail.html", cache=PRIVATE, mail=_mail(deps, mail_id), sandbox=_SANDBOX)


@get("/demo/mail/{mail_id:str}/html", include_in_schema=False)
async def read_html(deps: PageDeps, mail_id: FromPath[str]) -> Response[bytes]:
    """The mail's HTML as it was sent."""
    headers = {
        **page_headers(),
        "Content-Security-Policy": _MAIL_POLICY,
        "X-Frame-Options": "SAMEORIGIN",
        "Cache-Control": PRIVATE,
    }
    return Response(_mail(deps, mail_id).html.encode(), media_type="text/html; charset=utf-8", headers=headers)


@get("/demo/mail/{mail_id:str}/files/{number:int}", include_in_schema=False)
async def read_file(deps: PageDeps, mail_id: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    files = _mail(deps, mail_id).files
    if not 0 <= number < len(files):
        raise NotFoundException("The mail has no such file.")
    name = _NOT_IN_NAME.sub("_", files[number].name) or "file"
    headers = {
        **page_headers(),
        "Cache-Control": PRIVATE,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(files[number].content, media_type=files[number].media_type, headers=headers)


def _mailbox(deps: Deps) -> DemoMailbox:
    if deps.demo_mailbox is None:
        raise NotFoundException("There is no mailbox here.")
    return deps.demo_mailbox


def _mail(deps: Deps, mail_id: str) -> ReceivedMail:
    found = _mailbox(deps).read(mail_id)
    if found is None:
        raise NotFoundException("There is no such mail: the demo keeps the newest ones.")
    return found
