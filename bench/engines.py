"""The search engines to be measured, empty, each with what it needs."""

import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from admitone.search.adapters.opensearch_index import OpenSearchIndex
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.ports import SearchIndex

ENGINES = ("tantivy", "opensearch")
HEAP = "1g"
_SERVER = Path(__file__).resolve().parent.parent / "scripts" / "opensearch"


@asynccontextmanager
async def open_engine(name: str, city_aliases: Mapping[str, tuple[str, ...]]) -> AsyncIterator[SearchIndex]:
    """tantivy in a temporary folder, or OpenSearch as one node that is started for this."""
    if name == "tantivy":
        with tempfile.TemporaryDirectory() as folder:
            yield TantivyIndex(Path(folder), city_aliases=city_aliases)
        return
    command = [sys.executable, str(_SERVER), "run", "--heap", HEAP]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip().removeprefix("ready ")
            index = OpenSearchIndex([url], city_aliases=city_aliases)
            try:
                yield index
            finally:
                await index.close()
        finally:
            server.terminate()
