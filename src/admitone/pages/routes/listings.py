"""Serve `/search`, `/performer/{id}`, `/venue/{id}`: lists of events."""

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.params import FromPath

from admitone.pages.domain.addresses import canonical_path, id_of
from admitone.pages.domain.day_ranges import month_range, quick_ranges
from admitone.pages.domain.feeds import split_format
from admitone.pages.domain.price_steps import price_steps
from admitone.pages.domain.search_state import read_search_state
from admitone.pages.routes.feeds import feed_response
from admitone.pages.routes.rendering import PageDeps, PageRequest, redirect_to_canonical, render
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.show_feed import show_subject_feed
from admitone.pages.usecases.show_listing import show_listing
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


@get("/performer/{segment:str}", include_in_schema=False)
async def read_performer(request: PageRequest, deps: PageDeps, segment: FromPath[str]) -> Response[bytes]:
    return await _listing(request, deps, "performer", segment)


@get("/venue/{segment:str}", include_in_schema=False)
async def read_venue(request: PageRequest, deps: PageDeps, segment: FromPath[str]) -> Response[bytes]:
    return await _listing(request, deps, "venue", segment)


async def _listing(
    request: PageRequest, deps: Deps, kind: Literal["performer", "venue"], segment: str
) -> Response[bytes]:
    """`segment`: the id, or a slug of the name and the id; with `.ics` or `.atom`, the feed of the same events."""
    segment, format_ = split_format(segment)
    subject_id, page = id_of(kind, segment), _page(request)
    if format_ is not None:
        text = await show_subject_feed(deps, format_, kind=kind, subject_id=subject_id)
        return feed_response(request, format_, text)
    listing = await show_listing(deps, kind=kind, subject_id=subject_id, page=page)
    address = canonical_path(kind, subject_id, listing.subject.name)
    if segment != subject_id and request.url.path != address:
        return redirect_to_canonical(request, address)
    return render(
        request,
        f"{kind}.html",
        canonical=f"{deps.public_url}{address}{f'?page={page}' if page else ''}",
        subject=listing.subject,
        answer=listing.answer,
        now=deps.now(),
    )


def _page(request: PageRequest) -> int:
    text = request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000") else 0
