"""A rotation puts a new secret first; earlier secrets stay until they are removed."""

import stat
from pathlib import Path

import pytest

from admitone.cli.secret_ring import change_ring, read_ring
from admitone.embedded.startup_error import StartupError
from admitone.runtime.settings import SECRETS_MAX, Settings

FIRST = "f" * 40
OTHERS = {
    "ADMITONE_DATABASE_URL": "postgresql://here/admitone",
    "ADMITONE_REDIS_URL": "redis://here",
    "ADMITONE_PAYMENTS": "simulated",
}


def a_file(folder: Path, text: str) -> Path:
    path = folder / "settings.env"
    path.write_text(text)
    return path


def test_a_rotation_keeps_earlier_secrets_and_every_other_line(tmp_path: Path) -> None:
    path = a_file(tmp_path, f"# ours\nADMITONE_SECRET_KEY='{FIRST}'\nADMITONE_PAYMENTS=stripe\n")

    said = change_ring(path, "rotate")

    newest, *earlier = read_ring(path)
    assert earlier == [FIRST]
    assert path.read_text() == f"# ours\nADMITONE_SECRET_KEY={newest},{FIRST}\nADMITONE_PAYMENTS=stripe\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert newest not in said
    assert Settings.from_environment({**OTHERS, "ADMITONE_SECRET_KEY": f"{newest},{FIRST}"}).secret_keys == (
        newest,
        FIRST,
    )


def test_a_prepared_secret_verifies_first_and_signs_after_it_is_promoted(tmp_path: Path) -> None:
    path = a_file(tmp_path, FIRST + "\n")

    change_ring(path, "prepare")
    prepared = read_ring(path)
    change_ring(path, "promote")

    assert prepared[0] == FIRST
    assert read_ring(path) == (prepared[1], FIRST)


def test_the_ring_does_not_grow_for_ever_and_can_be_cut_to_the_newest(tmp_path: Path) -> None:
    path = a_file(tmp_path, FIRST)
    for _ in range(SECRETS_MAX + 1):
        change_ring(path, "rotate")
    ring = read_ring(path)

    change_ring(path, "forget")

    assert (len(ring), FIRST in ring) == (SECRETS_MAX, False)
    assert read_ring(path) == ring[:1]


def test_a_file_without_a_secret_is_named(tmp_path: Path) -> None:
    path = a_file(tmp_path, "ADMITONE_PAYMENTS=stripe\nADMITONE_REDIS_URL=redis://here\n")

    with pytest.raises(StartupError, match=r"settings\.env has no ADMITONE_SECRET_KEY"):
        change_ring(path, "rotate")


@pytest.mark.parametrize(
    "value", ["", "short", f"{FIRST},short", f"{FIRST},{FIRST}", ",".join("abcde"[i] * 40 for i in range(5))]
)
def test_an_invalid_ring_stops_the_start_and_is_named(value: str) -> None:
    with pytest.raises(StartupError, match="ADMITONE_SECRET_KEY must have"):
        Settings.from_environment({**OTHERS, "ADMITONE_SECRET_KEY": value})
