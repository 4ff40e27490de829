"""Booking: payments, the catalogue and the waiting room are plugged into it."""

from collections.abc import Callable, Mapping
from typing import Any

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.booking.contracts import AnnounceBookings, AnnouncePersonalCodes, TicketLinks
from admitone.booking.contracts.resale import AnnounceToPerson
from admitone.booking.sale.process import open_sale
from admitone.booking.sale.selling import JoinedWrites
from admitone.booking.sale.taking_over import ResaleWrites
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.personal_data_deps import PersonalDataDeps
from admitone.catalogue.contracts.seat_terms import InSameTransaction
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.event_seats import open_seats, reprice_seats, set_prices
from admitone.catalogue.usecases.events import read_event_names, read_sale_terms
from admitone.catalogue.usecases.seat_maps import read_seat_map
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Connection
from admitone.organizers.contracts import Identity
from admitone.organizers.usecases.audit_trail import record_for_person
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.organizations import read_organization_name
from admitone.organizers.usecases.terms import is_terms_of, read_agreement, record_agreements
from admitone.payments.adapters.stripe_amounts import smallest_charge
from admitone.payments.contracts import PaymentTerms
from admitone.payments.usecases.authorization import (
    authorize_payment,
    prepare_payment,
    record_authorizations,
    record_payments,
)
from admitone.payments.usecases.capture import record_box_office_sale, record_sales
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.money_report import (
    find_by_card,
    list_failed_refunds,
    list_ledger,
    list_money_facts,
    read_money,
)
from admitone.payments.usecases.refunds import get_refunds, order_refund
from admitone.payments.usecases.void import settle_payment
from admitone.payments.usecases.webhook_health import webhook_health
from admitone.runtime.wiring.process import Process, Provide, short_codes, utc_now
from admitone.tickets.usecases.carry_name import carry_name
from admitone.tickets.usecases.check_in import count_admitted, list_admissions
from admitone.tickets.usecases.deps import Deps as TicketsDeps
from admitone.tickets.usecases.list_unreturnable import list_unreturnable
from admitone.waiting_room.domain.draw import draw_lots, mark_of
from admitone.waiting_room.usecases.deps import Deps as WaitingRoomDeps
from admitone.waiting_room.usecases.passes import enter_sale, restore_passes, spend_passes


def wire_booking(
    process: Process,
    *,
    organizers: OrganizersDeps,
    catalogue: Provide[CatalogueDeps],
    payments: PaymentsDeps,
    waiting_room: Provide[WaitingRoomDeps],
    ticket_links: TicketLinks,
    read_client: Callable[[bytes | None], str | None],
    announce_bookings: AnnounceBookings,
    announce: AnnounceToPerson,
) -> Deps:
    provider = payments.provider
    writes = JoinedWrites(
        record_payments=lambda conn, orders: record_payments(payments, conn, orders),
        record_authorizations=record_authorizations,
        record_sales=lambda conn, sales, is_rush: record_sales(conn, sales, process.defer, is_rush=is_rush),
        spend_passes=spend_passes,
        restore_passes=restore_passes,
        defer=process.defer,
        resale=ResaleWrites(
            order_refund=lambda conn, order: order_refund(payments, conn, order),
            list_refunds=lambda booking_id: get_refunds(payments, booking_id),
            list_unreturnable=list_unreturnable,
            announce=announce,
        ),
        announce_bookings=announce_bookings,
        record_agreements=lambda conn, agreements: record_agreements(organizers, conn, agreements),
    )
    return Deps(
        pool=process.pool,
        locks=RedisLocks(process.redis),
        sale=open_sale(process.pool, writes, defers_in_rush=process.settings.defers_in_rush),
        read_seat_map=lambda seat_map_id: read_seat_map(catalogue(), seat_map_id=seat_map_id),
        authorize=lambda order: authorize_payment(payments, order),
        settle=lambda booking_id: settle_payment(payments, booking_id),
        list_unreturnable=list_unreturnable,
        prepare_payment=(lambda order: prepare_payment(payments, order)) if provider.confirms_in_client else None,
        smallest_charge=None if process.settings.stripe is None else smallest_charge,
        payment_terms=PaymentTerms(provider.name, publishable_key=provider.publishable_key),
        ticket_links=ticket_links,
        defer=process.defer,
        now=utc_now,
        token_keys=derive_ring(process.settings.secret_keys, "booking token"),
        codes=short_codes(process),
        draw_lots=draw_lots,
        mark_entrant=mark_of,
        enter_sale=lambda event_id, given, booking_id: enter_sale(waiting_room(), event_id, given, booking_id),
        read_client=read_client,
        announce=announce,
        announce_bookings=announce_bookings,
        is_terms_of=lambda organization_id, terms_id: is_terms_of(organizers, organization_id, terms_id),
    )


def wire_organizer_booking(
    *,
    booking: Deps,
    organizers: OrganizersDeps,
    catalogue: Provide[CatalogueDeps],
    payments: PaymentsDeps,
    tickets: Provide[TicketsDeps],
    personal_data: PersonalDataDeps,
    announce_personal_codes: AnnouncePersonalCodes | None,
) -> OrganizerDeps:
    async def record(conn: Connection, identity: Identity, action: str, subject: str, done: Any) -> None:
        await record_for_person(organizers, conn, identity, action=action, subject=subject, done=done)

    async def reprice(
        organization_id: str, event_id: str, revision: int, moves: Mapping[int, str | None], also: InSameTransaction
    ) -> bool:
        return await reprice_seats(
            catalogue(), organization_id=organization_id, event_id=event_id, revision=revision, moves=moves, also=also
        )

    async def open_to_all(
        organization_id: str, event_id: str, revision: int, opened: frozenset[int], also: InSameTransaction
    ) -> bool:
        return await open_seats(
            catalogue(), organization_id=organization_id, event_id=event_id, revision=revision, opened=opened, also=also
        )

    async def set_level_prices(
        organization_id: str,
        event_id: str,
        revision: int,
        prices: Mapping[str, tuple[int, int]],
        also: InSameTransaction,
    ) -> bool:
        return await set_prices(
            catalogue(), organization_id=organization_id, event_id=event_id, revision=revision, prices=prices, also=also
        )

    return OrganizerDeps(
        booking=booking,
        order_refund=lambda conn, order: order_refund(payments, conn, order),
        list_refunds=lambda booking_id: get_refunds(payments, booking_id),
        record_box_office_sale=record_box_office_sale,
        read_sale_terms=lambda event_id: read_sale_terms(catalogue(), event_id),
        read_event_names=lambda organization_id, event_ids: read_event_names(catalogue(), organization_id, event_ids),
        read_organization_name=lambda organization_id: read_organization_name(organizers, organization_id),
        reprice_seats=reprice,
        open_seats=open_to_all,
        set_prices=set_level_prices,
        record_for_person=record,
        list_unreturnable=list_unreturnable,
        carry_name=carry_name,
        read_money=lambda covered: read_money(payments, covered),
        list_ledger=lambda covered, figure, page, size: list_ledger(payments, covered, figure, page=page, size=size),
        list_money_facts=lambda booking_id: list_money_facts(payments, booking_id),
        find_by_card=lambda organization_id, last4: find_by_card(payments, organization_id, last4),
        list_failed_refunds=lambda organization_id, since, size: list_failed_refunds(
            payments, organization_id, since=since, size=size
        ),
        count_admitted=lambda event_ids: count_admitted(tickets(), event_ids),
        list_admissions=lambda booking_id, ticket_ids: list_admissions(
            tickets(), booking_id=booking_id, ticket_ids=ticket_ids
        ),
        personal_data=personal_data,
        announce_personal_codes=announce_personal_codes,
        read_webhook_health=lambda: webhook_health(payments),
        read_agreement=lambda organization_id, booking_id: read_agreement(organizers, organization_id, booking_id),
    )
