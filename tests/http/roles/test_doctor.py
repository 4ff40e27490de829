"""`admitone doctor` on the run's real servers."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from admitone.roles.cli import main


def run_doctor(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> tuple[int, str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, ["doctor"])
    return result.exit_code, result.output


def test_simulated_payments_are_a_fault(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    environment = {
        "ADMITONE_DATABASE_URL": database_url,
        "ADMITONE_REDIS_URL": redis_url,
        "ADMITONE_SECRET_KEY": "k" * 32,
        "ADMITONE_DATA_DIR": str(tmp_path),
        "ADMITONE_PAYMENTS": "simulated",
    }

    exit_code, output = run_doctor(monkeypatch, environment)

    assert exit_code == 1
    assert "FAIL  payments: tickets are sold for test cards" in output
