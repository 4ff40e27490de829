"""Dependencies of the use cases that export and erase what the slices store of people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.booking.contracts.personal_data import (
    EraseBookingTransfers,
    EraseMails,
    EraseTransfers,
    FindMails,
    FindTransfers,
)
from admitone.kit.jobs import Defer
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Pool
from admitone.organizers.contracts.settings import ListAgreements
from admitone.payments.contracts import EraseBookingPayers, ErasePayers, FindPayers, ListOpenMoney


@dataclass(frozen=True)
class PersonalDataDeps:
    pool: Pool
    defer: Defer
    now: Callable[[], datetime]
    keys: KeyRing
    """Make the references that stand for addresses in the audit trail."""
    keep_days: int | None
    """How long after an event the names and addresses of its buyers stay; None: until they are erased by hand."""
    list_open_money: ListOpenMoney
    find_payers: FindPayers
    erase_payers: ErasePayers
    erase_booking_payers: EraseBookingPayers
    find_transfers: FindTransfers
    erase_transfers: EraseTransfers
    erase_booking_transfers: EraseBookingTransfers
    list_agreements: ListAgreements
    find_mails: FindMails
    erase_mails: EraseMails
