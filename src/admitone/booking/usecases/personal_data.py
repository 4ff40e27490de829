"""Export and erase what all slices store of one person: a buyer, a ticket holder, an entry of a waiting list.

An organization reaches the data of its own events; the operator (`organization_id` None) reaches everything, also
sign-in links, sessions and mails of no event.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from admitone.booking.contracts.personal_data import MailScope
from admitone.booking.domain.erasure import (
    ConcernedBooking,
    Obstacle,
    PersonNotErasable,
    Reason,
    find_obstacles,
)
from admitone.booking.store import personal_data as store
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.personal_data_deps import PersonalDataDeps as Deps

Rows = list[dict[str, Any]]
_REFERENCE_CHARACTERS = 20


class PersonData(Struct, frozen=True):
    """What is stored of an address. `sign_ins`: numbers of links and sessions, and what keyed hashes of the address
    say; empty for an organization."""

    address: str
    reference: str
    """Stands for the address in the audit trail: a keyed hash."""
    bookings: Rows
    agreements: Rows
    """What the person agreed to as the buyer of a booking: a version of an organizer's terms."""
    waiting_list_entries: Rows
    promo_codes: Rows
    transfers: Rows
    tickets: Rows
    payments: Rows
    mails: Rows
    sign_ins: dict[str, Any]
    concerned: list[ConcernedBooking]
    """The person's bookings, and those of others under which the person has tickets."""
    obstacles: list[Obstacle]

    @property
    def is_empty(self) -> bool:
        own = (self.bookings, self.waiting_list_entries, self.promo_codes)
        others = (self.transfers, self.tickets, self.payments, self.mails)
        return not any((*own, *others, *self.sign_ins.values()))

    @property
    def organization_ids(self) -> list[str]:
        """Return the organizations whose events the data is about."""
        of_bookings = {booking.organization_id for booking in self.concerned}
        rows = (*self.waiting_list_entries, *self.promo_codes)
        return sorted(of_bookings | {row["organization_id"] for row in rows})


class Erasure(Struct, frozen=True):
    """`rows`: changed rows by table. `is_whole`: nothing has the address any more."""

    data: PersonData
    rows: dict[str, int]
    is_whole: bool


def reference_of(deps: Deps, address: str) -> str:
    return deps.keys.sign(f"person\n{address.lower()}")[:_REFERENCE_CHARACTERS]


async def find_person(deps: Deps, *, organization_id: str | None, address: str) -> PersonData:
    """Return what is stored of an address, and what prevents its erasure now. Changes nothing."""
    async with deps.pool.connection() as conn, conn.transaction():
        bookings = await store.list_person_bookings(conn, address, organization_id)
        entries = await store.list_person_entries(conn, address, organization_id)
        codes = await store.list_person_codes(conn, address, organization_id)
    own = [row["id"] for row in bookings]
    found = await deps.find_transfers(address, own)
    offered = [row["booking_id"] for row in entries if row["state"] == "offered"]
    reached = {*own, *offered, *(row["booking_id"] for row in (*found.transfers, *found.tickets))}
    async with deps.pool.connection() as conn:
        concerned = await store.list_concerned_bookings(conn, sorted(filter(None, reached)), organization_id)
    ids = [booking.id for booking in concerned]
    transfers, tickets = (
        [row for row in rows if organization_id is None or row["booking_id"] in ids]
        for rows in (found.transfers, found.tickets)
    )
    mailed = await deps.find_mails(_mail_scope(organization_id, address, own, (*transfers, *entries, *codes)))
    return PersonData(
        address=address,
        reference=reference_of(deps, address),
        bookings=bookings,
        agreements=await deps.list_agreements(own),
        waiting_list_entries=entries,
        promo_codes=codes,
        transfers=transfers,
        tickets=tickets,
        payments=await deps.find_payers(address, None if organization_id is None else ids),
        mails=mailed.pop("mails"),
        sign_ins=mailed,
        concerned=concerned,
        obstacles=find_obstacles(concerned, await deps.list_open_money(ids), now=deps.now()),
    )


async def erase_person(deps: Deps, *, organization_id: str | None, address: str, also_upcoming: bool) -> Erasure:
    """Erase name and address, in one transaction a slice; a second run erases what the first one left.

    Raises `PersonNotErasable`. Only a show that is to come can be ignored (`also_upcoming`).
    """
    data = await find_person(deps, organization_id=organization_id, address=address)
    ignored = {Reason.EVENT_AHEAD} if also_upcoming else set()
    if obstacles := [obstacle for obstacle in data.obstacles if obstacle.reason not in ignored]:
        raise PersonNotErasable(obstacles)
    own = [row["id"] for row in data.bookings]
    concerned = [booking.id for booking in data.concerned]
    # A repeated run finds mails and payments by bookings and transfers: these lose the address later.
    subjects = (*data.transfers, *data.waiting_list_entries, *data.promo_codes)
    rows = await deps.erase_mails(_mail_scope(organization_id, address, own, subjects))
    rows |= await deps.erase_payers(address, None if organization_id is None else concerned)
    rows |= await deps.erase_transfers(address, own, [row["id"] for row in data.transfers])
    rows |= await _erase_own(deps, organization_id, data, own)
    left = await find_person(deps, organization_id=organization_id, address=address)
    return Erasure(data, rows, is_whole=left.is_empty)


async def _erase_own(
    deps: Deps, organization_id: str | None, data: PersonData, booking_ids: Sequence[str]
) -> dict[str, int]:
    entry_ids = [row["id"] for row in data.waiting_list_entries]
    async with deps.pool.connection() as conn, conn.transaction():
        for event_id in await store.leave_lists(conn, entry_ids):
            await deps.defer(conn, OFFER_JOB, event_id=event_id)  # its entry may have been the last one that waited
        entries = await store.erase_entries(conn, entry_ids)
        rows = await store.erase_buyers(conn, booking_ids)
        rows["booking.bookings"] += await store.rekey_corrected(conn, data.address, organization_id)
        codes = await store.erase_recipients(conn, [row["id"] for row in data.promo_codes])
    return {"booking.waiting_entries": entries, "booking.promo_codes": codes, **rows}


def _mail_scope(
    organization_id: str | None, address: str, booking_ids: Sequence[str], named: Sequence[dict[str, Any]]
) -> MailScope:
    """`named`: rows of things that mails are about."""
    subjects = (*booking_ids, *(row["id"] for row in named))
    return MailScope(address, tuple(booking_ids), subjects, is_everywhere=organization_id is None)
