"""Settings files are parsed as systemd's EnvironmentFile parses them."""

import os
from pathlib import Path

import pytest

from admitone.embedded.startup_error import StartupError
from admitone.runtime.settings_file import format_settings, load_settings, read_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.env"
    path.write_text(text, "utf-8")
    return path


def test_lines_comments_and_quotes(tmp_path: Path) -> None:
    path = write(tmp_path, "# one\n\n; two\nA=plain value\nB='it; has #'\nC=\"double\"\nD=\nE=a=b?c=/run\n")

    assert read_settings(path) == {"A": "plain value", "B": "it; has #", "C": "double", "D": "", "E": "a=b?c=/run"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A=1\nnonsense\n", "line 2 is not NAME=VALUE"),
        ("export A=1\n", "line 1 is not NAME=VALUE"),
        ("A=1\nA=2\n", "line 2 sets A a second time"),
        ("A='hidden\n", "line 1: put the value of A in single quotes"),
        ("A=hid\\den\n", "line 1: put the value of A in single quotes"),
        ('A="$hidden"\n', "line 1: put the value of A in single quotes"),
    ],
)
def test_a_malformed_line_is_named_without_its_value(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(StartupError) as refused:
        read_settings(write(tmp_path, text))

    assert words in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartupError, match=r"none\.env cannot be read: No such file"):
        read_settings(tmp_path / "none.env")


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMITONE_PUBLIC_URL", "https://environment.example")
    monkeypatch.setenv("ADMITONE_DATA_DIR", "")
    monkeypatch.delenv("ADMITONE_DATA_DIR")
    path = write(tmp_path, "ADMITONE_PUBLIC_URL=https://file.example\nADMITONE_DATA_DIR=/srv/admitone\n")

    load_settings(path)

    assert os.environ["ADMITONE_PUBLIC_URL"] == "https://environment.example"
    assert os.environ["ADMITONE_DATA_DIR"] == "/srv/admitone"
    monkeypatch.delenv("ADMITONE_DATA_DIR")


def test_written_values_are_read_back(tmp_path: Path) -> None:
    settings = {"A": "postgresql://u:p@h/d?host=/run", "B": "two words; #3", "C": "", "D": 'say "it"', "E": "a$b"}

    assert read_settings(write(tmp_path, format_settings(settings))) == settings


@pytest.mark.parametrize("value", ["two\nlines", "it's", "back\\slash"])
def test_a_value_that_no_parser_can_read_is_refused(value: str) -> None:
    with pytest.raises(StartupError, match="A must be one line"):
        format_settings({"A": value})
