"""The waiting room: it reads the terms of a sale, what is left, and what became of the bookings with a pass."""

from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.get_booking_states import get_booking_states
from admitone.booking.usecases.read_availability import read_availability
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.read_sale_terms import read_sale_terms
from admitone.kit.keys import derive_ring
from admitone.organizers.contracts import Authenticate
from admitone.runtime.wiring.process import Process, Provide, utc_now
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.group_commits import GroupCommits
from admitone.waiting_room.usecases.queue_cache import QueueCache

# Bookings that a processor's write limit allows: Stripe takes 100 writes a second by default, and a booking makes
# three (create, confirm, capture); a quarter is kept for refunds and retries.
PAYMENTS_PER_MINUTE = {"stripe": 100 / 3 * 0.75 * 60}


def wire_waiting_room(
    process: Process,
    *,
    authenticate: Authenticate,
    catalogue: Provide[CatalogueDeps],
    booking: Provide[BookingDeps],
) -> Deps:
    return Deps(
        pool=process.pool,
        queues=QueueCache(process.pool),
        batches=GroupCommits(process.pool),
        read_sale_terms=lambda event_id: read_sale_terms(catalogue(), event_id),
        read_availability=lambda event_ids: read_availability(booking(), event_ids=event_ids),
        get_booking_states=lambda booking_ids: get_booking_states(booking(), booking_ids=booking_ids),
        authenticate=authenticate,
        now=utc_now,
        token_keys=derive_ring(process.settings.secret_keys, "queue token"),
        proof_key=derive_ring(process.settings.secret_keys, "queue proof").newest,
        payments_per_minute=PAYMENTS_PER_MINUTE.get(process.settings.payments),
    )
