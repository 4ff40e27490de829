"""HTTP of search: its own, and Ticketmaster's Discovery API v2."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.search.routes.discovery import discovery_router
from admitone.search.routes.find import get_generation, get_search, get_suggest
from admitone.search.routes.hot_path import hot_reads
from admitone.search.usecases.deps import Deps

__all__ = ["hot_reads", "router"]


def router(provide: Callable[[], Deps]) -> Router:
    return Router(
        "/",
        route_handlers=[get_search, get_suggest, get_generation, discovery_router()],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
    )
