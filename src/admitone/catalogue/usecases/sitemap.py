"""The entries of the sitemap, in parts. Bound to its `deps`, each function is a call of `contracts`."""

from datetime import datetime

from admitone.catalogue.contracts.sitemap import SitemapEntry, SitemapKind
from admitone.catalogue.store import sitemap
from admitone.catalogue.usecases.deps import Deps

SHARD_SIZE = 10_000
"""The protocol allows 50,000 addresses a file; a part of this size is read and written in a tenth of a second."""


async def read_sitemap_shards(deps: Deps, kind: SitemapKind) -> list[tuple[str, datetime]]:
    """Return the parts of a kind (`contracts.ReadSitemapShards`)."""
    return await deps.read_pool.read(
        lambda conn: sitemap.read_sitemap_shards(conn, kind=kind, now=deps.now(), shard_size=SHARD_SIZE)
    )


async def read_sitemap_entries(deps: Deps, kind: SitemapKind, first_id: str) -> list[SitemapEntry]:
    """Return one part (`contracts.ReadSitemapEntries`)."""
    return await deps.read_pool.read(
        lambda conn: sitemap.read_sitemap_entries(
            conn, kind=kind, now=deps.now(), first_id=first_id, shard_size=SHARD_SIZE
        )
    )
