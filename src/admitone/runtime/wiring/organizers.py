"""Organizers: accounts, people, API keys and roles."""

from admitone.catalogue.usecases.pictures import hold_picture
from admitone.kit.keys import derive_ring
from admitone.organizers.adapters.openid_provider import OpenIdProvider
from admitone.organizers.domain.passkey import relying_party_of
from admitone.organizers.usecases.deps import Deps, PasskeySite, Provider
from admitone.runtime.oidc_settings import OidcSettings
from admitone.runtime.wiring.notices import invitation_sender, reply_confirmation_sender
from admitone.runtime.wiring.process import Process, utc_now


def wire_organizers(process: Process) -> Deps:
    settings = process.settings
    site, oidc = relying_party_of(settings.public_url), settings.oidc
    return Deps(
        pool=process.pool,
        now=utc_now,
        public_url=settings.public_url,
        send_invitation=None if settings.mail is None else invitation_sender(process.pool),
        send_reply_confirmation=None if settings.mail is None else reply_confirmation_sender(process.pool),
        hold_picture=hold_picture,
        keys=derive_ring(settings.secret_keys, "second factor"),
        passkey_site=None
        if site is None
        else PasskeySite(site, derive_ring(settings.secret_keys, "passkey challenge")),
        provider=None if oidc is None else _provider(oidc, settings.public_url),
    )


def _provider(oidc: OidcSettings, public_url: str) -> Provider:
    redirect_uri = f"{public_url}/console/sign-in/provider/return"
    server = OpenIdProvider(oidc.issuer, oidc.client_id, oidc.client_secret, redirect_uri, utc_now)
    return Provider(oidc.issuer, oidc.name, server.authorization_url, server.exchange)
