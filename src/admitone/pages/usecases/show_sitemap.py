"""The sitemap: an index of parts of at most 10,000 addresses, and each part."""

import asyncio

from admitone.kit.off_loop import off_loop
from admitone.kit.refusal import Kind, Refusal
from admitone.pages.domain.sitemap import KINDS, read_shard_name, sitemap_index, sitemap_shard
from admitone.pages.usecases.deps import Deps


class SitemapNotFound(Refusal):
    """There is no such part of the sitemap."""

    code = "not-found"
    kind = Kind.NOT_FOUND


async def show_sitemap_index(deps: Deps) -> str:
    found = await asyncio.gather(*(deps.read_sitemap_shards(kind) for kind in KINDS))
    shards = [(kind, *shard) for kind, of_kind in zip(KINDS, found, strict=True) for shard in of_kind]
    return sitemap_index(shards, origin=deps.public_url)


async def show_sitemap_shard(deps: Deps, *, name: str) -> str:
    """Return the part of this file name. Raises `SitemapNotFound`."""
    wanted = read_shard_name(name)
    entries = await deps.read_sitemap_entries(*wanted) if wanted else []
    if wanted is None or not entries:
        raise SitemapNotFound("There is no such part of the sitemap. Read /sitemap.xml for the parts.")
    # Ten thousand names to slugs takes tens of milliseconds.
    return await off_loop(sitemap_shard, wanted[0], entries, origin=deps.public_url)
