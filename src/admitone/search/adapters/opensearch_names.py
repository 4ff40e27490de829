"""Name the indexes of one installation, and find the active ones.

`<prefix>-<layout>-events` and `…-entities` are aliases of the active indexes, `…-next` of those that a rebuild fills;
the names of the indexes end in a random word. An index of another layout counts as absent.
"""

from uuid import uuid4

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError

from admitone.search.domain.indexing import LAYOUT


class IndexNames:
    def __init__(self, prefix: str) -> None:
        self.events = f"{prefix}-{LAYOUT}-events"
        self.entities = f"{prefix}-{LAYOUT}-entities"
        self.next_events = f"{self.events}-next"
        self.next_entities = f"{self.entities}-next"
        self.writer = f"{prefix}-writer"

    def fresh(self) -> tuple[str, str]:
        """Return names for a new index of events and one of entities."""
        word = uuid4().hex[:12]
        return f"{self.events}-{word}", f"{self.entities}-{word}"


async def behind_alias(client: AsyncOpenSearch, *aliases: str) -> list[str]:
    """Return the indexes that have any of these aliases."""
    found: set[str] = set()
    for alias in aliases:
        try:
            found |= set(await client.indices.get_alias(name=alias))
        except NotFoundError:
            continue
    return sorted(found)
