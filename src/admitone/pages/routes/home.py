"""`/`, `/about` and `/privacy`: the same for everybody."""

from litestar import Response, get

from admitone.pages.routes.rendering import PageDeps, PageRequest, render
from admitone.pages.usecases.show_home import show_home

_CITY_MAX = 200
_LONG = "public, max-age=3600"


@get("/", include_in_schema=False)
async def read_home(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    city = request.query_params.get("city", "")[:_CITY_MAX]
    home = await show_home(deps, city=city or None)
    return render(
        request, "home.html", canonical=f"{deps.public_url}/", home=home, now=deps.now(), loading=deps.read_loading()
    )


@get("/about", include_in_schema=False)
async def read_about(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    return render(request, "about.html", cache=_LONG, attributions=deps.attributions)


@get("/privacy", include_in_schema=False)
async def read_privacy(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    return render(
        request,
        "privacy.html",
        cache=_LONG,
        canonical=f"{deps.public_url}/privacy",
        keep_days=deps.personal_data_days,
        mail_days=deps.mail_days,
        has_mail=deps.has_mail,
        payment_provider=deps.payment_provider,
    )
