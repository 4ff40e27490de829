"""Several processes write one index on disk: they take turns, no write is lost, and all readers see the same."""

import asyncio
import subprocess
import sys
from pathlib import Path

from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.contracts import SearchQuery
from tests.ports.search_documents import NOW, in_batches

PROCESSES = 3
CHANGES_EACH = 5

WRITER = """
import asyncio, sys
from pathlib import Path
from admitone.search.adapters.tantivy_index import TantivyIndex
from tests.ports.search_documents import NOW, document

async def main(folder, name, changes):
    index = TantivyIndex(Path(folder))
    for number in range(changes):
        made = document(f"{name}-{number}", "Gala")

        async def read(ids):
            return [made]

        await index.refresh([made.id], read, now=NOW)

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def test_writers_in_separate_processes_take_turns(tmp_path: Path) -> None:
    reader = TantivyIndex(tmp_path)
    await reader.rebuild(in_batches([]), now=NOW)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), f"p{number}", str(CHANGES_EACH)])
        for number in range(PROCESSES)
    ]

    seen = []
    while any(writer.poll() is None for writer in writers):
        seen.append((await reader.search(SearchQuery(q="gala"), now=NOW)).total)
        await asyncio.sleep(0.02)

    assert [writer.returncode for writer in writers] == [0] * PROCESSES
    assert seen == sorted(seen)
    assert (await reader.search(SearchQuery(q="gala"), now=NOW)).total == PROCESSES * CHANGES_EACH
