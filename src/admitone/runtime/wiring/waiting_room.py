"""The waiting room: it reads the terms of a sale, what is left, and what became of the bookings with a pass."""

from admitone.booking.usecases.availability import read_availability
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.read_bookings import get_booking_states
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.events import read_sale_terms
from admitone.kit.keys import derive_ring
from admitone.payments.adapters.stripe_limits import bookings_per_minute
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.runtime.wiring.process import Process, Provide, utc_now
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.group_commits import GroupCommits
from admitone.waiting_room.usecases.queue_cache import QueueCache


def wire_waiting_room(
    process: Process,
    *,
    catalogue: Provide[CatalogueDeps],
    booking: Provide[BookingDeps],
    payments: Provide[PaymentsDeps],
) -> Deps:
    async def read_payments_per_minute() -> float:
        budget = payments().budget
        assert budget is not None, "Stripe has one"
        return bookings_per_minute(await budget.rates())

    return Deps(
        pool=process.pool,
        queues=QueueCache(process.pool),
        batches=GroupCommits(process.pool),
        read_sale_terms=lambda event_id: read_sale_terms(catalogue(), event_id),
        read_availability=lambda event_ids: read_availability(booking(), event_ids=event_ids),
        get_booking_states=lambda booking_ids: get_booking_states(booking(), booking_ids=booking_ids),
        now=utc_now,
        token_keys=derive_ring(process.settings.secret_keys, "queue token"),
        proof_key=derive_ring(process.settings.secret_keys, "queue proof").newest,
        read_payments_per_minute=None if process.settings.stripe is None else read_payments_per_minute,
    )
