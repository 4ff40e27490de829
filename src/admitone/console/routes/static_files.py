"""Serve `/console/static/<hash>/…`: immutable files."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from admitone.console.assets import assets, assets_hash
from admitone.console.routes.visit import NEEDS, PUBLIC

_FOREVER, _BRIEFLY = "public, max-age=31536000, immutable", "public, max-age=60"


@get("/console/static/{revision:str}/{file_path:path}", include_in_schema=False, opt={NEEDS: PUBLIC})
async def read_static_file(revision: FromPath[str], file_path: FromPath[str]) -> Response[bytes]:
    asset = assets().get(str(file_path).lstrip("/"))
    if asset is None:
        raise NotFoundException("There is no such file.")
    cache = _FOREVER if revision == assets_hash() else _BRIEFLY
    headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
    return Response(asset.body, media_type=asset.media_type, headers=headers)
