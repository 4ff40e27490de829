"""The ids of all performers and venues, a stretch at a time, for building an index."""

from admitone.catalogue.store.named import scan_named_ids
from admitone.catalogue.usecases.deps import Deps

LIMIT_MAX = 5_000


async def scan_named(deps: Deps, after_id: str, limit: int) -> tuple[str, ...]:
    """Return at most `limit` ids behind `after_id` in their order; none at the end.

    Bound to its `deps` it is a `contracts.ScanNamed`.
    """
    async with deps.pool.connection() as conn:
        return await scan_named_ids(conn, after_id=after_id, limit=min(limit, LIMIT_MAX))
