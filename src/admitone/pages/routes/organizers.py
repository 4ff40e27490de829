"""`/o/{organization_id}`: who sells the tickets, with imprint, terms of sale and words on privacy."""

from litestar import Response, get
from litestar.params import FromPath

from admitone.pages.routes.rendering import PageDeps, PageRequest, render
from admitone.pages.usecases.deps import Deps


@get("/o/{organization_id:str}", include_in_schema=False)
async def read_organizer(request: PageRequest, deps: PageDeps, organization_id: FromPath[str]) -> Response[bytes]:
    return await _render(request, deps, organization_id, None)


@get("/o/{organization_id:str}/terms/{number:int}", include_in_schema=False)
async def read_terms(
    request: PageRequest, deps: PageDeps, organization_id: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """A version that buyers agreed to stays readable when a newer one has replaced it."""
    return await _render(request, deps, organization_id, number)


async def _render(request: PageRequest, deps: Deps, organization_id: str, number: int | None) -> Response[bytes]:
    texts = await deps.read_public_texts(organization_id, number)
    address = f"{deps.public_url}/o/{organization_id}"
    canonical = address if number is None or texts.is_current else f"{address}/terms/{number}"
    return render(request, "organizer.html", canonical=canonical, organizer=texts.presentation, texts=texts)
