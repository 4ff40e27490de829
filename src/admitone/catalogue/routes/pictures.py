"""`POST /organizer/pictures` takes an upload; `GET /pictures/{id}/{name}` serves a picture, immutable."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from admitone.catalogue.contracts import PICTURE_BYTES_MAX
from admitone.catalogue.domain.pictures import picture_address
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.routes.parameters import FOR_EVER
from admitone.catalogue.schemas.pictures import PictureView, picture_view
from admitone.catalogue.usecases.pictures import read_picture_file, store_picture
from admitone.kit.http.declared_request import MEDIA_TYPES
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest

UPLOAD_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")


@post(
    "/pictures",
    operation_id="uploadPicture",
    summary="Upload a picture for events",
    description="Send the file as the body. The answer's `url` can be an event's `image_url`.",
    request_max_body_size=PICTURE_BYTES_MAX,
    opt={MEDIA_TYPES: UPLOAD_TYPES},
    responses=refusals(401, 403, 409, 413, 415, 422),
)
async def upload_picture(request: AnyRequest, deps: Given, identity: Caller) -> Response[PictureView]:
    """The header's type only guards against mistakes: the file itself says what it is."""
    picture_id, picture = await store_picture(deps, organization_id=identity.organization_id, body=await request.body())
    return Response(picture_view(picture_id, picture), headers={"Location": picture_address(picture_id)})


@get("/pictures/{picture_id:str}/{name:str}", include_in_schema=False)
async def read_picture(deps: Given, picture_id: FromPath[str], name: FromPath[str]) -> Response[Any]:
    media_type, body = await read_picture_file(deps, picture_id=picture_id, name=name)
    return Response(
        body,
        media_type=media_type,
        headers={
            "Cache-Control": FOR_EVER,
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
