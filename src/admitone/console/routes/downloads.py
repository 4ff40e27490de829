"""Hand on a file that the organizer API made: a table as CSV."""

from typing import Any

from litestar import Response

from admitone.console.routes.rendering import HEADERS
from admitone.console.routes.visit import Visit

_CSV = "text/csv"


async def download(visit: Visit, path: str, **query: Any) -> Response[bytes]:
    """Return the API's CSV with its file name. Raises `ApiRefused`."""
    answer = await visit.api.download(path, _CSV, **query)
    headers = {**HEADERS, "Content-Disposition": answer.headers["content-disposition"]}
    return Response(answer.content, media_type=_CSV, headers=headers)
