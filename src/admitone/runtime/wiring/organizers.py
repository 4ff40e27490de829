"""Organizers: accounts, API keys and roles."""

from admitone.organizers.contracts import Authenticate
from admitone.organizers.usecases.authenticate import authenticate
from admitone.organizers.usecases.deps import Deps
from admitone.runtime.wiring.process import Process, Provide, utc_now


def wire_organizers(process: Process) -> Deps:
    return Deps(pool=process.pool, now=utc_now)


def authenticator(organizers: Provide[Deps]) -> Authenticate:
    """Return what the other slices check API keys with."""
    return lambda authorization, needed: authenticate(organizers(), authorization, needed)
