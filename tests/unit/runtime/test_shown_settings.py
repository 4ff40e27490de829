"""The settings that operators see have every name and no secret."""

from pathlib import Path

import pytest
from msgspec import structs

from admitone.mail.adapters.smtp import SmtpServer
from admitone.runtime.mail_settings import MailSettings
from admitone.runtime.oidc_settings import OidcSettings
from admitone.runtime.settings import Settings, StripeSettings
from admitone.runtime.system.shown_settings import show_settings
from admitone.runtime.tracing_settings import TracingSettings

SECRETS = (
    "database-pass",
    "redis-pass",
    "search-pass",
    "stripe-key",
    "webhook-secret",
    "mail-pass",
    "reports",
    "ring",
    "oidc-pass",
    "collector-pass",
)
SETTINGS = Settings(
    database_url="postgresql://admitone:database-pass@db.internal:5433/tickets?password=database-pass",
    redis_url="rediss://:redis-pass@cache.internal:6380/2",
    secret_keys=("ring" * 8, "ring two" * 4),
    public_url="https://tickets.example",
    data_folder=Path("data"),
    payments="stripe",
    testing=False,
    stripe=StripeSettings("sk_test_stripe-key", "pk_test_shown", ("whsec_webhook-secret",), None),
    search_urls=("https://index:search-pass@search.internal:9200",),
    mail=MailSettings(
        SmtpServer("mail.internal", 587, "starttls", "postman", "mail-pass"),
        "tickets@venue.example",
        reports_secret="reports" * 5,
    ),
    oidc=OidcSettings("https://login.venue.example", "console", "oidc-pass"),
    tracing=TracingSettings("https://traces:collector-pass@collector.internal:4318/v1/traces"),
)


def values(settings: Settings) -> dict[str, str]:
    return {setting.name: setting.value for setting in show_settings(settings)}


def test_the_identity_provider_is_shown() -> None:
    assert values(SETTINGS)["ADMITONE_OIDC_ISSUER"] == "https://login.venue.example"
    assert values(structs.replace(SETTINGS, oidc=None))["ADMITONE_OIDC_ISSUER"] == "not set"


def test_no_secret_is_shown() -> None:
    text = str(values(SETTINGS))

    assert [secret for secret in SECRETS if secret in text] == []


def test_what_is_no_secret_is_shown() -> None:
    shown = values(SETTINGS)

    assert shown["ADMITONE_DATABASE_URL"] == "postgresql://db.internal:5433/tickets"
    assert shown["ADMITONE_REDIS_URL"] == "rediss://cache.internal:6380/2"
    assert shown["ADMITONE_STRIPE_SECRET_KEY"] == "set, not shown; a test key"
    assert shown["ADMITONE_STRIPE_PUBLISHABLE_KEY"] == "pk_test_shown"
    assert shown["OTEL_EXPORTER_OTLP_ENDPOINT"] == "https://collector.internal:4318/v1/traces"
    assert shown["ADMITONE_MAIL_URL"] == "mail.internal:587, TLS starttls"


def test_several_hosts_are_shown() -> None:
    several = structs.replace(
        SETTINGS,
        database_url="postgresql://app:database-pass@a.internal:5432,b.internal/tickets?target_session_attrs=read-write",
        redis_url="redis+sentinel://:redis-pass@a.internal:26379,[::1]:26379/seats/2",
    )

    shown = values(several)

    assert shown["ADMITONE_DATABASE_URL"] == "postgresql://a.internal:5432,b.internal/tickets"
    assert shown["ADMITONE_REDIS_URL"] == "redis+sentinel://a.internal:26379,::1:26379/seats/2"


@pytest.mark.parametrize(
    "url", ["postgresql://ada:pa/ss@db/tickets", "postgresql://ada:1/ss@db", "postgresql://a:b?ss@db"]
)
def test_a_password_that_was_not_escaped_is_not_shown(url: str) -> None:
    shown = values(structs.replace(SETTINGS, database_url=url))

    assert "ss@db" not in shown["ADMITONE_DATABASE_URL"]
