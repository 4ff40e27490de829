"""Fixtures for changes to sales by the organizer: a venue with one show and the organizer's use cases."""

from collections.abc import Sequence
from typing import Any, cast

from redis.asyncio import Redis

from admitone.booking.contracts import Admission, AnnounceBookings, Booking, announce_nothing
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.list_bookings import list_bookings
from admitone.booking.usecases.made_refunds import RefundMade
from admitone.booking.usecases.offer_places import offer_places
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.read_bookings import get_booking
from admitone.booking.usecases.refunds import RefundRequest, refund_booking
from admitone.booking.usecases.seat_states import publish_returns, read_snapshot
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import SaleTerms, SeatMap
from admitone.kit.postgres import Connection, Pool
from admitone.organizers.contracts import Identity, Role
from admitone.payments.usecases.capture import capture_payments, record_box_office_sale
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.money_report import (
    find_by_card,
    list_failed_refunds,
    list_ledger,
    list_money_facts,
    read_money,
)
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.payments.usecases.refunds import complete_refund, order_refund
from admitone.payments.usecases.refunds import get_refunds as get_payments_refunds
from admitone.runtime.wiring.personal_data import wire_personal_data
from admitone.testing.processor.processor import SimulatedProcessor
from admitone.tickets.usecases.carry_name import carry_name
from tests.builders import TOKEN_KEYS, JobsWritten, a_hall, a_wish, box_office, put_on_sale, terms_of_a_show

ORGANIZER = Identity("org_house", Role.BOX_OFFICE, "key_1")
OTHER_ORGANIZER = Identity("org_other", Role.BOX_OFFICE, "key_2")


class SaleEnv:
    """A venue with one show, the organizer's use cases, and the jobs that were written."""

    def __init__(
        self,
        pool: Pool,
        redis: Redis,
        announce: AnnounceBookings = announce_nothing,
        *,
        hall: SeatMap | None = None,
        defers_in_rush: bool = True,
    ) -> None:
        self.hall = hall or a_hall()
        self.jobs = JobsWritten()
        self.deps = box_office(
            pool, redis, seat_map=self.hall, defer=self.jobs, announce=announce, defers_in_rush=defers_in_rush
        )
        provider = SimulatedProcessor(pool)
        self.payments = PaymentsDeps(pool, provider, self.jobs, self.deps.now, PaymentWrites(pool, provider.name))
        self.unreturnable: set[str] = set()
        self.recorded: list[tuple[str, str, object]] = []
        self.desk = self._desk()

    async def open(self) -> "SaleEnv":
        self.show = await put_on_sale(self.deps, terms_of_a_show(seat_map=self.hall))
        return self

    async def bought(self, *seats: str, is_captured: bool = True) -> Booking:
        booking = await start_checkout(self.deps, order=a_wish(self.show.event_id, seats=seats))
        token = booking_token(TOKEN_KEYS, booking.id)
        confirmation = await confirm_booking(
            self.deps, booking_id=booking.id, booking_token=token, payment_method="pm_card_visa"
        )
        assert confirmation.booking is not None
        if is_captured:
            await capture_payments(self.payments, [booking.id])
        return confirmation.booking

    async def refund(self, booking: Booking, key: str | None = None, **request: Any) -> RefundMade:
        return await refund_booking(
            self.desk,
            organization_id=ORGANIZER.organization_id,
            booking_id=booking.id,
            request_key=key,
            request=RefundRequest(**request),
        )

    async def work(self) -> None:
        """Run the jobs that refunds and the waiting list have deferred, and those that these defer."""
        while self.jobs.jobs:
            await self._work_once()

    async def _work_once(self) -> None:
        jobs, self.jobs.jobs = self.jobs.jobs, []
        for name, arguments in jobs:
            if name == "payments.refund":
                await complete_refund(self.payments, str(arguments["refund_id"]))
            elif name == "booking.publish_returns":
                await publish_returns(
                    self.deps, event_id=self.show.event_id, indexes=cast(list[int] | None, arguments["indexes"])
                )
            elif name == "booking.offer_places":
                await offer_places(self.deps, event_id=self.show.event_id)

    async def found_by(self, words: str, *, who: Identity = ORGANIZER, page: int = 0, size: int = 20) -> list[str]:
        found = await list_bookings(
            self.desk,
            organization_id=who.organization_id,
            event_id=None,
            words=words,
            status=None,
            page=page,
            size=size,
        )
        return [booking.id for booking in found.bookings]

    async def seats(self) -> str:
        return (await read_snapshot(self.deps, event_id=self.show.event_id)).states

    async def read(self, booking: Booking) -> Booking:
        return await get_booking(self.deps, booking_id=booking.id, booking_token=booking_token(TOKEN_KEYS, booking.id))

    async def _read_sale_terms(self, event_id: str) -> SaleTerms | None:
        return self.show if event_id == self.show.event_id else None

    async def _read_event_names(self, _organization_id: str, event_ids: Sequence[str]) -> dict[str, str]:
        return {self.show.event_id: self.show.name} if self.show.event_id in event_ids else {}

    async def _read_organization_name(self, organization_id: str) -> str | None:
        return "The House" if organization_id == ORGANIZER.organization_id else None

    async def _reprice_seats(
        self, _organization: str, _event: str, _revision: int, _moves: object, _also: object
    ) -> bool:
        raise AssertionError("nothing is repriced here")

    async def _open_seats(
        self, _organization: str, _event: str, _revision: int, _opened: object, _also: object
    ) -> bool:
        raise AssertionError("nothing is opened here")

    async def _set_prices(
        self, _organization: str, _event: str, _revision: int, _prices: object, _also: object
    ) -> bool:
        raise AssertionError("no price is set here")

    async def _record_for_person(
        self, _conn: Connection, _person: Identity, action: str, subject: str, done: object
    ) -> None:
        self.recorded.append((action, subject, done))

    async def _list_unreturnable(self, _conn: Connection, _bookings: Sequence[Booking], _lock: bool) -> set[str]:
        return self.unreturnable

    async def _list_admissions(self, _booking_id: str, _ticket_ids: Sequence[str]) -> list[Admission]:
        return []

    async def _count_admitted(self, _event_ids: Sequence[str]) -> dict[str, int]:
        return {}

    def _desk(self) -> OrganizerDeps:
        return OrganizerDeps(
            booking=self.deps,
            order_refund=lambda conn, order: order_refund(self.payments, conn, order),
            list_refunds=lambda booking_id: get_payments_refunds(self.payments, booking_id),
            record_box_office_sale=record_box_office_sale,
            read_sale_terms=self._read_sale_terms,
            read_event_names=self._read_event_names,
            read_organization_name=self._read_organization_name,
            reprice_seats=self._reprice_seats,
            open_seats=self._open_seats,
            set_prices=self._set_prices,
            record_for_person=self._record_for_person,
            list_unreturnable=self._list_unreturnable,
            carry_name=carry_name,
            count_admitted=self._count_admitted,
            read_money=lambda covered: read_money(self.payments, covered),
            list_ledger=lambda covered, figure, page, size: list_ledger(
                self.payments, covered, figure, page=page, size=size
            ),
            list_money_facts=lambda booking_id: list_money_facts(self.payments, booking_id),
            find_by_card=lambda organization_id, last4: find_by_card(self.payments, organization_id, last4),
            list_failed_refunds=lambda organization_id, since, size: list_failed_refunds(
                self.payments, organization_id, since=since, size=size
            ),
            list_admissions=self._list_admissions,
            personal_data=wire_personal_data(self.deps.pool, self.jobs, self.deps.now, ("a secret",), None),
        )
