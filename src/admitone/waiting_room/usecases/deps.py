"""Dependencies of the waiting room's use cases. A role builds them once per process."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.catalogue.contracts import ReadAvailability, ReadSaleTerms
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Pool
from admitone.waiting_room.contracts import GetBookingStates
from admitone.waiting_room.usecases.group_commits import GroupCommits
from admitone.waiting_room.usecases.queue_cache import QueueCache


@dataclass(frozen=True)
class Deps:
    """`queues` and `batches` serve all requests of the process.

    `read_payments_per_minute`: bookings that the payment processor's write budget allows now; None: no limit.
    """

    pool: Pool
    queues: QueueCache
    batches: GroupCommits
    read_sale_terms: ReadSaleTerms
    read_availability: ReadAvailability
    get_booking_states: GetBookingStates
    now: Callable[[], datetime]
    token_keys: KeyRing
    proof_key: bytes
    read_payments_per_minute: Callable[[], Awaitable[float]] | None = None
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
