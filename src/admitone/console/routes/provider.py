"""Sign in at the installation's identity provider, or prove there again who one is: leave for it, and come back."""

from urllib.parse import urlencode

from litestar import Response, get

from admitone.console.routes.cookies import keep_provider_sign_in, read_provider_sign_in, read_session, seconds_until
from admitone.console.routes.rendering import ConsoleRequest, see_other
from admitone.console.routes.safe_address import safe_address
from admitone.console.routes.visit import NEEDS, PUBLIC, OpenVisit, Shell, enter, origin_of, screen
from admitone.console.usecases.sign_in import find_visitor
from admitone.kit.http.declared_request import READS_QUERY
from admitone.organizers.contracts import Identity, Permission, ProviderAnswer

_CHARACTERS_MAX = 4_000


@get("/console/sign-in/provider", include_in_schema=False, opt={NEEDS: PUBLIC, READS_QUERY: ("next",)})
async def leave_to_sign_in(request: ConsoleRequest) -> Response[bytes]:
    shell: Shell = request.state.shell
    return await _leave(shell, None, request.query_params.get("next", ""))


@screen("/console/confirm/provider", needs=Permission.BELONG, area=None, reads=("next",))
async def leave_to_confirm(visit: OpenVisit) -> Response[bytes]:
    return await _leave(visit.shell, visit.identity, visit.query.get("next", ""))


# Providers add parameters of their own (`iss`, `session_state`).
@get("/console/sign-in/provider/return", include_in_schema=False, opt={NEEDS: PUBLIC, READS_QUERY: True})
async def come_back(request: ConsoleRequest) -> Response[bytes]:
    """The cookie of this sign-in says that it began in this browser."""
    shell: Shell = request.state.shell
    deps, query = shell.deps, request.query_params
    token = read_session(request, is_secure=deps.is_secure)
    visitor = None if token is None else await find_visitor(deps, token)
    code = query.get("code", "")[:_CHARACTERS_MAX] or None
    answer = ProviderAnswer(query.get("state", "")[:_CHARACTERS_MAX], code)
    kept = read_provider_sign_in(request, is_secure=deps.is_secure)
    outcome = await deps.finish_provider_sign_in(kept, answer, visitor, origin_of(request))
    address = safe_address(outcome.next)
    if outcome.session is not None and outcome.session.awaits_code:
        address = f"/console/sign-in/code?{urlencode({'next': address})}"
    response = see_other(address) if outcome.session is None else enter(shell, outcome.session, address)
    return keep_provider_sign_in(response, "", seconds=0, is_secure=deps.is_secure)


async def _leave(shell: Shell, identity: Identity | None, next_address: str) -> Response[bytes]:
    leaving = await shell.deps.begin_provider_sign_in(identity, safe_address(next_address))
    seconds = seconds_until(leaving.ends_at, shell.deps.now())
    return keep_provider_sign_in(see_other(leaving.url), leaving.kept, seconds=seconds, is_secure=shell.deps.is_secure)
