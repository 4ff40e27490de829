"""Check the settings and servers of this process, and report each fault with its remedy.

`admitone doctor` adds what only a command can check: the settings file and the embedded servers.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from admitone.embedded.startup_error import StartupError
from admitone.kit.postgres import open_pool
from admitone.organizers.domain.api_key import Organization
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import list_organizations
from admitone.payments.contracts import CaptureClock, WebhookHealth
from admitone.payments.usecases.capture_clock import read_capture_clock
from admitone.payments.usecases.webhook_health import read_webhook_health
from admitone.runtime.certificate_check import check_certificate
from admitone.runtime.collector_check import check_collector
from admitone.runtime.replica_check import check_replica
from admitone.runtime.search_check import check_search
from admitone.runtime.server_checks import (
    FAULTS,
    ServerCheckError,
    ServerCheckImpossible,
    check_mail_server,
    check_postgresql,
    check_redis,
    check_schema,
    check_secrets,
)
from admitone.runtime.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One check and its outcome. `unknown`: it could not be made here, which is neither good nor a fault."""

    name: str
    good: bool
    detail: str
    unknown: bool = False

    @property
    def is_fault(self) -> bool:
        return not (self.good or self.unknown)


def examine_servers(settings: Settings, *, adopt_secret: bool = False) -> Iterator[Finding]:
    """Run every check separately, so that one fault does not hide the next.

    `adopt_secret` records this host's secret as the installation's. The checks block: call them outside an event loop.
    """
    yield check("payments", lambda: _check_payments(settings))
    yield check("PostgreSQL", lambda: check_postgresql(settings.database_url))
    yield check("replica", lambda: _check_replica(settings))
    schema = check("schema", lambda: check_schema(settings.database_url))
    yield schema
    if schema.good:  # the next checks read its tables
        yield check("secret", lambda: check_secrets(settings.database_url, settings.secret_keys, adopt=adopt_secret))
        yield check("webhooks", lambda: _check_webhooks(settings))
        yield check("captures", lambda: _check_captures(settings))
        yield check("organizations", lambda: _check_organizations(settings))
    yield check("Redis", lambda: check_redis(settings.redis_url))
    yield check("search", lambda: check_search(settings.search_urls, settings.data_folder / "search"))
    yield check("mail", lambda: _check_mail(settings))
    yield check("certificate", lambda: check_certificate(settings.public_url))
    yield check("traces", lambda: _check_traces(settings))
    yield Finding("personal data", True, _personal_data(settings))
    yield check("data folder", lambda: _check_data_folder(settings))


def check(name: str, examine: Callable[[], str]) -> Finding:
    """Return the finding of a check that returns a description, raises a fault, or cannot be made."""
    try:
        return Finding(name, True, examine())
    except ServerCheckImpossible as error:
        return Finding(name, False, str(error), unknown=True)
    except (ServerCheckError, StartupError, *FAULTS) as error:
        return Finding(name, False, str(error).strip() or type(error).__name__)


def _check_replica(settings: Settings) -> str:
    return check_replica(settings.database_url, settings.read_database_url, lag_seconds_max=settings.read_lag_seconds)


def _check_payments(settings: Settings) -> str:
    if settings.payments == "simulated":
        raise ServerCheckError("tickets are sold for test cards, no real money moves: set ADMITONE_PAYMENTS=stripe")
    return settings.payments


def _check_webhooks(settings: Settings) -> str:
    if settings.stripe is None:
        return "none are expected: payments are simulated"
    health = asyncio.run(_webhook_health(settings))
    last = f"the last one arrived {health.heard_at:%Y-%m-%d %H:%M} UTC" if health.heard_at else "none has arrived yet"
    if health.is_silent:
        raise ServerCheckError(
            f"payments were made, and no webhook told of them ({last}): check that Stripe sends events to"
            f" {settings.public_url}/payments/webhooks/stripe, and ADMITONE_STRIPE_WEBHOOK_SECRET"
        )
    if health.refused_at and (health.heard_at is None or health.refused_at > health.heard_at):
        return f"{last}; one with a wrong signature arrived {health.refused_at:%Y-%m-%d %H:%M} UTC"
    return last


async def _webhook_health(settings: Settings) -> WebhookHealth:
    async with open_pool(settings.database_url) as pool:
        return await read_webhook_health(pool, provider="stripe", now=datetime.now(UTC))


def _check_captures(settings: Settings) -> str:
    clock = asyncio.run(_capture_clock(settings))
    if clock is None:
        return "not measured yet: a worker does that every minute"
    if clock.is_stale:
        raise ServerCheckError(
            f"measured last at {clock.measured_at:%Y-%m-%d %H:%M} UTC: no worker runs, so that nothing is captured"
        )
    if clock.oldest_at is None or clock.capture_before is None:
        return f"none is owed (measured {clock.measured_at:%Y-%m-%d %H:%M} UTC)"
    owed = (
        f"{clock.waiting} payments are authorized and not captured, the oldest since {clock.oldest_at:%Y-%m-%d %H:%M}"
        f" UTC; it must be captured before {clock.capture_before:%Y-%m-%d %H:%M} UTC"
    )
    if clock.is_late:
        raise ServerCheckError(
            f"{owed}, or its money is lost: look for failed jobs payments.capture under System of the console, and for"
            " the processor's rejections (admitone_processor_rejections_total)"
        )
    return owed


async def _capture_clock(settings: Settings) -> CaptureClock | None:
    async with open_pool(settings.database_url) as pool:
        return await read_capture_clock(pool, now=datetime.now(UTC))


def _check_organizations(settings: Settings) -> str:
    # No fault: an organization may sell by API keys alone.
    without = [organization for organization in asyncio.run(_organizations(settings)) if organization.owners == 0]
    if not without:
        return "each has an owner in the console"
    commands = "".join(
        f"\n  {organization.name}: admitone organizer link --organizer {organization.id}" for organization in without
    )
    return f"{len(without)} without an owner in the console; each command prints a link that makes one:{commands}"


async def _organizations(settings: Settings) -> list[Organization]:
    async with open_pool(settings.database_url) as pool:
        return await list_organizations(Deps(pool=pool, now=lambda: datetime.now(UTC)))


def _check_mail(settings: Settings) -> str:
    if settings.mail is None:
        return "off: buyers get no mail, and must keep the link of their booking (ADMITONE_MAIL_URL turns it on)"
    return check_mail_server(settings.mail)


def _check_traces(settings: Settings) -> str:
    if settings.tracing is None:
        return "off (OTEL_EXPORTER_OTLP_ENDPOINT names a collector)"
    return check_collector(settings.tracing)


def _personal_data(settings: Settings) -> str:
    if settings.personal_data_days is None:
        return "names and addresses of buyers stay (ADMITONE_PERSONAL_DATA_DAYS erases them by age)"
    return f"names and addresses of buyers are erased {settings.personal_data_days} days after their event"


def _check_data_folder(settings: Settings) -> str:
    folder = settings.data_folder
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        raise ServerCheckError(f"{folder} cannot be written: set ADMITONE_DATA_DIR to a folder of this user")
    return str(folder)
