"""Commands whose servers do not answer, or are not migrated, print a one-sentence error."""

import os
import subprocess
import sys

import pytest

from tests.running import SECRET_KEY
from tests.servers import ServerUrls


def run(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "ADMITONE_DATABASE_URL": "postgresql://admitone@/admitone?host=/nowhere",
        "ADMITONE_REDIS_URL": "unix:///nowhere/redis.sock",
        "ADMITONE_SECRET_KEY": SECRET_KEY,
        "ADMITONE_PAYMENTS": "simulated",
        "PATH": os.defpath,
        **settings,
    }
    command = [sys.executable, "-m", "admitone", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["migrate"], "PostgreSQL does not answer at ADMITONE_DATABASE_URL: "),
        (["organizer", "list"], "PostgreSQL does not answer at ADMITONE_DATABASE_URL: "),
        (["search", "rebuild"], "PostgreSQL does not answer at ADMITONE_DATABASE_URL: "),
        (["serve", "booking", "--uds", "/nowhere/booking.sock"], "No socket can be created at /nowhere/booking.sock"),
        (["--settings", "/nowhere/settings.env", "migrate"], "/nowhere/settings.env cannot be read"),
        (
            [
                *("gateway", "render", "--public-url", "http://x.example", "--out", "/nowhere/nginx.conf"),
                *("--role", "catalogue,search,booking,live,pages,console=127.0.0.1:8101"),
            ],
            "/nowhere/nginx.conf cannot be written",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value[:2]),
)
def test_an_outage_is_a_sentence_and_no_traceback(arguments: list[str], words: str) -> None:
    ended = run({}, *arguments)

    assert ended.returncode == 1
    assert f"Error: {words}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_without_tables_asks_for_a_migration(server_urls: ServerUrls) -> None:
    ended = run({"ADMITONE_DATABASE_URL": server_urls.postgres}, "organizer", "list")

    assert ended.returncode == 1
    assert "run admitone migrate" in ended.stderr
    assert "Traceback" not in ended.stderr
