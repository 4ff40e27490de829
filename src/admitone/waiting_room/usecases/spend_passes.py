"""Spend a pass in the transaction of the sale that it opened: no round of a worker stands between the two."""

from collections.abc import Sequence

from admitone.kit.postgres import Connection
from admitone.waiting_room.contracts import SpentPass
from admitone.waiting_room.store import passes as store


async def spend_passes(conn: Connection, passes: Sequence[SpentPass]) -> set[str]:
    """Return the bookings that may be sold. It is a `contracts.SpendPasses`."""
    return await store.spend_passes(conn, [(one.event_id, int(one.pass_ref), one.booking_id) for one in passes])
