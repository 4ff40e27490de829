"""`/robots.txt`, `/sitemap.xml` and `/sitemaps/{kind}-{first id}.xml`, for search engines."""

from litestar import Response, get
from litestar.params import FromPath

from admitone.pages.domain.sitemap import robots_text
from admitone.pages.routes.rendering import PageDeps
from admitone.pages.usecases.show_sitemap import show_sitemap_index, show_sitemap_shard

_CACHED = {
    "Cache-Control": "public, max-age=600, stale-while-revalidate=60, stale-if-error=86400",
    "X-Content-Type-Options": "nosniff",
}


@get("/robots.txt", include_in_schema=False)
async def read_robots(deps: PageDeps) -> Response[bytes]:
    return Response(robots_text(deps.public_url).encode(), media_type="text/plain", headers=_CACHED)


@get("/sitemap.xml", include_in_schema=False)
async def read_index(deps: PageDeps) -> Response[bytes]:
    return _xml(await show_sitemap_index(deps))


@get("/sitemaps/{name:str}", include_in_schema=False)
async def read_shard(deps: PageDeps, name: FromPath[str]) -> Response[bytes]:
    return _xml(await show_sitemap_shard(deps, name=name))


def _xml(text: str) -> Response[bytes]:
    return Response(text.encode(), media_type="application/xml", headers=_CACHED)
