"""Every screen and form of the console declares who may use it, and is refused to others."""

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp

from admitone.console.domain.navigation import Area
from admitone.console.routes import router
from admitone.console.routes.visit import NEEDS, PUBLIC
from admitone.organizers.contracts import Needed, Role
from tests.http.console.browsing import Browser, text_of
from tests.http.console.conftest import SignIn


def handlers() -> dict[tuple[str, str], HTTPRouteHandler]:
    """Return (method, path) → handler of every route of the console."""

    async def nothing(*_: object) -> None:
        raise AssertionError("routes are only listed")

    mounted = router(lambda: pytest.fail("routes are only listed"), nothing)
    return {
        (method, route.path): handler
        for route in mounted.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS", "HEAD"}
    }


def of_sessions() -> list[tuple[str, str, Needed]]:
    return [
        (method, path, handler.opt[NEEDS])
        for (method, path), handler in handlers().items()
        if handler.opt[NEEDS] != PUBLIC
    ]


def example(path: str) -> str:
    """Return a path of this shape whose ids do not exist."""
    return "/".join("x" if part.startswith("{") else part for part in path.split("/"))


def test_only_these_routes_are_open_without_a_session() -> None:
    assert {path for (_, path), handler in handlers().items() if handler.opt[NEEDS] == PUBLIC} == {
        "/console/sign-in",
        "/console/sign-in/code",
        "/console/sign-in/passkey",
        "/console/sign-in/provider",
        "/console/sign-in/provider/return",
        "/console/welcome/{token:str}",
        "/console/static/{revision:str}/{file_path:path}",
        "/console/{rest:path}",
    }


def test_every_form_reads_the_token_of_its_session() -> None:
    """Opening the visit checks the token: a form that takes no visit would take any site's request."""
    forms = [handler for (method, _), handler in handlers().items() if method == "POST"]
    unchecked = [
        handler.handler_name
        for handler in forms
        if handler.opt[NEEDS] != PUBLIC and "visit" not in handler.parsed_fn_signature.parameters
    ]

    assert unchecked == []


@pytest.mark.parametrize(("method", "path", "needs"), of_sessions())
async def test_a_route_is_refused_without_a_session(console: ASGIApp, method: str, path: str, needs: Needed) -> None:
    answer = await Browser(console).http.request(method, example(path))

    assert answer.status_code == (303 if method == "GET" else 401), needs
    assert answer.headers.get("Location", "/console/sign-in").startswith("/console/sign-in")


@pytest.mark.parametrize("role", list(Role))
async def test_roles_are_refused_what_they_may_not(sign_in: SignIn, role: Role) -> None:
    browser = await sign_in(role)

    wrong = [
        (method, path, answer.status_code)
        for method, path, needs in of_sessions()
        # Without the form's token no form does anything, for any role.
        if (answer := await browser.http.request(method, example(path))).status_code
        not in ((403,) if not role.covers(needs) else (403,) if method == "POST" else (200, 303, 404))
    ]

    assert wrong == []


async def test_the_navigation_leads_to_the_areas_of_the_role(sign_in: SignIn) -> None:
    page = await (await sign_in(Role.OWNER)).get("/console")

    assert 'aria-current="page">Home</a>' in page.text
    assert Area.HOME.value in text_of(page)


async def test_pages_of_errors_say_what_to_do(sign_in: SignIn, console: ASGIApp) -> None:
    missing = await (await sign_in(Role.OWNER)).get("/console/nowhere")
    signed_out = await Browser(console).post("/console/sign-out", {})

    assert (missing.status_code, "There is no such page" in text_of(missing)) == (404, True)
    assert (signed_out.status_code, "Sign in again" in text_of(signed_out)) == (401, True)


async def test_screens_load_nothing_from_elsewhere_and_are_not_stored(sign_in: SignIn) -> None:
    page = await (await sign_in(Role.OWNER)).get("/console")

    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert (page.headers["Cache-Control"], page.headers["X-Frame-Options"]) == ("private, no-store", "SAMEORIGIN")


async def test_a_screen_refuses_a_query_parameter_that_it_does_not_read(sign_in: SignIn) -> None:
    browser = await sign_in(Role.OWNER)
    refused = [await browser.get(path) for path in ("/console?q=x", "/console/bookings?statsu=confirmed")]
    read = await browser.get("/console/bookings?status=confirmed&q=x&page=0")

    assert [answer.status_code for answer in refused] == [400, 400]
    assert "statsu" in text_of(refused[1])
    assert read.status_code == 200
