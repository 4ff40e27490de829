"""Generate the contract as an OpenAPI 3.1 document of all roles, whichever of them this process plays."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, License, SecurityScheme, Tag
from litestar.params import FromPath
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from admitone.kit.http.access import needed_of
from admitone.kit.http.problem import EXCEPTION_HANDLERS, PROBLEM_TYPE
from admitone.organizers.contracts import Fresh, permission_of

OPENAPI = OpenAPIConfig(
    title="AdmitOne",
    version="1",
    description="Find events, see their seats live, book tickets. "
    "Errors are RFC 9457 problem documents with a stable `code`.",
    license=License(name="Apache-2.0", identifier="Apache-2.0"),
    tags=[
        Tag("Find and view", "Public, cacheable, no cookies."),
        Tag("Booking", "Hold seats, pay, and get the tickets."),
        Tag("Waiting room", "A fair queue that anyone can verify, for on-sales with more buyers than seats."),
        Tag("Live", "See seats change."),
        Tag("Tickets", "The tickets of a booking and their codes for check-in."),
        Tag("Organize", "Put events on sale, by API key."),
        Tag("Operate", "Is it well?"),
    ],
    components=Components(
        security_schemes={
            "api_key": SecurityScheme(type="http", scheme="bearer", description="An organizer's API key, `ak_…`."),
            "booking_token": SecurityScheme(type="http", scheme="bearer", description="The token of one booking."),
            "entry_token": SecurityScheme(
                type="http", scheme="bearer", description="The token of one place on a waiting list."
            ),
        }
    ),
    use_handler_docstrings=True,
)


PROBLEM = {
    "type": "object",
    "description": "RFC 9457. Members beside these depend on the code.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "description": "Stable; /problems explains each."},
        "detail": {"type": "string"},
    },
}

PAGE_FILES = {"reference.js": "text/javascript", "reference.css": "text/css"}
PAGE_HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
}


def schema_routes(every_router: Callable[[], Sequence[ControllerRouterHandler]]) -> list[HTTPRouteHandler]:
    """Return the handlers of the document (generated at the first request, then cached) and of its page."""

    @cache
    def document() -> bytes:
        described = Litestar(
            route_handlers=list(every_router()), openapi_config=OPENAPI, exception_handlers=EXCEPTION_HANDLERS
        )
        document = _with_links(_with_buyer(_with_problems(described.openapi_schema.to_schema())))
        return msgspec.json.encode(_with_permissions(document, described))

    @get("/schema/openapi.json", include_in_schema=False, sync_to_thread=True)
    def get_document() -> Response[bytes]:
        headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
        return Response(document(), media_type="application/json", headers=headers)

    @get("/schema", include_in_schema=False, sync_to_thread=False)
    def get_page() -> Response[bytes]:
        return Response(_page("index.html"), media_type="text/html", headers=PAGE_HEADERS)

    @get("/schema/{name:str}", include_in_schema=False, sync_to_thread=False)
    def get_page_file(name: FromPath[str]) -> Response[bytes]:
        if name not in PAGE_FILES:
            raise NotFoundException
        return Response(_page(name), media_type=PAGE_FILES[name], headers=PAGE_HEADERS)

    return [get_document, get_page, get_page_file]


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Declare the refusals of every operation as problem documents; the framework declares its own format."""
    components = document["components"]
    components["schemas"]["Problem"] = PROBLEM
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {"Problem": {"description": "Refused; `code` says why.", "content": content}}
    for path in document["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            for status in [status for status in responses if status >= "400"]:
                if PROBLEM_TYPE not in responses[status].get("content", {}):
                    del responses[status]
            responses["default"] = {"$ref": "#/components/responses/Problem"}
    return document


def _with_permissions(document: dict[str, Any], described: Litestar) -> dict[str, Any]:
    """Say of each operation with an API key which permission it needs (`x-permission`), and whether a person must have
    signed in recently (`x-fresh-sign-in`)."""
    operations = {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
        if "operationId" in operation
    }
    for route in described.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            operation = operations.get(str(handler.operation_id))
            if operation is not None and (needed := needed_of(handler, min(handler.http_methods))) is not None:
                operation["x-permission"] = permission_of(needed).value
                operation["x-fresh-sign-in"] = isinstance(needed, Fresh)
    return document


def _with_buyer(document: dict[str, Any]) -> dict[str, Any]:
    """Mark the buyer of a checkout as required: only the site's own pages, which have a cookie, omit it."""
    checkout = document["components"]["schemas"]["CheckoutIn"]
    checkout["required"] = sorted({*checkout.get("required", ()), "buyer"})
    return document


def _with_links(document: dict[str, Any]) -> dict[str, Any]:
    """Link each operation that creates a resource to those that read, change and remove it (OpenAPI links)."""
    paths = document["paths"]
    for path, item in paths.items():
        created = item.get("post", {}).get("responses", {}).get("201")
        item_path = next((other for other in paths if re.fullmatch(re.escape(path) + r"/\{\w+\}", other)), None)
        if created is not None and item_path is not None:
            created["links"] = _links(paths[item_path], item_path.rpartition("{")[2].rstrip("}"), "$response.body#/id")
    booked = paths["/booking/checkout"]["post"]["responses"]["201"]
    booked["links"] = _links(paths["/booking/{booking_id}"], "booking_id", "$response.body#/booking_id")
    for action in ("confirm", "release", "promo-code"):
        operation = paths[f"/booking/{action}"]["post"]["operationId"]
        body = {name: f"$response.body#/{name}" for name in ("booking_id", "booking_token")}
        booked["links"][operation] = {"operationId": operation, "requestBody": body}
    return document


def _links(item: dict[str, Any], parameter: str, value: str) -> dict[str, Any]:
    operations = [operation["operationId"] for operation in item.values() if "operationId" in operation]
    return {operation: {"operationId": operation, "parameters": {parameter: value}} for operation in operations}


@cache
def _page(name: str) -> bytes:
    return files("admitone.runtime").joinpath("reference", name).read_bytes()
