"""Start the search engines to measure, empty, with their dependencies."""

import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from admitone.search.adapters.opensearch_index import OpenSearchIndex
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.ports import SearchIndex

ENGINES = ("tantivy", "opensearch")
HEAP = "1g"
READ_SECONDS_MAX = 60.0
_SERVER = Path(__file__).resolve().parent.parent / "scripts" / "opensearch"


@dataclass(frozen=True)
class OpenEngine:
    """`folder` contains its files, `process` is the one whose memory it uses."""

    index: SearchIndex
    folder: Path
    process: int

    def disk_megabytes(self) -> float:
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()) / 1e6

    def memory_megabytes(self) -> float:
        """Return the resident memory of this process, or of the server; of the index only pages that were read."""
        status = Path(f"/proc/{self.process}/status").read_text("ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1_000


@asynccontextmanager
async def open_engine(
    name: str, city_aliases: Mapping[str, tuple[str, ...]], kept: Path | None = None
) -> AsyncIterator[OpenEngine]:
    """Open tantivy in a folder, or OpenSearch as one node started for this run. `kept` keeps the folder."""
    with tempfile.TemporaryDirectory() if kept is None else nullcontext(str(kept)) as folder:
        if name == "tantivy":
            yield OpenEngine(TantivyIndex(Path(folder), city_aliases=city_aliases), Path(folder), os.getpid())
            return
        async with _open_search(Path(folder), city_aliases) as opened:
            yield opened


@asynccontextmanager
async def _open_search(folder: Path, city_aliases: Mapping[str, tuple[str, ...]]) -> AsyncIterator[OpenEngine]:
    command = [
        sys.executable,
        str(_SERVER),
        "run",
        "--heap",
        HEAP,
        "--data",
        str(folder),
        "--with-pid",
        str(os.getpid()),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip().removeprefix("ready ")
            index = OpenSearchIndex([url], city_aliases=city_aliases, read_seconds_max=READ_SECONDS_MAX)
            try:
                yield OpenEngine(index, folder, _child_of(server.pid))
            finally:
                await index.close()
        finally:
            server.terminate()


def _child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()[0])
