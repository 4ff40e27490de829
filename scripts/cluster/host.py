"""One host of the cluster: its address, its folder, and the services that run on it."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts.cluster.namespaces import NETWORK, create_namespace, plug

SERVICE_USER = "nobody"
STOP_SECONDS_MAX = 15.0


@dataclass
class Service:
    """A program of a host, and its process while it runs. `ends_with_input`: it ends with its standard input."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    ends_with_input: bool = False
    process: subprocess.Popen[bytes] | None = None


class Host:
    """A network namespace. Its processes are those in the namespace."""

    def __init__(self, name: str, number: int, folder: Path) -> None:
        self.name = name
        self.address = f"{NETWORK}.{number}"
        self.folder = folder / name
        self.folder.mkdir()
        self.folder.chmod(0o755)
        self.services: dict[str, Service] = {}
        create_namespace(name, self.address)
        self._namespace = os.stat(f"/run/netns/{name}").st_ino

    def own_folder(self, name: str, user: str | None = None) -> Path:
        """Return a folder of a service on this host."""
        path = self.folder / name
        path.mkdir(mode=0o700, exist_ok=True)
        if user is not None:
            subprocess.run(["chown", f"{user}:", str(path)], check=True)
        return path

    def run(self, service: Service) -> None:
        """Start a service; its output is in its log."""
        self.services[service.name] = service
        command = ["nsenter", f"--net=/run/netns/{self.name}"]
        if service.user is not None:
            # Python itself may be in a folder of root: the service keeps the right to enter it.
            access = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
            command += ["setpriv", f"--reuid={service.user}", "--regid=nogroup", "--clear-groups", *access]
        # The same code as this process, if it is not the installed one.
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        environment = {**kept, "HOME": str(self.folder), "LANG": "C.UTF-8", **service.environment}
        with self.log(service.name).open("ab") as log:
            service.process = subprocess.Popen(
                [*command, *service.arguments],
                stdin=subprocess.PIPE if service.ends_with_input else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
                cwd="/",
            )

    def log(self, service: str) -> Path:
        return self.folder / f"{service}.log"

    def start_all(self) -> None:
        """Start every service again, as a host does that boots."""
        for service in list(self.services.values()):
            self.run(service)

    def stop(self, name: str) -> None:
        """Stop a service in order, as a service manager does."""
        process = self.services[name].process
        assert process is not None
        process.terminate()
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def restart(self, name: str) -> None:
        self.stop(name)
        self.run(self.services[name])

    def kill(self) -> None:
        """Kill every process of the host at once, as a power cut does."""
        self.signal_all(signal.SIGSTOP)
        while list(self.processes()):
            self.signal_all(signal.SIGKILL)
            self._reap()
            time.sleep(0.01)

    def kill_programs(self, name: str) -> None:
        """Kill the processes of this host that run the program of this name."""
        for pid in self.processes():
            with suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().strip() == name:
                    os.kill(pid, signal.SIGKILL)

    def freeze(self) -> None:
        """Stop every process of the host: its kernel still acknowledges packets, and no program answers."""
        self.signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal_all(signal.SIGCONT)

    def unplug(self) -> None:
        plug(self.name, is_connected=False)

    def plug_in(self) -> None:
        plug(self.name, is_connected=True)

    def signal_all(self, number: signal.Signals) -> None:
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def processes(self) -> Iterator[int]:
        """Yield the living processes of this host."""
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.stat(path / "ns/net").st_ino == self._namespace and not _is_dead(path):
                    yield int(path.name)

    def _reap(self) -> None:
        for service in self.services.values():
            if service.process is not None:
                service.process.poll()


def _is_dead(path: Path) -> bool:
    return (path / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
