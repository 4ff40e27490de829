"""HTTP of the live map."""

from collections.abc import Callable
from typing import Annotated, Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter

from admitone.kit.packing import takes_gzip
from admitone.kit.take_over import TakenOver, take_over
from admitone.live.domain.wire import Encoding
from admitone.live.usecases.deps import Deps
from admitone.live.usecases.follow_seats import follow_seats

VERSION_MAX = 2**53


@get(
    "/events/{event_id:str}/live",
    operation_id="followSeats",
    summary="Server-sent events: a snapshot of the seats, then numbered deltas",
    media_type="text/event-stream",
)
async def get_live(
    event_id: FromPath[str],
    request: Request[Any, Any, Any],
    deps: NamedDependency[Deps],
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", required=False, max_length=64)] = None,
) -> Response[None]:
    await follow_seats(
        deps,
        event_id=event_id,
        last_version=_version(last_event_id),
        encoding=Encoding.GZIP if takes_gzip(request.headers.get("accept-encoding", "")) else Encoding.PLAIN,
        connect=lambda protocol: take_over(request, protocol),
    )
    return TakenOver()


def router(provide: Callable[[], Deps]) -> Router:
    return Router(
        path="/",
        route_handlers=[get_live],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
        tags=["Live"],
    )


def _version(text: str | None) -> int | None:
    """An id that is none of ours falls back to a snapshot."""
    if text is None or not text.isascii() or not text.isdecimal():
        return None
    version = int(text)
    return version if version < VERSION_MAX else None
