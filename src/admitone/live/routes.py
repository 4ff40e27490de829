"""HTTP of the live map."""

from collections.abc import Callable
from typing import Annotated

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter

from admitone.kit.http.connection_hijack import HijackedResponse, hijack_connection
from admitone.kit.http.negotiation import takes_gzip
from admitone.kit.http.strict_request import AnyRequest
from admitone.live.domain.wire import Encoding
from admitone.live.usecases.deps import Deps
from admitone.live.usecases.subscribe_to_seats import subscribe_to_seats

VERSION_MAX = 2**53
_ABOUT = """\
`event: snapshot` has the body of `GET /events/{event_id}/seats`. `event: delta` is `{"version", "changes", "areas"}`:
`changes` lists the indexes of seats by their new state (`a`, `h`, `s`, `b`). Both have their version as `id`. With
`Last-Event-ID` the stream continues from there, or begins with a snapshot. Applying all deltas to the snapshot gives a
fresh snapshot. The stream has a comment at least every 20 s.

`event: notice` is a change of the event itself: `{"event_id", "kind", "status", "starts_at", "revision"}`. `kind`:

- `price` (prices or fees changed), `time` (another `starts_at`), `status` (now `cancelled` or `postponed`),
- `paused` (sales are paused), `resumed` (sales continue),
- `sold_out` (every place is sold; none is held).

A notice has no `id` and changes no seat. A change of several kinds sends several notices. A new subscriber also gets
the notices of the last 90 s; a body of `GET /events/details/{event_id}` with at least that `revision` includes them.
After a reconnect a notice may repeat: compare `revision` and `kind` (`sold_out` may occur twice in one revision)."""


@get(
    "/events/{event_id:str}/live",
    operation_id="followSeats",
    summary="Server-sent events: a snapshot of the seats, then numbered deltas",
    description=_ABOUT,
    media_type="text/event-stream",
)
async def get_live(
    event_id: FromPath[str],
    request: AnyRequest,
    deps: NamedDependency[Deps],
    last_event_id: Annotated[str | None, HeaderParameter(name="Last-Event-ID", required=False, max_length=64)] = None,
) -> Response[None]:
    await subscribe_to_seats(
        deps,
        event_id=event_id,
        last_version=_version(last_event_id),
        encoding=Encoding.GZIP if takes_gzip(request.headers.get("accept-encoding", "")) else Encoding.PLAIN,
        connect=lambda protocol: hijack_connection(request, protocol),
    )
    return HijackedResponse()


def router(provide: Callable[[], Deps]) -> Router:
    return Router(
        path="/",
        route_handlers=[get_live],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
        tags=["Live"],
    )


def _version(text: str | None) -> int | None:
    """A foreign id leads to a snapshot."""
    if text is None or not text.isascii() or not text.isdecimal():
        return None
    version = int(text)
    return version if version < VERSION_MAX else None
