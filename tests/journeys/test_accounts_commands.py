"""Organizers and API keys from the command line, as an operator makes them on a new installation."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.running import SECRET_KEY

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def admitone(database_url: str, redis_url: str) -> Run:
    environment = {
        "ADMITONE_DATABASE_URL": database_url,
        "ADMITONE_REDIS_URL": redis_url,
        "ADMITONE_SECRET_KEY": SECRET_KEY,
        "ADMITONE_PAYMENTS": "simulated",
        "PATH": "/usr/bin:/bin",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "admitone", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    return run


def test_an_operator_makes_an_organizer_and_its_keys_and_revokes_one(admitone: Run) -> None:
    organization_id = admitone("organizer", "create", "--name", "Kölner Bühnen").stdout.strip()
    made = admitone("key", "create", "--organizer", organization_id, "--role", "manager", "--name", "season import")
    short = admitone(
        "key", "create", "--organizer", "Kölner Bühnen", "--role", "scanner", "--name", "gate", "--days", "2"
    )
    key_id = next(word.rstrip(";") for word in short.stderr.split() if word.startswith("key_"))

    revoked = admitone("key", "revoke", key_id, "--organizer", organization_id)
    again = admitone("key", "revoke", key_id, "--organizer", organization_id)
    listed = admitone("key", "list", "--organizer", organization_id).stdout
    organizers = admitone("organizer", "list").stdout

    assert organization_id.startswith("org_")
    assert made.stdout.startswith("ak_")
    assert made.stdout.strip() not in listed
    assert (revoked.returncode, again.returncode) == (0, 1)
    assert [("season import" in line, "live" in line) for line in listed.splitlines() if "manager" in line] == [
        (True, True)
    ]
    assert [("gate" in line, "revoked" in line) for line in listed.splitlines() if "scanner" in line] == [(True, True)]
    assert "Kölner Bühnen" in organizers
    assert key_id in listed
    assert organization_id in organizers


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["organizer", "create", "--name", "  "], "at least one visible character"),
        (["organizer", "create", "--name", "\u3164"], "at least one visible character"),
        (["organizer", "create", "--name", "two\nlines"], "on one line"),
        (["organizer", "create", "--name", "x" * 201], "at most 200"),
        (["organizer", "create", "--name", "\udcff"], "not UTF-8"),
        (["key", "create", "--organizer", "org_none", "--role", "owner", "--name", "x"], "organizer list"),
        (["key", "list", "--organizer", "Nobody"], "There is no organization 'Nobody'"),
    ],
)
def test_an_error_is_one_sentence(admitone: Run, arguments: list[str], words: str) -> None:
    ended = admitone(*arguments)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
