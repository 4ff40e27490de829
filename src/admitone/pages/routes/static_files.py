"""Serve `/static/<hash>/…`: immutable files, and the service worker, whose address must not change."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from admitone.pages.assets import assets, assets_hash
from admitone.pages.routes.rendering import page_headers

_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=60"
"""An address with another hash belongs to another deployment: its response must not be cached."""


@get("/static/{revision:str}/{file_path:path}", include_in_schema=False)
async def read_static_file(revision: FromPath[str], file_path: FromPath[str]) -> Response[bytes]:
    asset = assets().get(str(file_path).lstrip("/"))
    if asset is None:
        raise NotFoundException("There is no such file.")
    return Response(
        asset.body,
        media_type=asset.media_type,
        headers={
            "Cache-Control": _FOREVER if revision == assets_hash() else _BRIEFLY,
            "X-Content-Type-Options": "nosniff",
        },
    )


@get("/tickets-worker.js", include_in_schema=False)
async def read_tickets_worker() -> Response[bytes]:
    """Serve the worker at the root, because a worker's scope is its folder; it controls `/my/` only."""
    return Response(
        assets()["js/tickets_worker.js"].body,
        media_type="text/javascript",
        headers={**page_headers(), "Cache-Control": "no-cache", "Service-Worker-Allowed": "/my/"},
    )
