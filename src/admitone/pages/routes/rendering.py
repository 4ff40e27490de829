"""Render templates to responses: one Jinja environment, one function that sets the headers of every page."""

import secrets
from datetime import date, datetime
from typing import Any, cast

from jinja2 import Environment, PackageLoader, Undefined, pass_context
from jinja2.runtime import Context
from jinja2.utils import missing
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from markupsafe import Markup, escape

from admitone.kit.short_codes import spaced
from admitone.kit.viewer import Viewer, has_fractions, viewer_for
from admitone.pages.assets import static_url
from admitone.pages.domain import words
from admitone.pages.domain.kinds import kind_name
from admitone.pages.domain.marks import marked, reasons
from admitone.pages.domain.picture_sizes import picture_attributes
from admitone.pages.domain.poster.palette import palette_name
from admitone.pages.domain.refund_words import booking_amounts
from admitone.pages.domain.sale_state import tickets_max
from admitone.pages.usecases.deps import Deps, FormDeps
from admitone.search.contracts import SpokenDate

PageRequest = Request[Any, Any, State]
PageDeps = NamedDependency[Deps]
GivenFormDeps = NamedDependency[FormDeps]

TEST_MODE = "test_mode"
"""Name in the application's state: payments are simulated, and every page says so."""

# Nothing inline, nothing from other origins: a page can load only files of this server.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'{script}",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'{connect}",
        "frame-src 'self'{frame}",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_PLAIN = {"script": "", "connect": "", "frame": ""}
_STRIPE = {
    "script": " https://js.stripe.com https://*.js.stripe.com",
    "connect": " https://api.stripe.com",
    "frame": " https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
}

PUBLIC = "public, max-age=10, stale-while-revalidate=60, stale-if-error=600"
"""Pages that are the same for every visitor: fresh for ten seconds in browsers and at the edge, then revalidated in the
background. While PostgreSQL is down, the edge serves stale pages for ten minutes."""
PRIVATE = "private, no-store"
KEPT = "private, no-cache"
"""Pages of tickets: the browser and the pages' service worker store them, so that they open at a gate without a
network."""
_FORM_KEY_BYTES = 16


def render(
    request: PageRequest,
    template: str,
    *,
    status: int = 200,
    cache: str = PUBLIC,
    processor: str | None = None,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[bytes]:
    """Render `template` for the reader of `request`. `processor="stripe"` allows its script, on that page only."""
    viewer = viewer_for(request.headers.get("accept-language"))
    context = {
        "accent": None,
        "loading": None,
        "canonical": None,
        **context,
        "viewer": viewer,
        "path": request.url.path,
    }
    context["is_test_mode"] = request.app.state.get(TEST_MODE, False)
    body = _environment.get_template(template).render(context)
    return Response(
        body.encode(),
        status_code=status,
        media_type="text/html",
        headers={**page_headers(processor), "Cache-Control": cache, **(headers or {})},
    )


def page_headers(processor: str | None = None) -> dict[str, str]:
    """Return the headers of every page. The links of a booking carry a secret in their query, so no referrer leaves
    the site. Not `no-referrer`: browsers then send `Origin: null` with forms, which `kit.http.cross_site` refuses."""
    sources = _STRIPE if processor == "stripe" else _PLAIN
    return {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY.format(**sources),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
        "Vary": "Accept-Language",
    }


def redirect(url: str) -> Response[bytes]:
    """Return a See Other redirect from a completed POST to its page."""
    return Response(b"", status_code=303, headers={**page_headers(), "Location": url, "Cache-Control": PRIVATE})


def redirect_to_canonical(request: PageRequest, path: str, *, cache: str = PUBLIC) -> Response[bytes]:
    """Moved permanently: the page has another address. The query is kept."""
    query = request.url.query
    location = f"{path}?{query}" if query else path
    return Response(b"", status_code=301, headers={**page_headers(), "Location": location, "Cache-Control": cache})


def _viewer(context: Context) -> Viewer:
    return cast(Viewer, context["viewer"])


@pass_context
def _money(context: Context, amount: int, currency: str, *, exact: bool = False) -> str:
    return _viewer(context).money(amount, currency, exact=exact)


@pass_context
def _count(context: Context, number: int) -> str:
    return _viewer(context).count(number)


@pass_context
def _day_span(context: Context, understood: SpokenDate) -> str:
    return _viewer(context).days(*map(date.fromisoformat, (understood.starts_from, understood.starts_to)))


@pass_context
def _when(context: Context, event: dict[str, Any]) -> words.When:
    return words.when(_viewer(context), event)


@pass_context
def _moment(context: Context, at: str, zone: str) -> str:
    return words.moment(_viewer(context), at, zone)


@pass_context
def _clock_at(context: Context, at: datetime, zone: str) -> str:
    return words.clock_at(_viewer(context), at, zone)


@pass_context
def _from_price(context: Context, event: dict[str, Any], *, exact: bool = False) -> str | None:
    return words.from_price(_viewer(context), event, exact=exact)


def _code_marks(text: str) -> Markup:
    """`Text with `names` of the API` → the names as `<code>`; everything is escaped."""
    parts = text.split("`")
    marked_up = (Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts))
    return Markup("").join(marked_up)


def accent(event: dict[str, Any]) -> str:
    """Return the palette class of an event (Summary or details), the same as its poster's."""
    return f"palette-{palette_name(event['id'], event.get('segment'), event.get('genre'))}"


class _Absent(Undefined):
    """A member that the API omitted is undefined; a name that a template misspells is a defect."""

    def __bool__(self) -> bool:
        if self._undefined_obj is missing:
            self._fail_with_undefined_error()
        return False

    def __str__(self) -> str:
        bool(self)
        return ""


_environment = Environment(
    loader=PackageLoader("admitone.pages"),
    autoescape=True,
    undefined=_Absent,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(static=static_url, form_key=lambda: secrets.token_urlsafe(_FORM_KEY_BYTES))
_environment.filters.update(
    money=_money,
    has_fractions=has_fractions,
    count_text=_count,
    when=_when,
    day_span=_day_span,
    moment=_moment,
    clock_at=_clock_at,
    zone_name=words.zone_name,
    from_price=_from_price,
    accent=accent,
    availability=words.availability,
    place=words.place,
    spaced=spaced,
    country=words.country_name,
    kind=kind_name,
    marked=marked,
    reasons=reasons,
    plural=words.plural,
    tickets_max=tickets_max,
    code_marks=_code_marks,
    amounts=booking_amounts,
    prices=words.prices,
    picture=picture_attributes,
)
