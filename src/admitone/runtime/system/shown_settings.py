"""The settings without their secrets, by the names of the environment.

Nothing of a secret is shown, not its last characters either: only that it is set, or an id that reveals nothing.
"""

from urllib.parse import urlsplit

from msgspec import Struct

from admitone.kit.keys import key_id
from admitone.runtime.mail_settings import MailSettings
from admitone.runtime.oidc_settings import OidcSettings
from admitone.runtime.settings import Settings, StripeSettings
from admitone.runtime.tracing_settings import TracingSettings

UNSET, HIDDEN = "not set", "set, not shown"


class ShownSetting(Struct, frozen=True):
    name: str
    value: str


def show_settings(settings: Settings) -> list[ShownSetting]:
    """Return every setting of this process, secrets masked."""
    shown = {
        "ADMITONE_PUBLIC_URL": settings.public_url,
        "ADMITONE_DATABASE_URL": _server_of(settings.database_url),
        "ADMITONE_READ_DATABASE_URL": UNSET if (replica := settings.read_database_url) is None else _server_of(replica),
        "ADMITONE_READ_LAG_SECONDS": f"{settings.read_lag_seconds:g}",
        "ADMITONE_REDIS_URL": _server_of(settings.redis_url),
        "ADMITONE_SEARCH_URL": ", ".join(map(_server_of, settings.search_urls)) or UNSET,
        "ADMITONE_SECRET_KEY": f"set, not shown; keys {', '.join(map(key_id, settings.secret_keys))}",
        "ADMITONE_DATA_DIR": str(settings.data_folder),
        "ADMITONE_PAYMENTS": settings.payments,
        **_stripe(settings.stripe),
        **_mail(settings.mail),
        **_oidc(settings.oidc),
        **_tracing(settings.tracing),
        "ADMITONE_TRUSTED_PROXIES": ", ".join(settings.trusted_proxies) or UNSET,
        "ADMITONE_HANG_SECONDS": f"{settings.hang_seconds:g}",
        "ADMITONE_DEFER_IN_RUSH": "1" if settings.defers_in_rush else "0",
        "ADMITONE_PERSONAL_DATA_DAYS": str(settings.personal_data_days or UNSET),
        "ADMITONE_TESTING": "1" if settings.testing else UNSET,
        "ADMITONE_DEMO_MAILBOX": "1" if settings.has_demo_mailbox else UNSET,
    }
    return [ShownSetting(name, value) for name, value in shown.items()]


def _stripe(stripe: StripeSettings | None) -> dict[str, str]:
    if stripe is None:
        return {}
    return {
        "ADMITONE_STRIPE_PUBLISHABLE_KEY": stripe.publishable_key,
        "ADMITONE_STRIPE_SECRET_KEY": f"{HIDDEN}; {'a test key' if '_test_' in stripe.secret_key else 'a live key'}",
        "ADMITONE_STRIPE_WEBHOOK_SECRET": f"{HIDDEN}; {len(stripe.webhook_secrets)} in use",
        "ADMITONE_STRIPE_WRITES_PER_SECOND": f"{stripe.writes_per_second:g}",
        "ADMITONE_STRIPE_ENDPOINT_WRITES_PER_SECOND": f"{stripe.endpoint_writes_per_second:g}",
        "ADMITONE_STRIPE_API_BASE": UNSET if stripe.api_base is None else _server_of(stripe.api_base),
    }


def _oidc(oidc: OidcSettings | None) -> dict[str, str]:
    if oidc is None:
        return {"ADMITONE_OIDC_ISSUER": UNSET}
    return {
        "ADMITONE_OIDC_ISSUER": _server_of(oidc.issuer),
        "ADMITONE_OIDC_CLIENT_ID": oidc.client_id,
        "ADMITONE_OIDC_CLIENT_SECRET": HIDDEN,
        "ADMITONE_OIDC_NAME": oidc.name,
    }


def _mail(mail: MailSettings | None) -> dict[str, str]:
    if mail is None:
        return {"ADMITONE_MAIL_URL": UNSET}
    server = mail.server
    return {
        "ADMITONE_MAIL_URL": f"{server.host}:{server.port}, TLS {server.tls}",
        "ADMITONE_MAIL_FROM": mail.from_address,
        "ADMITONE_MAIL_FROM_NAME": mail.from_name,
        "ADMITONE_MAIL_RATE": f"{mail.rate:g}",
        "ADMITONE_MAIL_DKIM_KEY_FILE": UNSET if mail.dkim is None else HIDDEN,
        "ADMITONE_MAIL_DKIM_SELECTOR": UNSET if mail.dkim is None else mail.dkim.selector,
        "ADMITONE_MAIL_BOUNCES_TO": mail.bounces_to or UNSET,
        "ADMITONE_MAIL_REPORTS_SECRET": UNSET if mail.reports_secret is None else HIDDEN,
    }


def _tracing(tracing: TracingSettings | None) -> dict[str, str]:
    if tracing is None:
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": UNSET}
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": _server_of(tracing.endpoint),
        "OTEL_TRACES_SAMPLER_ARG": f"{tracing.ratio:g}",
        "OTEL_SERVICE_NAME": tracing.service,
    }


def _server_of(url: str) -> str:
    """Return scheme, hosts, ports and path: no user, no password, no parameter.

    A password with an unescaped slash would be read as a path, so an address with an @ there is not shown.
    """
    parts = urlsplit(url)
    hosts = parts.netloc.rpartition("@")[2].split(",")
    try:
        servers = [urlsplit(f"//{host.strip()}") for host in hosts]
        shown = [f"{server.hostname or ''}{'' if server.port is None else f':{server.port}'}" for server in servers]
    except ValueError:
        return HIDDEN
    if "@" in f"{parts.path}{parts.query}{parts.fragment}":
        return HIDDEN
    return f"{parts.scheme}://{','.join(shown)}{parts.path}"
