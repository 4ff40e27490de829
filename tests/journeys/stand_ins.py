"""Programs that replace parts of a whole machine that a test does not have: package managers, users, and systemd.

`python -m tests.journeys.stand_ins NAME ARGUMENTS…`. A command that the page never uses is refused, so that the page
cannot contain an untested command. `STAND_IN_FOLDER` is the machine's root folder.
"""

import configparser
import os
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from admitone.embedded.binaries import find_nginx
from admitone.runtime.settings_file import read_settings

NAMES = ("apt-get", "adduser", "chown", "runuser", "systemctl", "python3")


def install(folder: Path) -> Path:
    """Write a program for every name; return their folder, for PATH."""
    programs = folder / "stand-ins"
    programs.mkdir()
    for name in NAMES:
        _write(programs / name, f'{shlex.quote(sys.executable)} -m tests.journeys.stand_ins {name} "$@"')
    return programs


def main(name: str, arguments: list[str]) -> None:
    folder = Path(os.environ["STAND_IN_FOLDER"])
    match name, arguments:
        case "apt-get", ["update"] | ["install", "-y", *_]:
            pass
        case "adduser", ["--system", "--group", "--home", home, "admitone"]:
            Path(home).mkdir(parents=True)
        case "chown", ["admitone:", path]:
            assert Path(path).exists(), path
        case "runuser", ["-u", "postgres", "--", *command]:
            os.execvpe(command[0], command, {**os.environ, "PGUSER": "postgres"})
        case "runuser", ["-u", "admitone", "--", *command]:
            os.execvp(command[0], command)
        case "python3", ["-m", "venv", home]:
            _make_environment(Path(home))
        case "python3", _:
            os.execv(sys.executable, ["python3", *arguments])
        case "pip", ["install", *options]:
            files = [file for option, file in pairwise(options) if option == "-r"]
            assert all(Path(file).exists() for file in [*files, "pyproject.toml"]), files
        case "systemctl", ["daemon-reload"]:
            pass
        case "systemctl", ["enable", "--now", *units]:
            for unit in units:
                _start_unit(folder, unit)
        case "systemctl", ["restart", "nginx"]:
            config = folder / "etc/nginx/nginx.conf"
            command = [str(find_nginx(os.environ)), "-c", str(config), "-g", "daemon on; master_process on;"]
            subprocess.run(command, check=True)
        case _:
            sys.exit(f"there is no stand-in for {name} {shlex.join(arguments)}")


def _make_environment(home: Path) -> None:
    """Create the files that `pip install` would: the program of this environment."""
    (home / "bin").mkdir(parents=True)
    python = shlex.quote(sys.executable)
    _write(home / "bin" / "admitone", f'{python} -m admitone "$@"')
    _write(home / "bin" / "pip", f'{python} -m tests.journeys.stand_ins pip "$@"')


def _start_unit(folder: Path, name: str) -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((folder / f"etc/systemd/system/{name}.service").read_text())
    service = unit["Service"]
    assert service["User"] == "admitone"
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "STAND_IN_FOLDER") if key in os.environ}
    with (folder / f"{name}.log").open("wb") as log:
        started = subprocess.Popen(
            shlex.split(service["ExecStart"]),
            env=kept | read_settings(Path(service["EnvironmentFile"])),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    with (folder / "pids").open("a") as pids:
        pids.write(f"{started.pid}\n")


def _write(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\nexec {command}\n")
    path.chmod(0o755)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
