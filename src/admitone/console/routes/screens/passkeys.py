"""Passkeys of a person: add one by the browser, remove."""

import msgspec
from litestar import Response
from litestar.params import FromPath

from admitone.console.routes.passkey import options_answer
from admitone.console.routes.visit import OpenVisit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.organizers.contracts import Fresh, Permission

_ACCOUNT = "/console/account"
_SURE = Fresh(Permission.BELONG)


@screen("/console/account/passkeys/new", needs=_SURE, area=None)
async def show_new_passkey(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("passkey_new.html")


@screen("/console/account/passkeys/options", needs=_SURE, area=None)
async def read_options(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.post("/organizer/me/passkeys/options")
    if isinstance(answer, Problem):
        raise ApiRefused(answer)
    return options_answer(msgspec.json.encode(answer.document["public_key"]).decode())


@action("/console/account/passkeys", needs=_SURE, area=None)
async def post_passkey(visit: OpenVisit) -> Response[bytes]:
    try:
        credential = msgspec.json.decode(visit.form.value("credential"))
    except (msgspec.DecodeError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        visit.form.faults[""] = "Your browser made no passkey. Try again."
        return await visit.render("passkey_new.html", status=422)
    passkey = {"name": visit.form.value("name"), "credential": credential}
    answer = await visit.api.post("/organizer/me/passkeys", passkey)
    if isinstance(answer, Problem):
        words = {pointer if pointer == "/name" else "": fault for pointer, fault in answer.faults}
        visit.form.refused(words.items())
        return await visit.render("passkey_new.html", status=422)
    return visit.redirect(_ACCOUNT, flash="From now on you can sign in with this passkey.")


@action("/console/account/passkeys/{passkey_id:str}/remove", needs=_SURE, area=None)
async def post_remove(visit: OpenVisit, passkey_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/me/passkeys/{passkey_id}")
    words = answer.detail if isinstance(answer, Problem) else "The passkey is removed. It can no longer sign in."
    return visit.redirect(_ACCOUNT, flash=words)
