"""The engines that the search suite runs on, each with an index of its own for every test."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from opensearchpy import AsyncOpenSearch

from admitone.search.adapters.opensearch_index import OpenSearchIndex
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.ports import SearchIndex

ENGINES = ["tantivy", pytest.param("opensearch", marks=pytest.mark.opensearch)]
READ_SECONDS_MAX = 60.0
"""Generous, because the machine may be busy: the tests do not check the duration of a search."""
CityAliases = Mapping[str, tuple[str, ...]]


class Engine(Protocol):
    def open(self) -> SearchIndex:
        """Return another process's reader or writer on the same index."""
        ...

    async def lose(self) -> None:
        """Lose the index, as a failing disk does."""
        ...

    async def close(self) -> None: ...


def make_engine(request: pytest.FixtureRequest, folder: Path, *, city_aliases: CityAliases | None = None) -> Engine:
    """Return the engine that `request.param` names."""
    if request.param == "tantivy":
        return _Tantivy(folder / "search", city_aliases)
    return _OpenSearch(request.getfixturevalue("opensearch_url"), city_aliases)


class _Tantivy:
    def __init__(self, folder: Path, city_aliases: CityAliases | None) -> None:
        self._folder = folder
        self._city_aliases = city_aliases

    def open(self) -> SearchIndex:
        return TantivyIndex(self._folder, city_aliases=self._city_aliases)

    async def lose(self) -> None:
        shutil.rmtree(self._folder)

    async def close(self) -> None:
        pass


class _OpenSearch:
    def __init__(self, url: str, city_aliases: CityAliases | None) -> None:
        self._url = url
        self._city_aliases = city_aliases
        self._prefix = f"test-{uuid4().hex[:12]}"
        self._opened: list[OpenSearchIndex] = []

    def open(self) -> SearchIndex:
        index = OpenSearchIndex(
            self._url.split(","),
            prefix=self._prefix,
            city_aliases=self._city_aliases,
            read_seconds_max=READ_SECONDS_MAX,
        )
        self._opened.append(index)
        return index

    async def lose(self) -> None:
        async with AsyncOpenSearch(self._url.split(","), timeout=60) as client:
            names = list(await client.indices.get(index=f"{self._prefix}-*"))
            if names:
                await client.indices.delete(index=",".join(names))

    async def close(self) -> None:
        for index in self._opened:
            await index.close()
        await self.lose()
