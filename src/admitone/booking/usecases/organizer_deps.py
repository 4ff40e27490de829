"""Dependencies of the organizer's use cases, beside `Deps`."""

from dataclasses import dataclass

from admitone.booking.contracts import AnnouncePersonalCodes, CountAdmitted, ListAdmissions
from admitone.booking.contracts.resale import CarryName, ListUnreturnable
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.personal_data_deps import PersonalDataDeps
from admitone.catalogue.contracts import ReadEventNames, ReadSaleTerms
from admitone.catalogue.contracts.seat_terms import OpenSeats, RepriceSeats, SetPrices
from admitone.organizers.contracts import ReadOrganizationName, RecordForPerson
from admitone.organizers.contracts.settings import ReadAgreement, read_no_agreement
from admitone.payments.contracts import (
    FindByCard,
    ListFailedRefunds,
    ListLedger,
    ListMoneyFacts,
    ListRefunds,
    OrderRefund,
    ReadMoney,
    ReadWebhookHealth,
    RecordBoxOfficeSale,
    WebhookHealth,
)


async def no_webhooks() -> WebhookHealth | None:
    """Where the processor sends none."""
    return None


@dataclass(frozen=True)
class OrganizerDeps:
    """Built once a process by a role."""

    booking: Deps
    order_refund: OrderRefund
    list_refunds: ListRefunds
    record_box_office_sale: RecordBoxOfficeSale
    read_sale_terms: ReadSaleTerms
    read_event_names: ReadEventNames
    read_organization_name: ReadOrganizationName
    reprice_seats: RepriceSeats
    open_seats: OpenSeats
    set_prices: SetPrices
    record_for_person: RecordForPerson
    list_unreturnable: ListUnreturnable
    carry_name: CarryName
    read_money: ReadMoney
    list_ledger: ListLedger
    list_money_facts: ListMoneyFacts
    list_admissions: ListAdmissions
    count_admitted: CountAdmitted
    list_failed_refunds: ListFailedRefunds
    find_by_card: FindByCard
    personal_data: PersonalDataDeps
    read_webhook_health: ReadWebhookHealth = no_webhooks
    read_agreement: ReadAgreement = read_no_agreement
    announce_personal_codes: AnnouncePersonalCodes | None = None
    """None: no mail is sent."""
