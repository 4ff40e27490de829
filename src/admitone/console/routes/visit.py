"""A visit: one request to a screen or form, by a person who is signed in.

`screen` and `action` declare a handler with the permission that it needs. The guard checks it before a body is read;
opening the visit of a POST reads its form and checks that a screen of this session sent it.

    @screen("/console/venues", needs=Permission.VIEW, area=Area.EVENTS)
    async def show_venues(visit: OpenVisit) -> Response[bytes]:
        return await visit.render("venues.html", venues=await visit.api.get("/organizer/venues"))

    @action("/console/venues", needs=Permission.MANAGE, area=Area.EVENTS)
    async def post_venue(visit: OpenVisit) -> Response[bytes]:
        answer = await visit.api.post("/organizer/venues", {"name": visit.form.text("name")}, key=visit.form.key)
        if isinstance(answer, Problem):
            return await visit.render("venue.html", form=visit.form.refused(answer.faults), status=422)
        return visit.redirect("/console/venues", flash="The venue is saved.")
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from admitone.console.domain.forms import CSRF_FIELD, Form
from admitone.console.domain.navigation import Area, Entry, navigation_for
from admitone.console.routes.cookies import (
    drop_flash,
    keep_flash,
    keep_session,
    read_flash,
    read_session,
    seconds_until,
    sign,
)
from admitone.console.routes.rendering import ConsoleRequest, render, see_other
from admitone.console.usecases.api import Api, ApiApp
from admitone.console.usecases.deps import Deps
from admitone.kit.http.access import Connection
from admitone.kit.http.body_limits import ORGANIZER_BYTES_MAX
from admitone.kit.http.client_address import address_block, scope_address
from admitone.kit.http.declared_request import READS_QUERY
from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.contracts import Identity, Needed, Origin, Permission, StartedSession

NEEDS, AREA, ENTRY = "needs", "area", "entry"
PUBLIC = "public"
"""The value of NEEDS for screens without a session: one-time links, sign-in, static files."""
_FORM_KEY_BYTES = 16
AGENT_CHARACTERS_MAX = 300
PAGES_MAX = 100_000


class FormExpired(Refusal):
    code = "form-expired"
    kind = Kind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("This form belongs to an earlier session. Open the page again and repeat your change.")


@dataclass(frozen=True)
class Shell:
    """What every request of the console has: the calls into other slices, and the navigation."""

    deps: Deps
    api: ApiApp
    entries: Sequence[Entry]


@dataclass
class Visit:
    """`form` is empty for a GET. `token`: the session's."""

    request: ConsoleRequest
    shell: Shell
    identity: Identity
    token: str
    api: Api
    form: Form = field(default_factory=Form)

    @property
    def deps(self) -> Deps:
        return self.shell.deps

    @property
    def query(self) -> dict[str, str]:
        """Return the query's parameters (the last of each name)."""
        return {name: values[-1] for name, values in self.request.query_params.dict().items()}

    @property
    def page(self) -> int:
        """Return the page of a list, counted from 0, that the query asks for."""
        text = self.query.get("page", "")
        return min(int(text), PAGES_MAX) if text.isascii() and text.isdigit() else 0

    async def render(self, template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
        """Render a screen inside the console's frame. Use status 422 to show a form again with its faults."""
        flash = read_flash(self.request, token=self.token, is_secure=self.deps.is_secure)
        frame = {
            "me": await self.api.get("/organizer/me"),
            "navigation": navigation_for(self.identity, self.shell.entries),
            "here": self.request.route_handler.opt.get(AREA),
            "flash": flash,
            "csrf": sign(self.token, "form"),
            "form_key": secrets.token_urlsafe(_FORM_KEY_BYTES),
            "form": self.form,
        }
        response = render(self.request, self.deps, template, status=status, **{**frame, **context})
        if flash is not None:
            drop_flash(response, is_secure=self.deps.is_secure)
        return response

    def redirect(self, path: str, *, flash: str | None = None) -> Response[bytes]:
        """Return to a screen after a change; the screen shows `flash` once."""
        response = see_other(path)
        if flash is not None:
            keep_flash(response, flash, token=self.token, is_secure=self.deps.is_secure)
        return response

    def may(self, needed: Permission) -> bool:
        """Return whether the person may do this: what to offer on a screen. The API decides."""
        return self.identity.covers(needed)


OpenVisit = NamedDependency[Visit]
Declare = Callable[[Callable[..., Any]], HTTPRouteHandler]


def screen(path: str, *, needs: Needed, area: Area | None, entry: bool = False, reads: Sequence[str] = ()) -> Declare:
    """Declare a screen. `needs`: a permission, or `Fresh(permission)` before the form of a change that needs one.

    `area` is None beside the navigation. `entry`: it is the first of its area, and the navigation leads to it.
    `reads`: the names of the query parameters; others are refused.
    """
    return get(path, include_in_schema=False, opt={NEEDS: needs, AREA: area, ENTRY: entry, READS_QUERY: reads})


def action(path: str, *, needs: Needed, area: Area | None, bytes_max: int = ORGANIZER_BYTES_MAX) -> Declare:
    """Declare what a form sends: it changes something by the API, then redirects. `bytes_max`: for a file."""
    opt = {NEEDS: needs, AREA: area}
    return post(path, status_code=200, include_in_schema=False, opt=opt, request_max_body_size=bytes_max)


async def check_session(connection: Connection, handler: BaseRouteHandler, shell: Shell) -> None:
    """Guard: find whose session this is. Raises `NotAuthenticated`, `RoleMissing`."""
    connection.state.shell = shell
    needs = handler.opt[NEEDS]
    if needs == PUBLIC:
        return
    token = read_session(connection, is_secure=shell.deps.is_secure)
    connection.state.identity = await shell.deps.authenticate(token or "", needs)
    connection.state.token = token


async def open_visit(request: ConsoleRequest) -> Visit:
    """Return the visit; that of a POST has its form. Raises `FormExpired`."""
    shell, token = request.state.shell, request.state.token
    origin = origin_of(request)
    api = Api(shell.api, token, origin.address, origin.agent)
    visit = Visit(request, shell, request.state.identity, token, api)
    if request.method == "POST":
        visit.form = await read_form(request)
        if not hmac.compare_digest(visit.form.value(CSRF_FIELD).encode(), sign(token, "form").encode()):
            raise FormExpired
    return visit


async def read_form(request: ConsoleRequest) -> Form:
    """Return the text fields of a form; files are read by the screens that take any."""
    items = (await request.form()).multi_items()
    return Form(tuple((name, value) for name, value in items if isinstance(value, str)))


def enter(shell: Shell, session: StartedSession, path: str) -> Response[bytes]:
    """Keep a new session in the browser and go on to a screen."""
    seconds = seconds_until(session.ends_at, shell.deps.now())
    return keep_session(see_other(path), session.token, seconds=seconds, is_secure=shell.deps.is_secure)


def origin_of(request: ConsoleRequest) -> Origin:
    agent = request.headers.get("user-agent", "")[:AGENT_CHARACTERS_MAX]
    address = scope_address(request.scope)
    return Origin(address, agent, address_block(address))
