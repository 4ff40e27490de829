"""Hand on a file that the organizer API made: a table as CSV or XLSX, or a PDF."""

from typing import Any

from litestar import Response

from admitone.console.routes.rendering import HEADERS
from admitone.console.routes.visit import Visit

MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


async def download(visit: Visit, path: str, ending: str, **query: Any) -> Response[bytes]:
    """Return the API's file with its name. Raises `ApiRefused`."""
    answer = await visit.api.download(path, MEDIA_TYPES[ending], **query)
    headers = {**HEADERS, "Content-Disposition": answer.headers["content-disposition"]}
    return Response(answer.content, media_type=MEDIA_TYPES[ending], headers=headers)
