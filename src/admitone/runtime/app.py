"""Build one Litestar application for the roles of a process."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import Any

from litestar import Litestar, Response, Router
from litestar.datastructures import State
from litestar.types import ASGIApp, ControllerRouterHandler, Receive, Scope, Send

from admitone.booking.answers import CHECKOUT_PATH
from admitone.booking.routes import hot_routes
from admitone.booking.routes import organizer_router as organizer_booking_router
from admitone.booking.routes import router as booking_router
from admitone.catalogue.routes import router as catalogue_router
from admitone.console.routes import router as console_router
from admitone.kit.http.body_limits import BUYER_BYTES_MAX
from admitone.kit.http.changes import Change, Recorder, recorded_changes
from admitone.kit.http.cross_site import SameSite
from admitone.kit.http.declared_request import JSON, check_declared, check_media_type, check_size
from admitone.kit.http.described import described
from admitone.kit.http.hot_path import HotPath, guarded, limited
from admitone.kit.http.idempotency import Idempotency, remembered
from admitone.kit.http.idempotency_records import Records
from admitone.kit.http.path_spelling import OneSpelling
from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.kit.http.request_metrics import MeasuredRequests
from admitone.kit.http.strict_request import AnyRequest, StrictRequest
from admitone.kit.http.traced_requests import traced_requests
from admitone.kit.loop_lag import measure_loop_lag
from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.redis import connect_redis
from admitone.kit.tasks import cancel_until_done
from admitone.kit.telemetry import bind_request_id
from admitone.live.routes import router as live_router
from admitone.mail.routes import router as mail_router
from admitone.organizers.contracts import Authenticate, Origin
from admitone.organizers.routes import router as organizers_router
from admitone.organizers.usecases.audit_trail import record_change
from admitone.organizers.usecases.authenticate import authenticate
from admitone.pages.routes import TEST_MODE
from admitone.pages.routes import router as pages_router
from admitone.payments.routes import WEBHOOK_PATH
from admitone.payments.routes import router as payments_router
from admitone.runtime.health import Check, health_routes
from admitone.runtime.openapi import schema_routes
from admitone.runtime.readiness import checks_of
from admitone.runtime.settings import Settings
from admitone.runtime.system.figures import record_figures
from admitone.runtime.system.presence import present
from admitone.runtime.system.routes import router as system_router
from admitone.runtime.wiring import Wiring, open_wiring, utc_now
from admitone.search.routes import hot_reads
from admitone.search.routes import router as search_router
from admitone.tickets.routes import router as tickets_router
from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.routes import router as waiting_room_router
from admitone.waiting_room.usecases.admission_rounds import record_load

LOAD_REPORT_SECONDS = 1.0
# Streamed bodies that keep their own record of answered requests.
NOT_REPLAYED = ("/organizer/imports", WEBHOOK_PATH)

Mount = Callable[[Callable[[], Wiring]], list[Router]]


def _authenticate(wiring: Callable[[], Wiring]) -> Authenticate:
    """Return what the guards of the routers ask: whose API key this is."""
    return lambda api_key, needed: authenticate(wiring().organizers, api_key, needed)


ROLES: dict[str, Mount] = {
    "catalogue": lambda wiring: [
        catalogue_router(lambda: wiring().catalogue, _authenticate(wiring)),
        organizers_router(lambda: wiring().organizers, _authenticate(wiring)),
        system_router(lambda: wiring().system, _authenticate(wiring)),
    ],
    "search": lambda wiring: [search_router(lambda: wiring().search)],
    "booking": lambda wiring: [
        booking_router(lambda: wiring().booking),
        organizer_booking_router(lambda: wiring().organizer_booking, _authenticate(wiring)),
        payments_router(lambda: wiring().payments, _authenticate(wiring)),
        tickets_router(lambda: wiring().tickets, _authenticate(wiring)),
        waiting_room_router(lambda: wiring().waiting_room, _authenticate(wiring)),
        mail_router(lambda: wiring().mail, _authenticate(wiring)),
    ],
    "live": lambda wiring: [live_router(lambda: wiring().live)],
    "pages": lambda _: [],
    "console": lambda _: [],
}
"""The routes of each role, without pages and forms and the console (`mount_roles`)."""

HTML_ROLES = ("pages", "console")
API_OF_CONSOLE = ("catalogue", "booking")
"""The roles whose routes the console calls inside its process."""


def mount_roles(roles: Sequence[str], wiring: Callable[[], Wiring], api: ASGIApp | None = None) -> list[Router]:
    """Return the routers of a process that plays these roles. The booking role answers the pages' forms.

    `api`: what the console calls (`build_api`).
    """
    routers = [router for role in roles for router in ROLES[role](wiring)]
    if {"pages", "booking"} & set(roles):
        pages = pages_router(
            provide_pages=(lambda: wiring().pages) if "pages" in roles else None,
            provide_forms=(lambda: wiring().forms) if "booking" in roles else None,
        )
        routers.append(pages)
    if "console" in roles:
        routers.append(console_router(lambda: wiring().console, api or _no_api))
    return routers


def build_app(settings: Settings, roles: Sequence[str]) -> ASGIApp:
    """Return the application; it opens its pool and clients at startup and closes them at shutdown."""
    redis = connect_redis(settings.redis_url)
    records = Records(redis, settings.secret_keys[0])
    opened: list[Wiring] = []
    same_site = SameSite(settings.public_url)
    idempotency = Idempotency(records, NOT_REPLAYED)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with open_wiring(settings, redis, records) as wiring:
            opened.append(wiring)
            async with _background(wiring, roles):
                yield
        await records.settle()
        await redis.aclose(close_connection_pool=True)

    checks: dict[str, Check] = {name: _bound(check, opened) for name, check in checks_of(roles).items()}
    app = Litestar(
        route_handlers=[
            *mount_roles(
                roles, lambda: opened[0], build_api(lambda: opened[0], records) if "console" in roles else None
            ),
            *health_routes(roles, lambda: checks),
            *(schema_routes(_every_router) if "catalogue" in roles else []),
        ],
        lifespan=[lifespan],
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        guards=[same_site.guard()],
        before_request=_before(idempotency),
        middleware=[_bind_request_id, idempotency.middleware, recorded_changes(_recorder(lambda: opened[0]))],
        openapi_config=None,
        state=State({TEST_MODE: settings.payments == "simulated"}),
        request_max_body_size=BUYER_BYTES_MAX,
        logging_config=None,
    )
    folders = _page_folders() if {"pages", "booking"} & set(roles) else frozenset()
    if "console" in roles:
        folders |= {"console"}

    def is_page(path: str) -> bool:
        return path.split("/")[1] in folders

    hot_path = _hot_path(MeasuredRequests(app), roles, lambda: opened[0], records, same_site)
    return traced_requests(OneSpelling(hot_path, is_page))


def _hot_path(
    app: ASGIApp, roles: Sequence[str], wiring: Callable[[], Wiring], records: Records, same_site: SameSite
) -> ASGIApp:
    """Return `app` behind the routes of these roles that skip the framework."""

    def check(headers: Mapping[bytes, bytes]) -> None:
        same_site.check(headers)
        check_size(headers, BUYER_BYTES_MAX)
        check_media_type(headers, (JSON,))

    # Shed load before checkout; a buyer with a hold is always admitted to pay. The handler has a guard of its own: its
    # refusal is stored as the response, a refusal before the idempotency record is not.
    writes = {
        route.path: limited(
            lambda: wiring().booking.sale.limiter,
            remembered(guarded(route.handler()), records, route.recall),
            priority=route.path != CHECKOUT_PATH,
        )
        for route in hot_routes(lambda: wiring().booking)
    }
    reads = hot_reads(lambda: wiring().search)
    return HotPath(app, writes if "booking" in roles else {}, check, reads=reads if "search" in roles else {})


def build_api(wiring: Callable[[], Wiring], records: Records) -> ASGIApp:
    """Return the organizer API for calls inside this process: the same routes, checks and idempotency records.

    The outer application opens and closes the connections, and has refused requests from other sites.
    """
    idempotency = Idempotency(records, NOT_REPLAYED)
    return Litestar(
        route_handlers=[router for role in API_OF_CONSOLE for router in ROLES[role](wiring)],
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        before_request=_before(idempotency),
        middleware=[idempotency.middleware, recorded_changes(_recorder(wiring))],
        openapi_config=None,
        request_max_body_size=BUYER_BYTES_MAX,
        logging_config=None,
    )


def _recorder(wiring: Callable[[], Wiring]) -> Recorder:
    """Return what writes the audit trail."""

    async def record(change: Change) -> None:
        await record_change(
            wiring().organizers,
            change.identity,
            Origin(change.address, change.agent),
            action=change.operation,
            subject=change.subject,
            body=change.body,
            before=change.before,
        )

    return record


def _before(idempotency: Idempotency) -> Callable[[AnyRequest], Awaitable[Response[bytes] | None]]:
    """Return what runs after the guards: it refuses undeclared input, and replays stored responses."""

    async def before(request: AnyRequest) -> Response[bytes] | None:
        await check_declared(request)
        return await idempotency.before(request)

    return before


async def _no_api(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError("these routes are listed, not called")


@cache
def _page_folders() -> frozenset[str]:
    """Return the first segments of the pages' paths."""
    router = pages_router(provide_pages=lambda: _nothing().pages, provide_forms=lambda: _nothing().forms)
    paths = (route.path for route in router.routes)
    return frozenset(folder for path in paths if (folder := path.split("/")[1]) and "{" not in folder)


def _every_router() -> list[ControllerRouterHandler]:
    """Return all routes of the contract without dependencies, for the OpenAPI document."""
    routers = mount_roles([role for role in ROLES if role not in HTML_ROLES], _nothing)
    hot_operations = [described(route) for route in hot_routes(lambda: _nothing().booking)]
    return [*hot_operations, *routers, *health_routes([], dict)]


def _nothing() -> Wiring:
    raise AssertionError("these routes are documented, not called")


@asynccontextmanager
async def _background(wiring: Wiring, roles: Sequence[str]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(present(wiring.redis, roles, now=utc_now))
        await stack.enter_async_context(_running(measure_loop_lag()))
        await stack.enter_async_context(_running(record_figures(wiring.redis, knows_queues=False, now=utc_now)))
        if "live" in roles:
            await stack.enter_async_context(wiring.live.feed.running())
        if "booking" in roles:
            await stack.enter_async_context(_running(_record_load(wiring)))
        yield


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do endless work while the block runs."""
    task = asyncio.create_task(work)
    yield
    await cancel_until_done([task])


async def _record_load(wiring: Wiring) -> None:
    """Report the load of this process to the waiting room while it serves bookings."""
    process = f"{socket.gethostname()}-{os.getpid()}"
    while True:
        await asyncio.sleep(LOAD_REPORT_SECONDS)
        reading = wiring.booking.sale.meter.read()
        load = Load(reading.count, reading.shed, reading.p95_ms)
        with PROCESS_OUTAGES.absorbed("record_load"):
            await record_load(wiring.waiting_room, process=process, load=load)


def _bound(check: Callable[[Wiring], Awaitable[None]], opened: Sequence[Wiring]) -> Check:
    return lambda: check(opened[0])


def _bind_request_id(app: ASGIApp) -> ASGIApp:
    async def bound(scope: Scope, receive: Receive, send: Send) -> None:
        bind_request_id(next((value for name, value in scope["headers"] if name == b"x-request-id"), None))
        await app(scope, receive, send)

    return bound
