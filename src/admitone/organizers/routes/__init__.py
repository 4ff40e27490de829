"""Routes of organizers: the people, keys and audit trail of an organization."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.kit.http.access import keyed_router
from admitone.organizers.contracts import Authenticate, Permission
from admitone.organizers.routes.caller import get_caller
from admitone.organizers.usecases.deps import Deps

__all__ = ["router"]


def router(provide: Callable[[], Deps], authenticate: Authenticate) -> Router:
    organizer = keyed_router(
        "/organizer",
        [get_caller],
        authenticate=authenticate,
        to_read=Permission.ADMINISTER,
        to_write=Permission.ADMINISTER,
        tag="Organize",
    )
    dependencies = {"organizers_deps": Provide(provide, sync_to_thread=False)}
    return Router(path="/", route_handlers=[organizer], dependencies=dependencies)
