"""Run every command of docs/how-to/first_event.md, in its order, on real servers.

PostgreSQL, Redis, nginx, the roles and the worker are real; `stand_ins` replaces parts of the machine. Paths,
ports and the addresses of the two databases are the test's.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from admitone.embedded.binaries import find_binaries, make_readable
from admitone.embedded.data_folder import hold_data_folder
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.privileges import choose_identity
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.testing.demo_process import is_running
from tests.free_ports import free_ports
from tests.journeys import stand_ins
from tests.tidy.tree import ROOT

PAGE = ROOT / "docs" / "how-to" / "first_event.md"
SECONDS_MAX = 480.0
STOP_SECONDS_MAX = 60.0


@dataclass(frozen=True)
class Machine:
    """A folder used as `/`, and the environment of a shell on it."""

    folder: Path
    environment: dict[str, str]
    script: str


@pytest.fixture
def machine() -> Iterator[Machine]:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="admitone-machine-"))
        folder.chmod(0o755)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        servers = folder / "servers"
        servers.mkdir(mode=0o711)
        identity = choose_identity(servers)
        held = stack.enter_context(hold_data_folder(servers, identity))
        binaries = make_readable(find_binaries(os.environ), held.path / "runtime", identity)
        postgresql = PostgreSQL(binaries.postgres_folder, held, identity)
        postgresql.prepare()
        redis = RedisServer(binaries.redis, held, identity)
        for server in (postgresql, redis):
            child = server.spawn()
            stack.callback(child.stop)
            wait_until_ready(child, server.answers)
        for made in ("etc/systemd/system", "etc/nginx", "run", "var/cache", "var/lib", "opt", "root"):
            (folder / made).mkdir(parents=True, exist_ok=True)
        (folder / "etc/nginx/nginx.conf").write_text("# Debian's own\n")
        stack.callback(end_processes, folder)
        path = os.pathsep.join([str(stand_ins.install(folder)), str(binaries.postgres_folder), os.environ["PATH"]])
        environment = {
            "PATH": path,
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "HOME": str(folder / "root"),
            "LANG": "C.UTF-8",
            "PGHOST": str(held.sockets),
            "STAND_IN_FOLDER": str(folder),
        }
        yield Machine(folder, environment, script_for(folder, held.sockets, redis.url()))


def script_for(folder: Path, postgresql: Path, redis_url: str) -> str:
    """Return the page's commands, with this machine's folder, ports and servers in them."""
    ports = free_ports(7)
    https, http, *roles = ports
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    script = script.replace("host=/run/postgresql", f"host={postgresql}")
    script = script.replace("redis://127.0.0.1:6379/0", redis_url)
    script = re.sub(r"(?<![\w/.])/(etc|opt|var)/", rf"{folder}/\1/", script)
    script = script.replace(
        "gateway render ",
        f"gateway render --listen 127.0.0.1:{https} --redirect-listen 127.0.0.1:{http} "
        f"--pid {folder}/run/nginx.pid --folder {folder}/var/cache/admitone ",
    )
    script = script.replace("127.0.0.1:443", f"127.0.0.1:{https}")
    for documented, port in zip(range(8101, 8106), roles, strict=True):
        script = script.replace(str(documented), str(port))
    return f"set -euo pipefail\n{script}"


def end_processes(folder: Path) -> None:
    """Stop the processes that the page started, by their pids."""
    pids = [int(pid) for file in ("pids", "run/nginx.pid") if (folder / file).exists()
            for pid in (folder / file).read_text().split()]  # fmt: skip
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline, f"these do not stop: {[pid for pid in pids if is_running(pid)]}"
        time.sleep(0.05)


def test_the_page_leads_to_a_theatre_on_sale_and_two_sold_tickets(machine: Machine) -> None:
    with (machine.folder / "output").open("w+b") as output:
        shell = subprocess.Popen(
            ["bash", "-c", machine.script],
            cwd=ROOT,
            env=machine.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = shell.wait(SECONDS_MAX)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()
    said = (machine.folder / "output").read_text("utf-8")
    logs = "\n".join(f"{log.name}: {log.read_text()[-1500:]}" for log in machine.folder.glob("*.log"))
    report = f"{said}\n{logs}"

    theatre = machine.folder / "root" / "theatre"
    failed = [line.split(":")[0] for line in said.splitlines() if line.startswith("FAIL")]
    assert (code, failed) == (1, ["FAIL  payments"]), report
    plan = json.loads((theatre / "hall.json").read_text())["plan"]
    assert sum(len(row["seats"]) for row in plan["zones"][0]["rows"]) == 300
    sold = json.loads((theatre / "sold.json").read_text())
    assert (sold["status"], len(sold["tickets"])) == ("confirmed", 2)
    assert "\navailable\n" in said, report
    assert (machine.folder / "etc/admitone/settings.env").stat().st_mode & 0o777 == 0o600
