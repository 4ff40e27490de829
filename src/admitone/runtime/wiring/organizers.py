"""Organizers: accounts, people, API keys and roles."""

from admitone.kit.keys import derive_ring
from admitone.organizers.usecases.deps import Deps
from admitone.runtime.wiring.process import Process, utc_now


def wire_organizers(process: Process) -> Deps:
    return Deps(
        pool=process.pool,
        now=utc_now,
        public_url=process.settings.public_url,
        keys=derive_ring(process.settings.secret_keys, "second factor"),
    )
