"""Settings of the organization: logo, imprint, words on privacy, currencies, and the versions of its terms."""

from typing import Any

from litestar import Response

from admitone.console.domain.forms import Form
from admitone.console.domain.navigation import Area
from admitone.console.routes.screens.pictures import take_picture
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Answer, Problem
from admitone.kit.http.body_limits import PICTURE_FORM_BYTES_MAX
from admitone.organizers.contracts import Fresh, Permission

_PATH, _SETTINGS, _TERMS = "/console/settings", "/organizer/settings", "/organizer/terms"
_SEE, _CHANGE = Permission.MANAGE, Fresh(Permission.ADMINISTER)
_FIELDS = {"/logo_url": "logo_url_file"}


@screen(_PATH, needs=_SEE, area=Area.SETTINGS, entry=True)
async def show_settings(visit: OpenVisit) -> Response[bytes]:
    return await _render(visit)


@action(_PATH, needs=_CHANGE, area=Area.SETTINGS, bytes_max=PICTURE_FORM_BYTES_MAX)
async def post_settings(visit: OpenVisit) -> Response[bytes]:
    form = visit.form
    logo_url = await take_picture(visit, "logo_url")
    if form.faults:
        return await _render(visit, status=422, form=form)
    settings = {
        "logo_url": logo_url,
        "imprint": form.text("imprint"),
        "privacy": form.text("privacy"),
        "currencies": form.value("currencies").upper().replace(",", " ").split(),
    }
    answer = await visit.api.put(_SETTINGS, settings)
    return await _done(visit, answer, "The settings are saved.")


@action("/console/settings/terms", needs=_CHANGE, area=Area.SETTINGS)
async def post_terms(visit: OpenVisit) -> Response[bytes]:
    """Fields `url`, `body`; the button `end` publishes that there are no terms."""
    terms: dict[str, str | None] = {"url": None, "body": None}
    if not visit.form.flag("end"):
        terms = {"url": visit.form.text("url"), "body": visit.form.text("body")}
        if terms == {"url": None, "body": None}:
            visit.form.faults["body"] = "Write the terms, or give their address."
            return await _render(visit, status=422, terms_form=visit.form)
    answer = await visit.api.post(_TERMS, terms, key=visit.form.key)
    if isinstance(answer, Problem):
        return await _render(visit, status=422, terms_form=visit.form.refused(answer.faults))
    words = "Buyers agree to no terms from now on." if visit.form.flag("end") else "Buyers agree to the new terms now."
    return visit.redirect(_PATH, flash=words)


async def _done(visit: Visit, answer: Answer | Problem, words: str) -> Response[bytes]:
    if isinstance(answer, Problem):
        # Codes are typed in one field.
        fields = {pointer: "currencies" for pointer, _ in answer.faults if pointer.startswith("/currencies")}
        return await _render(visit, status=422, form=visit.form.refused(answer.faults, {**_FIELDS, **fields}))
    return visit.redirect(_PATH, flash=words)


async def _render(
    visit: Visit, *, status: int = 200, form: Form | None = None, terms_form: Form | None = None
) -> Response[bytes]:
    settings: dict[str, Any] = await visit.api.get(_SETTINGS)
    terms: list[dict[str, Any]] = (await visit.api.get(_TERMS))["terms"]
    current = terms[0] if terms and (terms[0]["url"] or terms[0]["body"]) else None
    return await visit.render(
        "settings.html",
        status=status,
        settings=settings,
        terms=terms,
        current=current,
        webhooks=(await visit.api.get("/organizer/overview"))["webhooks"],
        form=form or _stored_form(settings),
        terms_form=terms_form or Form.of({"url": (current or {}).get("url"), "body": (current or {}).get("body")}),
        may_change=visit.may(Permission.ADMINISTER),
    )


def _stored_form(settings: dict[str, Any]) -> Form:
    texts = {name: settings[name] or "" for name in ("logo_url", "imprint", "privacy")}
    return Form.of({**texts, "currencies": ", ".join(settings["currencies"])})
