"""Delete a seat map without events."""

from admitone.catalogue.domain.refusals import InUse, SeatMapNotFound, check_version
from admitone.catalogue.store import seat_maps as store
from admitone.catalogue.usecases.deps import Deps


async def delete_seat_map(deps: Deps, *, organization_id: str, seat_map_id: str, if_match: str | None = None) -> None:
    """Raises `SeatMapNotFound`, `VersionMismatch`, or `InUse` while events use it."""
    ids = {"organization_id": organization_id, "seat_map_id": seat_map_id}
    async with deps.pool.connection() as conn, conn.transaction():
        found = await store.read_seat_map(conn, **ids, lock=True)
        if found is None:
            raise SeatMapNotFound
        check_version(if_match, found[0].revision)
        count = await store.count_events_of_seat_map(conn, **ids)
        if count:
            raise InUse(f"{count} events use this seat map.", events=count)
        await store.delete_seat_map(conn, **ids)
