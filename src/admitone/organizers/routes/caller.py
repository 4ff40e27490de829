"""Who the credential of a request speaks for."""

from litestar import Response, get
from litestar.di import NamedDependency

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.organizers.contracts import Identity, Permission
from admitone.organizers.schemas import CallerOut
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.people import describe_caller


@get("/me", operation_id="getCaller", summary="Show whom this credential speaks for", opt={NEEDED: Permission.BELONG})
async def get_caller(
    organizers_deps: NamedDependency[Deps], identity: NamedDependency[Identity]
) -> Response[CallerOut]:
    return Response(CallerOut.of(await describe_caller(organizers_deps, identity)), headers=NO_STORE)
