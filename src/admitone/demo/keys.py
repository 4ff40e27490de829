"""The two secrets of a demo's data folder: created once, with mode 0600."""

import json
import os
import secrets
from pathlib import Path

_SECRET_BYTES = 32
_CONSOLE_LINK = "console_link"


def secret_key(folder: Path) -> str:
    """Return the secret that signs tokens. The first start creates it, so links in old mails remain valid."""
    path = folder / "secret_key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(_SECRET_BYTES))
    return path.read_text("utf-8").strip()


def load_api_key(folder: Path) -> str | None:
    """Return the demo organizer's API key, or None if the sample was never loaded completely."""
    path = folder / "credentials.json"
    return str(json.loads(path.read_text("utf-8"))["organizer_api_key"]) if path.exists() else None


def save_api_key(folder: Path, api_key: str) -> None:
    write_private(folder / "credentials.json", json.dumps({"organizer_api_key": api_key}, indent=2) + "\n")


def load_console_link(folder: Path) -> str | None:
    """Return the token of the link that opens the console, or None if this start has not made it yet."""
    path = folder / _CONSOLE_LINK
    return path.read_text("utf-8") if path.exists() else None


def save_console_link(folder: Path, token: str) -> None:
    write_private(folder / _CONSOLE_LINK, token)


def remove_console_link(folder: Path) -> None:
    """Forget the link of an earlier start."""
    (folder / _CONSOLE_LINK).unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file with mode 0600."""
    # Write a temporary file and rename it: after a crash the file is complete or absent.
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
