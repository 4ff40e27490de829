"""`/my/reminders/…`, `/my/messages/…`: where the links that unsubscribe lead. GET shows a button, POST unsubscribes.

Mail programs send the POST themselves (`List-Unsubscribe-Post`, RFC 8058).
"""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from admitone.mail.contracts import MailList
from admitone.pages.routes.rendering import PRIVATE, GivenFormDeps, PageDeps, PageRequest, render
from admitone.pages.usecases.deps import Deps, FormDeps

_CODE_CHARACTERS_MAX = 300


@get("/my/reminders/{booking_id:str}", include_in_schema=False)
async def read_reminders(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    return _offer(request, deps, MailList.REMINDERS, booking_id)


@post("/my/reminders/{booking_id:str}", status_code=200, include_in_schema=False)
async def post_reminders(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    return await _unsubscribe(request, forms, MailList.REMINDERS, booking_id)


@get("/my/messages/{booking_id:str}", include_in_schema=False)
async def read_messages(request: PageRequest, deps: PageDeps, booking_id: FromPath[str]) -> Response[bytes]:
    return _offer(request, deps, MailList.MESSAGES, booking_id)


@post("/my/messages/{booking_id:str}", status_code=200, include_in_schema=False)
async def post_messages(request: PageRequest, forms: GivenFormDeps, booking_id: FromPath[str]) -> Response[bytes]:
    return await _unsubscribe(request, forms, MailList.MESSAGES, booking_id)


def _offer(request: PageRequest, deps: Deps, mail_list: MailList, booking_id: str) -> Response[bytes]:
    if not deps.has_mail:
        raise NotFoundException("This installation sends no mail.")
    return _page(request, mail_list, booking_id, is_stopped=False)


async def _unsubscribe(request: PageRequest, forms: FormDeps, mail_list: MailList, booking_id: str) -> Response[bytes]:
    if forms.mail is None:
        raise NotFoundException("This installation sends no mail.")
    if not await forms.mail.unsubscribe(mail_list, booking_id, _code(request)):
        raise NotFoundException("This link is not complete: open it from the mail again.")
    return _page(request, mail_list, booking_id, is_stopped=True)


def _page(request: PageRequest, mail_list: MailList, booking_id: str, *, is_stopped: bool) -> Response[bytes]:
    return render(
        request,
        "mail_list.html",
        cache=PRIVATE,
        mail_list=mail_list.value,
        booking_id=booking_id,
        code=_code(request),
        is_stopped=is_stopped,
    )


def _code(request: PageRequest) -> str:
    return str(request.query_params.get("c", ""))[:_CODE_CHARACTERS_MAX]
