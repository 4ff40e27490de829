"""What the use cases of booking work with: servers, calls into other slices, and the sale of this process.

Plain data, built once a process by `runtime/wiring.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.booking.contracts import AnnounceBookings, TicketLinks, announce_nothing
from admitone.booking.ports import SeatLocks
from admitone.booking.sale.process import SaleProcess
from admitone.catalogue.contracts import ReadSeatMap
from admitone.kit.ids import new_id
from admitone.kit.jobs import Defer
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Pool
from admitone.payments.contracts import Authorize, PaymentTerms, PreparePayment, Settle
from admitone.waiting_room.contracts import EnterSale


@dataclass(frozen=True)
class Deps:
    pool: Pool
    locks: SeatLocks
    sale: SaleProcess
    read_seat_map: ReadSeatMap
    enter_sale: EnterSale
    authorize: Authorize
    settle: Settle
    payment_terms: PaymentTerms
    ticket_links: TicketLinks
    defer: Defer
    now: Callable[[], datetime]
    token_keys: KeyRing
    prepare_payment: PreparePayment | None = None
    """Where the client confirms with the processor itself; None: nothing is prepared."""
    smallest_charge: Callable[[str], int] | None = None
    """Currency → the least that the processor charges, in minor units (0: not known); None: any amount is charged."""
    read_client: Callable[[bytes | None], str | None] = lambda _cookies: None
    """A `Cookie` header → the client id of its signed client token, or None."""
    new_id: Callable[[str], str] = new_id
    announce_bookings: AnnounceBookings = announce_nothing
