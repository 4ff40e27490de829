"""`admitone init`: validate every value and write the settings file of an installation with a new secret."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from admitone.embedded.startup_error import StartupError
from admitone.runtime.server_checks import FAULTS, ServerCheckError, check_postgresql, check_redis
from admitone.runtime.settings import PAYMENT_PROVIDERS, Settings
from admitone.runtime.settings_file import format_settings

_SECRET_BYTES = 32
_HEADER = "# Settings of AdmitOne: --settings FILE, ADMITONE_SETTINGS, or EnvironmentFile= of a systemd unit.\n"
_STRIPE = (
    "ADMITONE_STRIPE_SECRET_KEY",
    "ADMITONE_STRIPE_PUBLISHABLE_KEY",
    "ADMITONE_STRIPE_WEBHOOK_SECRET",
)


@dataclass(frozen=True)
class Question:
    """A setting without a value, and the prompt for it."""

    name: str
    text: str
    default: str | None = None
    is_secret: bool = False
    choices: tuple[str, ...] = ()


QUESTIONS = (
    Question("ADMITONE_DATABASE_URL", "PostgreSQL", "postgresql://admitone@/admitone?host=/run/postgresql"),
    Question("ADMITONE_REDIS_URL", "Redis", "redis://127.0.0.1:6379/0"),
    Question("ADMITONE_PUBLIC_URL", "The address that buyers open (https://tickets.example)"),
    Question("ADMITONE_PAYMENTS", "Payments: simulated sells for test cards only", choices=PAYMENT_PROVIDERS),
    Question("ADMITONE_DATA_DIR", "Folder of the search index", "/var/lib/admitone"),
)
STRIPE_QUESTIONS = tuple(
    Question(name, text, is_secret=is_secret)
    for name, text, is_secret in zip(
        _STRIPE,
        ("Stripe's secret key (sk_…)", "Stripe's publishable key (pk_…)", "The secret of Stripe's webhook (whsec_…)"),
        (True, False, True),
        strict=True,
    )
)

Ask = Callable[[Question, str | None], str]
"""(question, error of the previous answer) → the answer."""


def refuse_existing(path: Path) -> None:
    """Check the target path. Raises `StartupError` if the file exists or its folder does not."""
    if os.path.lexists(path):
        raise StartupError(f"{path} exists, and may contain the secret that signed tickets: it is not overwritten.")
    if not path.parent.is_dir():
        raise StartupError(f"The folder {path.parent} does not exist: create it first.")


def collect_settings(given: Mapping[str, str], ask: Ask | None) -> dict[str, str]:
    """Return complete settings: the given values, answers for the missing ones, and a new secret.

    `ask` is None if no terminal is attached. Raises `StartupError` that then names everything missing or malformed.
    """
    settings = {"ADMITONE_SECRET_KEY": secrets.token_urlsafe(_SECRET_BYTES), **given}
    if ask is None:
        settings.setdefault("ADMITONE_DATA_DIR", "/var/lib/admitone")
        if "ADMITONE_PUBLIC_URL" not in settings:
            raise StartupError("ADMITONE_PUBLIC_URL is missing: give --public-url.")
    else:
        _ask_for(QUESTIONS, settings, ask)
        if settings["ADMITONE_PAYMENTS"] == "stripe":
            _ask_for(STRIPE_QUESTIONS, settings, ask)
    Settings.from_environment(settings)
    format_settings(settings)
    return settings


def check_answers(settings: Mapping[str, str]) -> Iterator[tuple[str, bool, str]]:
    """Yield (name of the check, whether it passed, explanation) for each server and for the public address."""
    for name, check, url in (
        ("PostgreSQL", check_postgresql, settings["ADMITONE_DATABASE_URL"]),
        ("Redis", check_redis, settings["ADMITONE_REDIS_URL"]),
    ):
        try:
            yield name, True, check(url)
        except (ServerCheckError, *FAULTS) as error:
            yield name, False, str(error).strip() or type(error).__name__
    parts = urlsplit(settings["ADMITONE_PUBLIC_URL"])
    is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not is_local:
        yield "public address", False, "http:// sends the links of bookings unencrypted: use https://"
    else:
        yield "public address", True, settings["ADMITONE_PUBLIC_URL"]


def write_settings(path: Path, settings: Mapping[str, str]) -> None:
    """Create the file with mode 0600. Raises `StartupError` if it exists or cannot be written."""
    text = _HEADER + format_settings(settings)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        refuse_existing(path)
    except OSError as error:
        raise StartupError(f"{path} cannot be written: {error.strerror}.") from error


def next_steps(path: Path, public_url: str) -> str:
    """Return the commands to run next, in order."""
    tls = " --tls-certificate FILE --tls-key FILE" if public_url.startswith("https:") else ""
    return (
        "Next:\n"
        f"  export ADMITONE_SETTINGS={path.absolute()}\n"
        "  admitone migrate\n"
        '  admitone organizer create --name "…"\n'
        "  admitone key create --organizer org_… --role owner --name laptop\n"
        "  admitone serve catalogue search booking live pages console --port 8101\n"
        "  admitone worker\n"
        "  admitone gateway render --role catalogue,search,booking,live,pages,console=127.0.0.1:8101"
        f"{tls} --out nginx.conf\n"
        "  admitone doctor"
    )


def _ask_for(questions: tuple[Question, ...], settings: dict[str, str], ask: Ask) -> None:
    for question in questions:
        if question.name in settings:
            continue
        fault: str | None = None
        while True:
            answer = ask(question, fault).strip()
            fault = _fault_of(question.name, {**settings, question.name: answer})
            if fault is None:
                settings[question.name] = answer
                break


def _fault_of(name: str, settings: Mapping[str, str]) -> str | None:
    try:
        format_settings(settings)
        Settings.from_environment(settings)
    except StartupError as trouble:
        return next((line.strip() for line in str(trouble).splitlines() if line.strip().startswith(name)), None)
    return None
