"""The audit trail: search, page by page, and export."""

from litestar import Response

from admitone.console.domain.navigation import Area
from admitone.console.routes.rendering import HEADERS
from admitone.console.routes.visit import OpenVisit, screen
from admitone.organizers.contracts import Permission

_FILTERS = ("q", "actor")


@screen("/console/audit", needs=Permission.SEE_AUDIT, area=Area.AUDIT, entry=True, reads=(*_FILTERS, "page"))
async def show_audit(visit: OpenVisit) -> Response[bytes]:
    chosen = {name: visit.query[name] for name in _FILTERS if visit.query.get(name)}
    page = visit.query.get("page", "0")
    trail = await visit.api.get("/organizer/audit", page=page, **chosen)
    return await visit.render("audit.html", trail=trail, chosen=chosen)


@screen("/console/audit.csv", needs=Permission.SEE_AUDIT, area=Area.AUDIT, reads=_FILTERS)
async def download_audit(visit: OpenVisit) -> Response[bytes]:
    chosen = {name: visit.query[name] for name in _FILTERS if visit.query.get(name)}
    export = await visit.api.download("/organizer/audit", "text/csv", **chosen)
    name = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(export.content, media_type="text/csv", headers={**HEADERS, **name})
