"""Settings, read from the environment once at start. What is missing or malformed stops the start and is named."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from admitone.roles.embedded.trouble import Trouble

SECRET_CHARACTERS_MIN = 32
PAYMENT_PROVIDERS = ("simulated",)


class Settings(Struct, frozen=True):
    """`data_folder` keeps the embedded search index. `testing` allows holds of five seconds."""

    database_url: str
    redis_url: str
    secret_key: str
    public_url: str
    data_folder: Path
    payments: str
    testing: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Raises `Trouble` that names every variable that is missing or malformed."""
        env = os.environ if environment is None else environment
        faults: list[str] = []
        settings = cls(
            database_url=_url(env, "ADMITONE_DATABASE_URL", ("postgresql", "postgres"), faults),
            redis_url=_url(env, "ADMITONE_REDIS_URL", ("redis", "rediss", "unix"), faults),
            secret_key=_secret(env, faults),
            public_url=env.get("ADMITONE_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
            data_folder=Path(env.get("ADMITONE_DATA_DIR", ".admitone")),
            payments=_payments(env, faults),
            testing=env.get("ADMITONE_TESTING") == "1",
        )
        if faults:
            raise Trouble("Settings are wrong:\n" + "\n".join(f"  {fault}" for fault in faults))
        return settings

    def __repr__(self) -> str:  # urls and the key are secrets: they never reach a log
        return f"Settings(public_url={self.public_url!r})"


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...], faults: list[str]) -> str:
    value = env.get(name, "")
    if not value:
        faults.append(f"{name} is missing (for example {schemes[0]}://…).")
    elif urlsplit(value).scheme not in schemes:
        faults.append(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return value


def _secret(env: Mapping[str, str], faults: list[str]) -> str:
    value = env.get("ADMITONE_SECRET_KEY", "")
    if len(value) < SECRET_CHARACTERS_MIN:
        faults.append(
            f"ADMITONE_SECRET_KEY must have at least {SECRET_CHARACTERS_MIN} characters "
            "(python3 -c 'import secrets; print(secrets.token_urlsafe(32))' makes one)."
        )
    return value


def _payments(env: Mapping[str, str], faults: list[str]) -> str:
    value = env.get("ADMITONE_PAYMENTS", "simulated")
    if value not in PAYMENT_PROVIDERS:
        faults.append(f"ADMITONE_PAYMENTS must be one of: {', '.join(PAYMENT_PROVIDERS)} (it is {value!r}).")
    return value
