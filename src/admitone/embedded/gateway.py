"""Render the gateway's nginx configuration, for the embedded nginx and for an nginx on a machine of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from admitone.embedded.config_template import load_template
from admitone.embedded.gateway_options import GatewayOptions

# Checkouts in progress per server of the booking role: above this all wait longer, and throughput does not grow.
CHECKOUTS_MAX = 1024

# Roles that answer HTTP; each is an upstream of that name.
HTTP_ROLES = ("catalogue", "search", "booking", "live", "pages", "console")


@dataclass(frozen=True)
class Refusal:
    """A response of nginx itself to `causes` (nginx statuses): `status` with a stable `code`."""

    causes: str
    status: int
    code: str
    title: str
    detail: str

    @property
    def problem(self) -> str:
        document = {
            "type": f"/problems#{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        return json.dumps(document, separators=(",", ":"))

    @property
    def page(self) -> str:
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{self.title}</title><h1>{self.title}</h1><p>{self.detail}</p></html>"
        )


# 494 to 497 are nginx's own numbers: 494 is "request header or cookie too large".
REFUSALS = (
    Refusal("400", 400, "malformed-request", "Bad Request", "The request is not valid HTTP."),
    Refusal("404", 404, "not-found", "Not Found", "There is nothing at this address."),
    Refusal("405", 405, "method-not-allowed", "Method Not Allowed", "This address does not support that method."),
    Refusal("408", 408, "request-timeout", "Request Timeout", "The request came too slowly."),
    Refusal("413", 413, "body-too-large", "Content Too Large", "The body is larger than this address accepts."),
    Refusal("414", 414, "uri-too-long", "URI Too Long", "The address is longer than this server accepts."),
    Refusal("421", 421, "misdirected-request", "Misdirected Request", "This server does not answer for that host."),
    Refusal("431 494", 431, "headers-too-large", "Request Header Fields Too Large", "A header is longer than 8 kB."),
    Refusal("429", 429, "too-many-requests", "Too Many Requests", "Too many requests from this address. Slow down."),
    Refusal(
        "500 502 503",  # nginx's own 500: a body or a response that it cannot write to a full disk
        503,
        "busy",
        "Service Unavailable",
        "It is busy or restarting. Try again in a moment, with the same idempotency key: nothing is done twice.",
    ),
    Refusal(
        "504",
        504,
        "timeout",
        "Gateway Timeout",
        "The answer took too long. It is unknown whether it was done; ask again with the same idempotency key.",
    ),
)


@dataclass(frozen=True)
class ServiceFiles:
    """Files of an nginx that a service manager runs, rather than the supervisor of the demo."""

    pid: Path
    error_log: Path


def render_gateway(
    *,
    listen: str | Sequence[str],
    folder: Path,
    upstreams: Mapping[str, Sequence[str]],
    workers: int | str = "auto",
    connections_max: int = 16384,
    user: str | None = None,
    checkouts_max: int = CHECKOUTS_MAX,
    options: GatewayOptions | None = None,
    service: ServiceFiles | None = None,
) -> str:
    """Return nginx.conf.

    `upstreams` maps every role to its servers (`unix:/path` or `host:port`); `folder` is nginx's own, for its cache,
    its temporary files and its access log; `checkouts_max` limits the checkouts in progress per server of the booking
    role. With `service`, the service manager decides whether nginx runs in the background, and nginx logs errors to a
    file.
    """
    options = options or GatewayOptions()
    assert set(upstreams) == set(HTTP_ROLES), "every role needs an upstream, and no other"
    tls = options.tls
    chooses_by_event = options.routes_by_event and len(upstreams["booking"]) > 1
    return load_template("gateway.conf").render(
        listen=[listen] if isinstance(listen, str) else listen,
        service=service,
        listen_options="" if tls is None else " ssl" if tls.http2_directive else " ssl http2",
        options=options,
        limits=options.limits,
        folder=folder,
        upstreams=upstreams,
        workers=workers,
        sale_upstream="booking_by_event" if chooses_by_event else "booking",
        connections_max=connections_max,
        user=user,
        checkouts_max=checkouts_max * len(upstreams["booking"]),
        refusals=REFUSALS,
        busy=next(refusal for refusal in REFUSALS if refusal.code == "busy"),
    )
