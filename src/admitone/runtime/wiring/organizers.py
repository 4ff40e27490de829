"""Organizers: accounts, people, API keys and roles."""

from admitone.kit.keys import derive_ring
from admitone.organizers.domain.passkey import relying_party_of
from admitone.organizers.usecases.deps import Deps, PasskeySite
from admitone.runtime.wiring.notices import invitation_sender, reply_confirmation_sender
from admitone.runtime.wiring.process import Process, utc_now


def wire_organizers(process: Process) -> Deps:
    settings = process.settings
    site = relying_party_of(settings.public_url)
    return Deps(
        pool=process.pool,
        now=utc_now,
        public_url=settings.public_url,
        send_invitation=None if settings.mail is None else invitation_sender(process.pool),
        send_reply_confirmation=None if settings.mail is None else reply_confirmation_sender(process.pool),
        keys=derive_ring(settings.secret_keys, "second factor"),
        passkey_site=None
        if site is None
        else PasskeySite(site, derive_ring(settings.secret_keys, "passkey challenge")),
    )
