"""Give passes back whose sale came to nothing, in the transaction that would have spent them."""

from collections.abc import Sequence

from admitone.kit.postgres import Connection
from admitone.waiting_room.contracts import SpentPass
from admitone.waiting_room.store import passes as store


async def restore_passes(conn: Connection, passes: Sequence[SpentPass]) -> None:
    """Take back what `spend_passes` wrote. It is a `contracts.RestorePasses`."""
    await store.restore_passes(conn, [spent_pass.booking_id for spent_pass in passes])
