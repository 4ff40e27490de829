"""Pictures of forms: take the file that a form sends, or that the script of its field sends before the form.

The field (`parts/picture.html`) has three parts: `{name}`, the address of the stored picture; `{name}_file`, a new
file; and `{name}_remove`.
"""

from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile

from admitone.catalogue.contracts import PICTURE_BYTES_MAX
from admitone.console.routes.rendering import HEADERS
from admitone.console.routes.visit import OpenVisit, Visit, action
from admitone.console.usecases.api import Problem
from admitone.kit.http.body_limits import PICTURE_FORM_BYTES_MAX
from admitone.organizers.contracts import Permission

MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
_UPLOAD = "upload"


@action("/console/pictures", needs=Permission.MANAGE, area=None, bytes_max=PICTURE_FORM_BYTES_MAX)
async def post_picture(visit: OpenVisit) -> Response[bytes]:
    """Answer the script of a picture's field: the stored picture's address, or what is wrong with the file."""
    url = await _store_file(visit, _UPLOAD)
    if url is None:
        return _json({"fault": visit.form.faults.get(_UPLOAD, "Choose a file.")}, status=422)
    return _json({"url": url})


async def take_picture(visit: Visit, name: str) -> str | None:
    """Return the address of the picture that a form asks for: the file it sends, else the stored one, if it stays.

    The form then names the stored picture: sent again after other faults, it needs no file.
    """
    file = f"{name}_file"
    uploaded = await _store_file(visit, file)
    if uploaded is None and file not in visit.form.faults and visit.form.flag(f"{name}_remove"):
        visit.form.replace(name, "")
    elif uploaded is not None:
        visit.form.replace(name, uploaded)
        visit.form.replace(f"{name}_remove", "")
    return visit.form.text(name)


async def _store_file(visit: Visit, name: str) -> str | None:
    """Store the file of a field; return its address, or None without a file and, with a fault in the form, for a bad
    one."""
    file = (await visit.request.form()).get(name)
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not isinstance(file, UploadFile) or not content:
        return None
    if len(content) > PICTURE_BYTES_MAX:
        size = f"{len(content) / 1024**2:.1f}"
        visit.form.faults[name] = f"A picture has at most {PICTURE_BYTES_MAX // 1024**2} MB; this file has {size} MB."
        return None
    # Browsers name the type after the file's ending. The API reads it from the content; its header takes only these.
    media_type = file.content_type if file.content_type in MEDIA_TYPES else MEDIA_TYPES[0]
    answer = await visit.api.upload("/organizer/pictures", content, media_type)
    if isinstance(answer, Problem):
        visit.form.faults[name] = answer.detail
        return None
    url: str = answer.document["url"]
    return url


def _json(document: dict[str, Any], *, status: int = 200) -> Response[bytes]:
    body = msgspec.json.encode(document)
    return Response(body, status_code=status, media_type="application/json", headers=dict(HEADERS))
