"""Compare nchan with our own fan-out: Debian's nginx and module, fed with the same events of the live stream."""

import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import httpx

from admitone.testing.demo_process import descendants
from bench.edge import free_port
from bench.processes import cpu_seconds, resident_megabytes

CONFIG = """
load_module {module};
daemon off; worker_processes 1; pid {folder}/pid; error_log stderr warn;
events {{ worker_connections 16384; }}
http {{
    tcp_nodelay on; access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
    fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location = /pub {{ nchan_publisher; nchan_channel_id seats; nchan_message_buffer_length 50; }}
        location = /sub {{
            nchan_subscriber eventsource; nchan_channel_id seats; nchan_subscriber_first_message newest;
        }}
    }}
}}
"""
START_SECONDS = 1.0
TICKS, OUR_TICK_SECONDS = 4, 0.15


class Nchan:
    """A running nginx with nchan; `with` starts and ends it."""

    def __init__(self, program: str, module: str) -> None:
        self._program, self._module = program, module
        self.port = free_port()

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="admitone-nchan-"))
        self._folder.chmod(0o755)
        conf = self._folder / "nginx.conf"
        conf.write_text(CONFIG.format(module=self._module, folder=self._folder, port=self.port))
        self._child = subprocess.Popen([self._program, "-p", str(self._folder), "-c", str(conf), "-e", "stderr"])
        time.sleep(START_SECONDS)
        assert self._child.poll() is None, "nchan's nginx has started"
        self.worker_pid = next(pid for pid, _ in descendants(self._child.pid))
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        self._child.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def resident_megabytes(self) -> float:
        return resident_megabytes(self.worker_pid)["supervisor"]

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.worker_pid)["supervisor"]

    async def relay(self, host: str, port: int, path: str) -> None:
        """Read our live stream as one reader and publish its events until cancelled.

        Merges them `TICKS` times a second, as our own feed does for this number of readers.
        """
        headers = {"Accept-Encoding": "identity"}
        merged: dict[int, str] = {}
        version = 0
        due = time.monotonic()
        async with (
            httpx.AsyncClient(timeout=None) as source,
            httpx.AsyncClient() as target,
            source.stream("GET", f"http://{host}:{port}{path}", headers=headers) as stream,
        ):
            async for line in stream.aiter_lines():
                if not line.startswith("data: ") or '"states"' in line:
                    continue
                body = json.loads(line[6:])
                version = body["version"]
                for state, indexes in body["changes"].items():
                    merged |= dict.fromkeys(indexes, state)
                if time.monotonic() < due:
                    continue
                due = time.monotonic() + 1 / TICKS - OUR_TICK_SECONDS / 2
                changes: dict[str, list[int]] = {}
                for index, state in sorted(merged.items()):
                    changes.setdefault(state, []).append(index)
                merged.clear()
                delta = json.dumps({"version": version, "changes": changes, "areas": {}}, separators=(",", ":"))
                await target.post(f"http://127.0.0.1:{self.port}/pub", content=delta)
