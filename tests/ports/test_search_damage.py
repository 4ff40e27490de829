"""The embedded engine's files, damaged as a failing disk or a mistaken operator would."""

import shutil
from pathlib import Path

import pytest

from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.contracts import SearchQuery
from admitone.search.domain.indexing import LAYOUT
from admitone.search.ports import IndexAbsent
from tests.ports.search_documents import NOW, document, in_batches


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    await TantivyIndex(tmp_path).rebuild(in_batches([document("a"), document("b")]), now=NOW)
    return tmp_path


@pytest.mark.parametrize("text", ["", f"index-9 {LAYOUT}", "index-1 0", "../../etc", f"index-x {LAYOUT}", "\udce9"])
async def test_a_pointer_to_a_missing_index_counts_as_no_index(folder: Path, text: str) -> None:
    (folder / "current").write_text(text, "utf-8", "surrogateescape")

    with pytest.raises(IndexAbsent):
        await TantivyIndex(folder).search(SearchQuery(), now=NOW)


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json"])
async def test_a_damaged_list_of_segments_counts_as_no_index(folder: Path, damage: bytes) -> None:
    index = TantivyIndex(folder)
    for file in folder.glob("index-1/*/meta.json"):
        file.write_bytes(damage)

    with pytest.raises(IndexAbsent):
        await index.count()
    assert await index.rebuild(in_batches([document("a")]), now=NOW) == 1
    assert await index.count() == 1


async def test_an_index_of_an_older_format_counts_as_no_index(folder: Path) -> None:
    pointer = folder / "current"
    pointer.write_text(pointer.read_text("ascii") + "0", "ascii")

    with pytest.raises(IndexAbsent):
        await TantivyIndex(folder).count()


async def test_only_the_newest_index_remains(folder: Path) -> None:
    await TantivyIndex(folder).rebuild(in_batches([document("a")]), now=NOW)

    assert [path.name for path in folder.glob("index-*")] == ["index-2"]


async def test_the_remains_of_a_failed_rebuild_are_removed(folder: Path) -> None:
    (folder / "index-7").mkdir()

    await TantivyIndex(folder).rebuild(in_batches([document("a")]), now=NOW)

    assert [path.name for path in folder.glob("index-*")] == ["index-8"]


async def test_an_open_reader_still_searches_a_lost_index(folder: Path) -> None:
    index = TantivyIndex(folder)
    assert (await index.search(SearchQuery(facets=("genre",)), now=NOW)).total == 2

    shutil.rmtree(folder)

    found = await index.search(SearchQuery(q="evening", facets=("month",)), now=NOW)
    assert (found.total, [suggestion.id for suggestion in await index.suggest("town", 3, now=NOW)]) == (
        2,
        ["ven_TownHall_0"],
    )
    with pytest.raises(IndexAbsent):
        await index.count()
    await index.rebuild(in_batches([document("a")]), now=NOW, only_if_absent=True)
    assert (await index.search(SearchQuery(), now=NOW)).total == 1
