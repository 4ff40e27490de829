"""Organizers: accounts, people, API keys and roles."""

from admitone.kit.keys import derive_ring
from admitone.organizers.usecases.deps import Deps
from admitone.runtime.wiring.notices import invitation_sender, reply_confirmation_sender
from admitone.runtime.wiring.process import Process, utc_now


def wire_organizers(process: Process) -> Deps:
    settings = process.settings
    return Deps(
        pool=process.pool,
        now=utc_now,
        public_url=settings.public_url,
        send_invitation=None if settings.mail is None else invitation_sender(process.pool),
        send_reply_confirmation=None if settings.mail is None else reply_confirmation_sender(process.pool),
        keys=derive_ring(settings.secret_keys, "second factor"),
    )
