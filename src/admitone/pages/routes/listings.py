"""Serve `/search`, `/performer/{id}`, `/venue/{id}`: lists of events."""

from datetime import date
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.params import FromPath

from admitone.pages.domain.day_ranges import month_range, quick_ranges
from admitone.pages.domain.price_steps import price_steps
from admitone.pages.domain.search_state import read_search_state
from admitone.pages.routes.rendering import PageDeps, PageRequest, render
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.show_listing import Listing, show_listing
from admitone.pages.usecases.show_results import Results, show_results


@get("/search", include_in_schema=False)
async def read_results(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    state = read_search_state(request.query_params.multi_items())
    results = await show_results(deps, state=state)
    today = _today(deps, results)
    return render(
        request,
        "results.html",
        results=results,
        state=results.state,
        answer=results.answer,
        today=today,
        ranges=quick_ranges(today),
        month_range=month_range,
        prices=price_steps(results.answer.facets.get("price", [])),
        now=deps.now(),
        loading=deps.read_loading(),
    )


def _today(deps: Deps, results: Results) -> date:
    """Return today in the zone of the found events: in Tokyo it begins while it is yesterday in London."""
    first = next(iter(results.answer.events), None)
    return deps.now().astimezone(ZoneInfo(first["timezone"] if first else "UTC")).date()


@get("/performer/{performer_id:str}", include_in_schema=False)
async def read_performer(request: PageRequest, deps: PageDeps, performer_id: FromPath[str]) -> Response[bytes]:
    listing = await show_listing(deps, kind="performer", subject_id=performer_id, page=_page(request))
    return _listing(request, deps, "performer.html", listing)


@get("/venue/{venue_id:str}", include_in_schema=False)
async def read_venue(request: PageRequest, deps: PageDeps, venue_id: FromPath[str]) -> Response[bytes]:
    listing = await show_listing(deps, kind="venue", subject_id=venue_id, page=_page(request))
    return _listing(request, deps, "venue.html", listing)


def _listing(request: PageRequest, deps: Deps, template: str, listing: Listing) -> Response[bytes]:
    return render(request, template, subject=listing.subject, answer=listing.answer, now=deps.now())


def _page(request: PageRequest) -> int:
    text = request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000") else 0
