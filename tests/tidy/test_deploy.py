"""Files for operators in deploy/ agree with the program."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from scripts.make_dashboards import DASHBOARDS, FOLDER, render

from admitone.cli.main import main
from admitone.embedded.gateway import HTTP_ROLES
from tests.tidy.tree import ROOT

SYSTEMD = ROOT / "deploy/systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
# systemd-analyze counts in tenths: 2.0 of 10.
EXPOSURE_MAX = "20"


def read_unit(path: Path) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text("utf-8"))
    return unit


def test_every_role_has_a_socket_of_its_own() -> None:
    sockets = {path.stem.removeprefix("admitone@"): read_unit(path) for path in SYSTEMD.glob("*.socket")}

    assert set(sockets) == set(HTTP_ROLES)
    assert len({unit["Socket"]["ListenStream"] for unit in sockets.values()}) == len(sockets)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_services_run_commands_that_exist(path: Path) -> None:
    _, command, *roles = read_unit(path)["Service"]["ExecStart"].split()

    assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0
    assert roles == (["%i"] if command == "serve" else [])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_services_expose_little(path: Path) -> None:
    subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE_MAX}", str(path)],
        capture_output=True,
        check=True,
    )


def test_dashboards_are_what_their_script_writes() -> None:
    """After a change of scripts/make_dashboards.py, run it."""
    assert {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.json")} == {
        name: render(name) for name in DASHBOARDS
    }
