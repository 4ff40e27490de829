"""Spend a pass in the transaction of the sale that it opened: no round of a worker stands between the two."""

from collections.abc import Sequence

from admitone.kit.postgres import Connection
from admitone.waiting_room.contracts import SpentPass
from admitone.waiting_room.store import passes as store


async def spend_passes(conn: Connection, passes: Sequence[SpentPass]) -> set[str]:
    """Return the bookings that may be sold. It is a `contracts.SpendPasses`."""
    return await store.spend_passes(
        conn, [(spent_pass.event_id, int(spent_pass.pass_ref), spent_pass.booking_id) for spent_pass in passes]
    )
