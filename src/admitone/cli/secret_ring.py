"""`admitone secret rotate`: put a new secret first in the ring and keep the earlier ones for verification.

A rotation on several machines takes two steps, so that no machine receives a signature that it cannot verify: *prepare*
appends the new secret to every machine's ring, *promote* moves it to the front.
"""

import os
import secrets
from pathlib import Path

from admitone.demo.keys import write_private
from admitone.embedded.startup_error import StartupError
from admitone.kit.keys import key_id
from admitone.runtime.settings import SECRETS_MAX, split_secrets

VARIABLE = "ADMITONE_SECRET_KEY"
_SECRET_BYTES = 32


def change_ring(path: Path | None, step: str) -> str:
    """Apply a step (`rotate`, `prepare`, `promote`, `forget`) to the ring of a file, or of the environment.

    Return the text to print: the new value of the setting, or, for a file, the ids of its keys. Raises `StartupError`.
    """
    change = {"rotate": rotate, "prepare": prepare, "promote": promote, "forget": forget}[step]
    if path is None:
        return ",".join(change(split_secrets(os.environ.get(VARIABLE, ""))))
    ring = change(read_ring(path))
    write_ring(path, ring)
    return f"The file has these secrets, the one that signs first: {describe(ring)}. Restart the processes."


def rotate(ring: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ring with a new secret first. Drop the oldest secret if the ring is full."""
    return (secrets.token_urlsafe(_SECRET_BYTES), *ring)[:SECRETS_MAX]


def prepare(ring: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ring with a new secret appended: it verifies signatures, and does not sign yet."""
    return (*ring[: SECRETS_MAX - 1], secrets.token_urlsafe(_SECRET_BYTES))


def promote(ring: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ring with its last secret first. Raises `StartupError` if no secret was prepared."""
    if len(ring) < 2:
        raise StartupError("There is no prepared secret to promote: run admitone secret rotate --prepare first.")
    return (ring[-1], *ring[:-1])


def forget(ring: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ring with its newest secret only: signatures of earlier secrets become invalid."""
    return ring[:1]


def read_ring(path: Path) -> tuple[str, ...]:
    """Return the ring of a settings file (`ADMITONE_SECRET_KEY=…`) or of a file that contains only the secrets.

    Raises `StartupError` if the file cannot be read or contains no secret.
    """
    line = _line(_read(path))
    ring = split_secrets(line.partition("=")[2].strip().strip("'\"") if line.startswith(VARIABLE) else line)
    if not ring:
        raise StartupError(f"{path} has no {VARIABLE}.")
    return ring


def write_ring(path: Path, ring: tuple[str, ...]) -> None:
    """Replace the secrets in a file of `read_ring`, keep its other lines; only the owner can read it."""
    text, value = _read(path), ",".join(ring)
    line = _line(text)
    write_private(path, text.replace(line, f"{VARIABLE}={value}" if line.startswith(VARIABLE) else value, 1))


def describe(ring: tuple[str, ...]) -> str:
    """Return the ids of the ring's keys, the signing key first. An id reveals nothing about its secret."""
    return ", ".join(key_id(secret) for secret in ring)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise StartupError(f"{path} cannot be read: {error.strerror}.") from error


def _line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith(VARIABLE + "=")), lines[0] if len(lines) == 1 else "")
