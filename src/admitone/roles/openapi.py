"""The contract as a document: OpenAPI 3.1 of all roles, whichever of them this process plays."""

from collections.abc import Callable, Sequence
from functools import cache

import msgspec
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, License, SecurityScheme, Tag
from litestar.types import ControllerRouterHandler

from admitone.kit.problem import EXCEPTION_HANDLERS

OPENAPI = OpenAPIConfig(
    title="AdmitOne",
    version="1",
    description="Find events, see their seats live, book tickets. "
    "Errors are RFC 9457 problem documents with a stable `code`.",
    license=License(name="Apache-2.0", identifier="Apache-2.0"),
    tags=[
        Tag("Find", "Public, cacheable, no cookies."),
        Tag("Booking", "Lock, pay, and the tickets are yours."),
        Tag("Live", "See seats change."),
        Tag("Tickets", "What is shown at the door."),
        Tag("Organize", "Put events on sale, by API key."),
        Tag("Operate", "Is it well?"),
    ],
    components=Components(
        security_schemes={
            "api_key": SecurityScheme(type="http", scheme="bearer", description="An organizer's API key, `ak_…`."),
            "booking_token": SecurityScheme(type="http", scheme="bearer", description="The token of one booking."),
        }
    ),
    use_handler_docstrings=True,
)


def schema_routes(every_router: Callable[[], Sequence[ControllerRouterHandler]]) -> list[HTTPRouteHandler]:
    """Return the handler of the document; it is made when first asked for, then kept."""

    @cache
    def document() -> bytes:
        described = Litestar(
            route_handlers=list(every_router()), openapi_config=OPENAPI, exception_handlers=EXCEPTION_HANDLERS
        )
        return msgspec.json.encode(described.openapi_schema.to_schema())

    @get("/schema/openapi.json", include_in_schema=False, sync_to_thread=True)
    def get_document() -> Response[bytes]:
        headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
        return Response(document(), media_type="application/json", headers=headers)

    return [get_document]
