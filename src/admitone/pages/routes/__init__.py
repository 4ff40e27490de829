"""Addresses of the pages: each handler asks a use case and renders a template."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.pages.routes import posters, problems, static_files
from admitone.pages.usecases.deps import Deps


def router(provide: Callable[[], Deps]) -> Router:
    """All pages, and their refusals as pages. The last route takes what nobody else did."""
    return Router(
        path="/",
        route_handlers=[
            static_files.read_static_file,
            static_files.read_tickets_worker,
            posters.show_poster,
            problems.show_problems,
            problems.show_not_found,
        ],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
        exception_handlers=problems.EXCEPTION_HANDLERS,
        include_in_schema=False,
    )
