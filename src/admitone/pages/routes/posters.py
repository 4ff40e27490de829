"""`/posters/{event_id}.svg`: the picture of an event; `/cards/{event_id}.png`: the picture of a shared link to it."""

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from admitone.kit.off_loop import off_loop
from admitone.pages.drawing import png_of, write_in_font
from admitone.pages.routes.rendering import PageDeps
from admitone.pages.usecases.draw_event_poster import draw_event_card, draw_event_poster

_A_YEAR = "public, max-age=31536000, immutable"
_A_MINUTE = "public, max-age=60, stale-while-revalidate=86400"


@get("/posters/{poster_name:str}", include_in_schema=False)
async def show_poster(
    deps: PageDeps,
    poster_name: FromPath[str],
    revision: Annotated[str | None, QueryParameter(name="v")] = None,
) -> Response[bytes]:
    """An address with the event's revision is immutable; any other is cached for a minute."""
    poster = await draw_event_poster(deps, event_id=poster_name.removesuffix(".svg"))
    return Response(
        poster.svg.encode(),
        media_type="image/svg+xml",
        headers={
            "Cache-Control": _A_YEAR if revision == str(poster.revision) else _A_MINUTE,
            "Content-Security-Policy": "default-src 'none'; style-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )


@get("/cards/{card_name:str}", include_in_schema=False)
async def show_card(
    deps: PageDeps,
    card_name: FromPath[str],
    revision: Annotated[str | None, QueryParameter(name="v")] = None,
) -> Response[bytes]:
    """An address that names the event's revision is cached for a year; any other one for a minute."""
    card = await draw_event_card(deps, event_id=card_name.removesuffix(".png"), write=write_in_font)
    return Response(
        await off_loop(png_of, card.svg),
        media_type="image/png",
        headers={
            "Cache-Control": _A_YEAR if revision == str(card.revision) else _A_MINUTE,
            "X-Content-Type-Options": "nosniff",
        },
    )
