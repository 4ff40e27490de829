"""`admitone init` beside the run's real servers."""

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from admitone.cli.initialize import Question, collect_settings
from admitone.cli.main import main
from admitone.runtime.settings import Settings
from admitone.runtime.settings_file import read_settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ADMITONE_")]:
        monkeypatch.delenv(name)


def run_init(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["init", "--file", str(path), *arguments])


def options(database_url: str, redis_url: str) -> list[str]:
    return ["--database-url", database_url, "--redis-url", redis_url, "--public-url", "https://tickets.example"]


def test_it_writes_settings_that_start_and_a_secret_of_their_own(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    first, second = tmp_path / "first.env", tmp_path / "second.env"
    results = [run_init(path, *options(database_url, redis_url), "--payments", "simulated") for path in (first, second)]

    written = read_settings(first)
    settings = Settings.from_environment(written)

    assert [result.exit_code for result in results] == [0, 0], results[0].output
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert settings.public_url == "https://tickets.example"
    assert written["ADMITONE_SECRET_KEY"] != read_settings(second)["ADMITONE_SECRET_KEY"]
    assert written["ADMITONE_SECRET_KEY"] not in results[0].output
    assert "ok    Redis: version" in results[0].output
    assert f"export ADMITONE_SETTINGS={first}" in results[0].output
    assert "--tls-certificate FILE --tls-key FILE --out nginx.conf" in results[0].output


def test_an_existing_file_is_not_overwritten(tmp_path: Path, database_url: str, redis_url: str) -> None:
    path = tmp_path / "settings.env"
    path.write_text("ADMITONE_SECRET_KEY=old\n", "utf-8")

    result = run_init(path, *options(database_url, redis_url), "--payments", "simulated")

    assert (result.exit_code, path.read_text("utf-8")) == (1, "ADMITONE_SECRET_KEY=old\n")
    assert "is not overwritten" in result.output


def test_every_fault_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.env"

    result = run_init(path, "--database-url", "mysql://x", "--public-url", "https://tickets.example/shop")

    assert result.exit_code == 1
    assert "ADMITONE_DATABASE_URL must begin with postgresql://" in result.output
    assert "ADMITONE_REDIS_URL is missing" in result.output
    assert "ADMITONE_PUBLIC_URL must be http:// or https:// and a host" in result.output
    assert "ADMITONE_PAYMENTS is missing" in result.output
    assert not path.exists()


def test_servers_that_do_not_answer_are_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.env"
    servers = ["--database-url", "postgresql:///x?host=/nowhere", "--redis-url", "unix:///nowhere/redis.sock"]

    result = run_init(path, *servers, "--public-url", "http://tickets.example", "--payments", "simulated")

    warned = [line.split(":")[0] for line in result.output.splitlines() if line.startswith("WARN")]
    assert (result.exit_code, warned) == (0, ["WARN  PostgreSQL", "WARN  Redis", "WARN  public address"])
    assert path.exists()


def test_the_prompt_repeats_after_a_wrong_answer() -> None:
    answers = {
        "ADMITONE_DATABASE_URL": ["postgresql:///admitone"],
        "ADMITONE_REDIS_URL": ["tcp://x", "redis://127.0.0.1/0"],
        "ADMITONE_PAYMENTS": ["stripe"],
        "ADMITONE_DATA_DIR": ["/srv/admitone"],
        "ADMITONE_STRIPE_SECRET_KEY": ["pk_wrong", "sk_right"],
        "ADMITONE_STRIPE_PUBLISHABLE_KEY": ["pk_right"],
        "ADMITONE_STRIPE_WEBHOOK_SECRET": ["whsec_1"],
    }
    faults = []

    def ask(question: Question, fault: str | None) -> str:
        faults.append(fault)
        return answers[question.name].pop(0)

    settings = collect_settings({"ADMITONE_PUBLIC_URL": "https://tickets.example"}, ask)

    assert [fault for fault in faults if fault] == [
        (
            "ADMITONE_REDIS_URL must begin with redis:// or rediss:// or unix:// or redis+sentinel:// or rediss+sentinel://"
            " or redis+cluster:// or rediss+cluster://."
        ),
        "ADMITONE_STRIPE_SECRET_KEY must begin with sk_ or rk_.",
    ]
    assert settings["ADMITONE_STRIPE_SECRET_KEY"] == "sk_right"
    assert Settings.from_environment(settings).payments == "stripe"
