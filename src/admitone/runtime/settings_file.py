"""Read and write settings files: KEY=VALUE lines with the same meaning for this program and systemd's EnvironmentFile.

A value is plain, or in single or double quotes. Values that the two would read differently (a backslash, a quote
inside) are refused by line number.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from admitone.embedded.startup_error import StartupError

BYTES_MAX = 64 * 1024
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[^\s'\"\\#;][^'\"\\]*")
_QUOTED = re.compile(r"'[^'\\]*'|\"[^\"\\$`]*\"")


def load_settings(path: Path) -> None:
    """Add the settings of a file to the environment; a variable that is already set wins. Raises `StartupError`."""
    for name, value in read_settings(path).items():
        os.environ.setdefault(name, value)


def read_settings(path: Path) -> dict[str, str]:
    """Return the settings of a file. Raises `StartupError` that names every malformed line, never a value."""
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
        if len(content) > BYTES_MAX:
            raise StartupError(f"{path} is larger than {BYTES_MAX // 1024} KiB: it is not a settings file.")
        text = content.decode()
    except OSError as error:
        raise StartupError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise StartupError(f"{path} is not UTF-8 text.") from error
    settings: dict[str, str] = {}
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        name, equals, value = (part.strip() for part in stripped.partition("="))
        if not equals or not _NAME.fullmatch(name):
            faults.append(f"line {number} is not NAME=VALUE.")
        elif name in settings:
            faults.append(f"line {number} sets {name} a second time.")
        elif (parsed := _parse(value)) is None:
            faults.append(f"line {number}: put the value of {name} in single quotes; it cannot have ' or \\ in it.")
        else:
            settings[name] = parsed
    if faults:
        raise StartupError(f"{path} is not a settings file:\n" + "\n".join(f"  {fault}" for fault in faults))
    return settings


def format_settings(settings: Mapping[str, str]) -> str:
    """Return lines that `read_settings` and systemd read. Raises `StartupError` for a value that cannot be quoted."""
    return "".join(f"{name}={_quote(name, value)}\n" for name, value in settings.items())


def _parse(value: str) -> str | None:
    if "\0" in value:
        return None
    if value == "" or _PLAIN.fullmatch(value):
        return value
    return value[1:-1] if _QUOTED.fullmatch(value) else None


def _quote(name: str, value: str) -> str:
    if not value.isprintable() or "'" in value or "\\" in value:
        raise StartupError(f"{name} must be one line of printable characters, without ' and \\.")
    return value if re.fullmatch(r"[A-Za-z0-9_@%+=:,./-]*", value) else f"'{value}'"
