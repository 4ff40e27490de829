"""Dependencies of the use cases of booking: servers, calls into other slices, and the sale of this process.

Plain data, built once a process by `runtime/wiring.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admitone.booking.contracts import AnnounceBookings, TicketLinks, announce_nothing
from admitone.booking.contracts.resale import AnnounceToPerson, ListUnreturnable, PersonNotice
from admitone.booking.ports import SeatLocks
from admitone.booking.sale.process import SaleProcess
from admitone.catalogue.contracts import ReadSeatMap
from admitone.kit.ids import new_id
from admitone.kit.jobs import Defer
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection, Pool
from admitone.kit.short_codes import ShortCodes
from admitone.organizers.contracts.settings import IsTermsOf, knows_no_terms
from admitone.payments.contracts import Authorize, PaymentTerms, PreparePayment, Settle
from admitone.waiting_room.contracts import DrawLots, EnterSale, MarkEntrant


async def inform_by_pages(_conn: Connection, _kind: PersonNotice, _id: str, _facts: Mapping[str, Any]) -> None:
    """Announce to people by their pages alone."""


@dataclass(frozen=True)
class Deps:
    pool: Pool
    locks: SeatLocks
    sale: SaleProcess
    read_seat_map: ReadSeatMap
    enter_sale: EnterSale
    draw_lots: DrawLots
    mark_entrant: MarkEntrant
    authorize: Authorize
    settle: Settle
    list_unreturnable: ListUnreturnable
    payment_terms: PaymentTerms
    ticket_links: TicketLinks
    defer: Defer
    now: Callable[[], datetime]
    token_keys: KeyRing
    codes: ShortCodes
    prepare_payment: PreparePayment | None = None
    """Set if the client confirms with the processor itself; None: no payment is prepared."""
    smallest_charge: Callable[[str], int] | None = None
    """Currency → the smallest amount that the processor charges, in minor units (0: not known); None: no minimum."""
    read_client: Callable[[bytes | None], str | None] = lambda _cookies: None
    """A `Cookie` header → the client id of its signed client token, or None."""
    new_id: Callable[[str], str] = new_id
    announce: AnnounceToPerson = inform_by_pages
    """Tells people what concerns them, in the transaction that makes it so."""
    announce_bookings: AnnounceBookings = announce_nothing
    is_terms_of: IsTermsOf = knows_no_terms
