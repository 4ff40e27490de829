"""Read settings from the environment once at startup; name every missing or malformed variable and stop."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from admitone.embedded.gateway_options import read_networks
from admitone.embedded.startup_error import StartupError
from admitone.kit.postgres import LAG_SECONDS
from admitone.payments.adapters.stripe_limits import ENDPOINT_SHARE, WRITES_PER_SECOND
from admitone.runtime.engine_addresses import read_database_url, read_lag_seconds, read_redis_url, read_replica_url
from admitone.runtime.mail_settings import MailSettings, read_mail_settings
from admitone.runtime.number_settings import read_number
from admitone.runtime.oidc_settings import OidcSettings, read_oidc_settings
from admitone.runtime.tracing_settings import TracingSettings, read_tracing_settings
from admitone.runtime.web_address import read_web_address

SECRET_CHARACTERS_MIN = 32
SECRETS_MAX = 4
PAYMENT_PROVIDERS = ("simulated", "stripe")
WEBHOOK_SECRETS_MAX = 4
HANG_SECONDS, HANG_SECONDS_MAX = 3.0, 3600.0
PERSONAL_DATA_DAYS_MAX = 3650
WRITES_PER_SECOND_MAX = 10_000


class StripeSettings(Struct, frozen=True):
    """`webhook_secrets`: several during a replacement, separated by commas. `api_base`: another server, for tests."""

    secret_key: str
    publishable_key: str
    webhook_secrets: tuple[str, ...]
    api_base: str | None
    writes_per_second: float = WRITES_PER_SECOND
    """What the account is allowed; less is learned from Stripe's rejections."""
    endpoint_writes_per_second: float = WRITES_PER_SECOND * ENDPOINT_SHARE
    """The same for each endpoint."""

    def __repr__(self) -> str:
        return f"StripeSettings(publishable_key={self.publishable_key!r})"


class Settings(Struct, frozen=True):
    """`data_folder` contains the embedded search index. `testing` allows holds of five seconds."""

    database_url: str
    redis_url: str
    secret_keys: tuple[str, ...]
    """The newest first: it signs, all of them verify."""
    public_url: str
    data_folder: Path
    payments: str
    testing: bool
    stripe: StripeSettings | None = None
    """Set if `payments` is "stripe"."""
    search_urls: tuple[str, ...] = ()
    """Nodes of an OpenSearch cluster; empty: the embedded engine in the data folder."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks (CIDR) whose X-Forwarded-* headers a role on a TCP port believes: the gateways."""
    hang_seconds: float = HANG_SECONDS
    """Seconds without a heartbeat after which a host replaces a role."""
    defers_in_rush: bool = True
    """Captures and confirmations wait while a crowd books; False: they compete with it."""
    personal_data_days: int | None = None
    """Days after an event until the names and addresses of its buyers are erased; None: they stay."""
    mail: MailSettings | None = None
    """None: no mail is written or sent."""
    oidc: OidcSettings | None = None
    """None: people of the console sign in by password and passkey only."""
    tracing: TracingSettings | None = None
    """None: no traces are recorded."""
    read_database_url: str | None = None
    """A replica, or several, for reads that only show; None: the primary answers them."""
    read_lag_seconds: float = LAG_SECONDS
    """How old an answer of the replica may be."""
    has_demo_mailbox: bool = False
    """The pages show the mails that the demo's own mail server has received, to every visitor."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings. Raises `StartupError` that names every missing or malformed variable."""
        env = os.environ if environment is None else environment
        faults: list[str] = []
        settings = cls(
            database_url=read_database_url(env, faults),
            redis_url=read_redis_url(env, faults),
            read_database_url=read_replica_url(env, faults),
            read_lag_seconds=read_lag_seconds(env, faults),
            secret_keys=_secrets(env, faults),
            public_url=_public_url(env, faults),
            data_folder=Path(env.get("ADMITONE_DATA_DIR", ".admitone")),
            payments=_payments(env, faults),
            testing=env.get("ADMITONE_TESTING") == "1",
            search_urls=_search_urls(env, faults),
            trusted_proxies=read_networks(env, "ADMITONE_TRUSTED_PROXIES", faults),
            hang_seconds=_seconds(env, "ADMITONE_HANG_SECONDS", HANG_SECONDS, faults),
            defers_in_rush=_is_on(env, "ADMITONE_DEFER_IN_RUSH", faults),
            personal_data_days=_days(env, "ADMITONE_PERSONAL_DATA_DAYS", faults),
            mail=read_mail_settings(env, faults),
            oidc=read_oidc_settings(env, faults),
            tracing=read_tracing_settings(env, faults),
            has_demo_mailbox=env.get("ADMITONE_DEMO_MAILBOX") == "1",
            stripe=_stripe(env, faults) if env.get("ADMITONE_PAYMENTS") == "stripe" else None,
        )
        if faults:
            raise StartupError("Settings are wrong:\n" + "\n".join(f"  {fault}" for fault in faults))
        return settings

    def __repr__(self) -> str:  # URLs and the key are secrets: never log them
        return f"Settings(public_url={self.public_url!r})"


def _public_url(env: Mapping[str, str], faults: list[str]) -> str:
    value = env.get("ADMITONE_PUBLIC_URL", "http://127.0.0.1:8000").strip().rstrip("/")
    parts = read_web_address(value)
    if parts is None or parts.path or parts.query or parts.fragment:
        faults.append("ADMITONE_PUBLIC_URL must be http:// or https:// and a host, without a path.")
    return value


def _search_urls(env: Mapping[str, str], faults: list[str]) -> tuple[str, ...]:
    urls = tuple(url.strip().rstrip("/") for url in env.get("ADMITONE_SEARCH_URL", "").split(",") if url.strip())
    if any(read_web_address(url) is None for url in urls):
        faults.append("ADMITONE_SEARCH_URL must be http:// or https:// URLs of one cluster, with commas between.")
    return urls


def _seconds(env: Mapping[str, str], name: str, default: float, faults: list[str]) -> float:
    text = env.get(name, "")
    value = read_number(text, default=default, at_least=1.0, at_most=HANG_SECONDS_MAX)
    if value is None:
        faults.append(f"{name} must be a number of seconds from 1 to {HANG_SECONDS_MAX:.0f} (it is {text!r}).")
    return value or default


def _is_on(env: Mapping[str, str], name: str, faults: list[str]) -> bool:
    text = env.get(name, "").strip() or "1"
    if text not in {"0", "1"}:
        faults.append(f"{name} must be 0 or 1 (it is {text!r}).")
    return text != "0"


def _days(env: Mapping[str, str], name: str, faults: list[str]) -> int | None:
    text = env.get(name, "").strip()
    if not text:
        return None
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= value <= PERSONAL_DATA_DAYS_MAX:
        faults.append(f"{name} must be a whole number of days from 1 to {PERSONAL_DATA_DAYS_MAX} (it is {text!r}).")
    return value


def split_secrets(value: str) -> tuple[str, ...]:
    """Return the secrets of `ADMITONE_SECRET_KEY`, the newest first; commas separate them."""
    return tuple(secret.strip() for secret in value.split(",") if secret.strip())


def _secrets(env: Mapping[str, str], faults: list[str]) -> tuple[str, ...]:
    secrets = split_secrets(env.get("ADMITONE_SECRET_KEY", ""))
    if not secrets or any(len(secret) < SECRET_CHARACTERS_MIN for secret in secrets):
        faults.append(
            f"ADMITONE_SECRET_KEY must have at least {SECRET_CHARACTERS_MIN} characters, and so must each earlier "
            "secret after a comma (admitone secret rotate makes one)."
        )
    elif len(secrets) > SECRETS_MAX or len(set(secrets)) < len(secrets):
        faults.append(f"ADMITONE_SECRET_KEY must have at most {SECRETS_MAX} secrets, each once.")
    return secrets


def _payments(env: Mapping[str, str], faults: list[str]) -> str:
    # No default: a production sale must not accept test cards by accident.
    value = env.get("ADMITONE_PAYMENTS", "")
    if not value:
        faults.append("ADMITONE_PAYMENTS is missing (stripe; or simulated, which sells for test cards only).")
    elif value not in PAYMENT_PROVIDERS:
        faults.append(f"ADMITONE_PAYMENTS must be one of: {', '.join(PAYMENT_PROVIDERS)} (it is {value!r}).")
    return value


def _stripe(env: Mapping[str, str], faults: list[str]) -> StripeSettings:
    secrets = tuple(part.strip() for part in env.get("ADMITONE_STRIPE_WEBHOOK_SECRET", "").split(",") if part.strip())
    if not secrets:
        faults.append("ADMITONE_STRIPE_WEBHOOK_SECRET is missing (whsec_…; two, by a comma, while one is replaced).")
    elif len(secrets) > WEBHOOK_SECRETS_MAX:
        faults.append(f"ADMITONE_STRIPE_WEBHOOK_SECRET must name at most {WEBHOOK_SECRETS_MAX} secrets.")
    api_base = env.get("ADMITONE_STRIPE_API_BASE") or None
    if api_base is not None and read_web_address(api_base) is None:
        faults.append("ADMITONE_STRIPE_API_BASE must be http:// or https:// and a host.")
    writes = _per_second(env, "ADMITONE_STRIPE_WRITES_PER_SECOND", WRITES_PER_SECOND, faults)
    quarter = max(1.0, writes * ENDPOINT_SHARE // 1)
    return StripeSettings(
        _stripe_key(env, "ADMITONE_STRIPE_SECRET_KEY", ("sk_", "rk_"), faults),
        _stripe_key(env, "ADMITONE_STRIPE_PUBLISHABLE_KEY", ("pk_",), faults),
        secrets,
        api_base.rstrip("/") if api_base else None,
        writes,
        _per_second(env, "ADMITONE_STRIPE_ENDPOINT_WRITES_PER_SECOND", quarter, faults),
    )


def _per_second(env: Mapping[str, str], name: str, default: float, faults: list[str]) -> float:
    text = env.get(name, "").strip() or f"{default:.0f}"
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= value <= WRITES_PER_SECOND_MAX:
        faults.append(f"{name} must be a whole number from 1 to {WRITES_PER_SECOND_MAX}.")
    return float(value)


def _stripe_key(env: Mapping[str, str], name: str, prefixes: tuple[str, ...], faults: list[str]) -> str:
    value = env.get(name, "").strip()
    if not value:
        faults.append(f"{name} is missing ({prefixes[0]}…: ADMITONE_PAYMENTS is stripe).")
    elif not value.startswith(prefixes):
        # A secret key in place of the publishable one would be shown to every buyer.
        faults.append(f"{name} must begin with {' or '.join(prefixes)}.")
    return value
