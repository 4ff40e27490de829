"""Grant access to the pages of one booking: first by its link (`?c=CODE`, `?t=TOKEN`), then by the booking's cookie."""

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import Cookie

from admitone.pages.domain.booking_links import COOKIE_SECONDS
from admitone.pages.routes.rendering import PageRequest
from admitone.pages.usecases.deps import Deps
from admitone.tickets.contracts import TRANSFER_PREFIX

Body = TypeVar("Body")

_GIVEN_MAX = 500


@dataclass(frozen=True, slots=True)
class Access:
    """`token`: the booking token. `cookies`: those the response sets; empty if the request had the booking's cookie."""

    token: str
    cookies: tuple[Cookie, ...] = ()

    @property
    def is_by_link(self) -> bool:
        return bool(self.cookies)

    def remember(self, response: Response[Body]) -> Response[Body]:
        """Return `response` with the cookies set."""
        for cookie in self.cookies:
            response.set_cookie(cookie)
        return response


def access_of(request: PageRequest, deps: Deps, booking_id: str) -> Access:
    """Return the access that a link or the booking's cookie grants; a link takes precedence, unless it is from before
    a correction of the address and the cookie is not.

    Raises `BookingLinkInvalid` for a link that is not the booking's, `BookingLinkRequired` without link and cookie.
    """
    query = request.query_params
    if "c" not in query and "t" not in query:
        return Access(deps.booking_links.read_cookie(booking_id, request.cookies))
    code, token = query.get("c", "")[:_GIVEN_MAX], query.get("t", "")[:_GIVEN_MAX]
    links = deps.booking_links
    given = links.exchange(booking_id, code=code, token=token)
    return new_access(request, deps, booking_id, links.latest_token(booking_id, given, request.cookies))


async def current_access(request: PageRequest, deps: Deps, holder_id: str) -> Access:
    """As `access_of`, for a form whose use case takes no token. Raises `BookingLinkReplaced` as well."""
    access = access_of(request, deps, holder_id)
    if not holder_id.startswith(TRANSFER_PREFIX):  # the links of a transfer have one version
        await deps.read_booking(holder_id, access.token)
    return access


def new_access(request: PageRequest, deps: Deps, booking_id: str, token: str) -> Access:
    """Return access by a valid booking token, for a browser that does not have the booking's cookie."""
    links = deps.booking_links
    outdated = [_cookie(name, "", 0, links.is_secure) for name in links.outdated_cookies(booking_id, request.cookies)]
    granted = _cookie(links.cookie_name(booking_id), token, COOKIE_SECONDS, links.is_secure)
    return Access(token, (granted, *outdated))


def my_path(booking_id: str) -> str:
    return f"/my/{quote(booking_id)}"


def checkout_path(booking_id: str) -> str:
    return f"/checkout/{quote(booking_id)}"


def booking_link(deps: Deps, holder_id: str, version: int = 0) -> str:
    """Return the address that opens the booking, or the transfer, on any device. `version`: of the booking's links."""
    return f"{deps.public_url}{my_path(holder_id)}?c={deps.booking_links.code(holder_id, version)}"


def _cookie(name: str, value: str, seconds: int, is_secure: bool) -> Cookie:
    return Cookie(name, value=value, path="/", max_age=seconds, httponly=True, samesite="lax", secure=is_secure)
