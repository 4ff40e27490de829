"""Render the console's templates: one Jinja environment, one function that sets the headers of every screen."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import Request, Response
from litestar.datastructures import State

from admitone.catalogue.contracts import PICTURE_BYTES_MAX
from admitone.console.assets import asset_url
from admitone.console.domain.sales_words import SALES_WORDS
from admitone.console.usecases.deps import Deps
from admitone.kit.money import Money, decimal_text
from admitone.kit.viewer import Viewer, viewer_for

ConsoleRequest = Request[Any, Any, State]

PRIVATE = "private, no-store"
# Nothing inline, nothing from other origins. A frame may show a public page of this site (a preview).
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not `no-referrer`: browsers then send `Origin: null` with forms, which `kit.http.cross_site` refuses.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": PRIVATE,
}
ROLE_NAMES = {
    "owner": "Owner",
    "manager": "Manager",
    "box_office": "Box office",
    "finance": "Finance",
    "scanner": "Scanner",
}


def render(request: ConsoleRequest, deps: Deps, template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
    """Render `template` for the reader of `request`.

    Every template has `me` (body of `GET /organizer/me`), `navigation`, `here` (an `Area`), `flash`, `csrf`,
    `form_key`, `form`: None or empty without a sign-in.
    """
    frame: dict[str, Any] = {
        "me": None,
        "navigation": [],
        "here": None,
        "flash": None,
        "csrf": "",
        "form_key": "",
        "form": None,
    }
    body = _environment.get_template(template).render(
        {
            **frame,
            **context,
            "static": deps.static_url,
            "viewer": viewer_for(request.headers.get("accept-language")),
            "path": request.url.path,
            "is_test_mode": deps.is_test_mode,
            "has_passkeys": deps.has_passkeys,
            "provider_name": deps.provider_name,
        }
    )
    return Response(body.encode(), status_code=status, media_type="text/html", headers=dict(HEADERS))


def see_other(url: str) -> Response[bytes]:
    """Return a See Other redirect from a completed POST to a screen."""
    return Response(b"", status_code=303, headers={**HEADERS, "Location": url})


def _viewer(context: Context) -> Viewer:
    return cast(Viewer, context["viewer"])


@pass_context
def _money(context: Context, money: dict[str, Any], *, exact: bool = True) -> str:
    """`{"amount": 1250, "currency": "EUR"}` → `€12.50`."""
    return _viewer(context).money(money["amount"], money["currency"], exact=exact)


def _decimal(money: dict[str, Any]) -> str:
    """`{"amount": 1250, "currency": "EUR"}` → `12.50`, as fields take it."""
    return decimal_text(Money(money["amount"], money["currency"]))


@pass_context
def _count(context: Context, number: int) -> str:
    return _viewer(context).count(number)


@pass_context
def _moment(context: Context, at: str | datetime, zone: str = "UTC") -> str:
    """An RFC 3339 time → `Sat, 3 Oct, 10:00` in `zone`."""
    day, clock = _viewer(context).moment(datetime.fromisoformat(at) if isinstance(at, str) else at, zone)
    return f"{day}, {clock}"


@pass_context
def _dated(context: Context, at: str, zone: str) -> str:
    """An RFC 3339 time → `Sat 3 Oct 2026, 10:00` in `zone`."""
    local = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    return f"{_viewer(context).day(local.date())}, {_viewer(context).clock(local.time())}"


_environment = Environment(
    loader=PackageLoader("admitone.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Names as people write them; `tojson` escapes what HTML would read.
_environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
_environment.globals.update(asset=asset_url, sales_words=SALES_WORDS, picture_bytes_max=PICTURE_BYTES_MAX)
_environment.filters.update(
    money=_money,
    decimal=_decimal,
    count_text=_count,
    moment=_moment,
    dated=_dated,
    role_name=lambda role: ROLE_NAMES.get(role, role),
)
