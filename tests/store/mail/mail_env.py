"""Mail on a real database and a real mail server, with plain data in place of the slices that it reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg.rows

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus, BuyerChoice, PersonalCode, StartingEvent
from admitone.catalogue.contracts import DocumentVenue, EventDocument, EventStatus, SaleTerms
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool
from admitone.mail.adapters.smtp import SmtpSender
from admitone.mail.contracts import MailKind, MailOrder
from admitone.mail.domain.buyers_message import Audience
from admitone.mail.domain.content import Attachment
from admitone.mail.domain.delivery import Envelope
from admitone.mail.drawing.message import Sender, draw_message
from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.put_mail import put_mail
from admitone.mail.usecases.send_mails import send_mails
from admitone.organizers.contracts import ActorKind, Identity, MailIdentity
from admitone.payments.contracts import RefundView
from tests.builders import JobsWritten, terms_of_a_show
from tests.mail_server import MailServer, run_mail_server

SENDER = Sender("tickets@venue.example")
NOW = datetime.now(UTC)


def a_booking(booking_id: str = "bkg_1", **changes: Any) -> Booking:
    tickets = tuple(
        BookedTicket(
            ticket_id=f"tkt_{number}",
            index=number,
            section_id="stalls",
            section="Stalls",
            price_level_id="lvl_1",
            price_level="Premium",
            price=8000,
            fees=500,
            total=8500,
            row="F",
            seat=str(number),
        )
        for number in (11, 12)
    )
    known: dict[str, Any] = {
        "id": booking_id,
        "event_id": "evt_mahler",
        "organization_id": "org_house",
        "status": BookingStatus.CONFIRMED,
        "tickets": tickets,
        "subtotal": 16_000,
        "fees": 1000,
        "total": 17_000,
        "currency": "EUR",
        "created_at": NOW - timedelta(minutes=5),
        "expires_at": NOW + timedelta(minutes=5),
        "confirmed_at": NOW - timedelta(days=2),
        "buyer_email": "ada@example.org",
        "buyer_name": "Ada Lovelace",
    }
    return Booking(**{**known, **changes})


def an_event(**changes: Any) -> EventDocument:
    venue = DocumentVenue("ven_1", "Great Hall", (), "Vienna", None, "AT", 48.2, 16.37, "Ring 1")
    known: dict[str, Any] = dict.fromkeys(EventDocument.__struct_fields__)
    known |= {
        "id": "evt_mahler",
        "organization_id": "org_house",
        "revision": 3,
        "name": "Mahler 2 <Resurrection>",
        "status": EventStatus.SCHEDULED,
        "segment": "music",
        "starts_at": NOW + timedelta(days=30),
        "local_date": f"{NOW + timedelta(days=30):%Y-%m-%d}",
        "local_time": "19:30",
        "timezone": "Europe/Vienna",
        "venue": venue,
        "url": "/e/evt_mahler",
        "tags": (),
        "works": (),
        "performers": (),
    }
    return EventDocument(**{**known, **changes})


class MailEnv:
    """`bookings`, `event`, `refunds`: what the other slices say now. `pages`: whether tickets can be drawn."""

    def __init__(self, pool: Pool, server: MailServer) -> None:
        self.pool = pool
        self.server = server
        self.bookings = {"bkg_1": a_booking()}
        self.codes: dict[str, PersonalCode] = {}
        self.event: EventDocument | None = an_event()
        self.refunds: list[RefundView] = []
        self.identity = MailIdentity("Kölner Bühnen")
        self.admitted: dict[str, str | None] = {}
        self.starting: list[StartingEvent] = []
        self.is_rush = False
        self.counts = 0
        self.event_reads = 0
        self.now = NOW
        self.jobs = JobsWritten()
        self.sender = SmtpSender(server.address(), rate=1000)
        self.deps = self._deps()

    async def put(self, *orders: MailOrder) -> None:
        async with self.pool.connection() as conn, conn.transaction():
            await put_mail(conn, orders)

    async def confirm(self) -> None:
        await self.put(MailOrder(MailKind.BOOKING_CONFIRMED, "bkg_1", booking_id="bkg_1"))

    async def send(self) -> int:
        return await send_mails(self.deps)

    async def due(self) -> None:
        """Make what waits due, as after its pause or the end of its lease."""
        await self.run("update mail.outbox set send_after = clock_timestamp() where ended_at is null")

    async def states(self) -> list[str]:
        return [row["state"] for row in await self.rows("select state from mail.outbox order by created_at")]

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        async with self.pool.connection() as conn:
            cursor = conn.cursor(row_factory=psycopg.rows.dict_row)
            await cursor.execute(statement.encode())
            return await cursor.fetchall()

    async def run(self, statement: str) -> None:
        async with self.pool.connection() as conn:
            await conn.execute(statement.encode())

    async def _send(self, envelope: Envelope) -> None:
        await self.sender.send(envelope)

    async def _count_bookings(self, _event: str, choice: BuyerChoice | None) -> int:
        self.counts += 1
        if choice is None:
            return len(self.bookings)
        audience = Audience(choice.price_level_ids, not_admitted=bool(choice.admitted))
        return sum(audience.includes(booking, choice.admitted) for booking in self.bookings.values())

    async def _is_rush(self) -> bool:
        return self.is_rush

    def _deps(self) -> Deps:
        async def find_booking(booking_id: str) -> Booking | None:
            return self.bookings.get(booking_id)

        async def find_personal_code(promo_id: str) -> PersonalCode | None:
            return self.codes.get(promo_id)

        async def find_event_bookings(_event: str, after_id: str, size: int) -> list[Booking]:
            return [self.bookings[key] for key in sorted(self.bookings) if key > after_id][:size]

        async def find_address_bookings(address: str) -> list[Booking]:
            return [booking for booking in self.bookings.values() if booking.buyer_email == address]

        async def find_starting_events(_from: datetime, _to: datetime) -> list[StartingEvent]:
            return self.starting

        async def read_documents(_ids: tuple[str, ...]) -> list[EventDocument]:
            self.event_reads += 1
            return [] if self.event is None else [self.event]

        async def read_mail_identity(_id: str) -> MailIdentity | None:
            return self.identity

        async def read_address(identity: Identity) -> str | None:
            return None if identity.actor_kind is ActorKind.KEY else "staff@house.example"

        async def list_refunds(_id: str) -> list[RefundView]:
            return self.refunds

        async def list_admitted(_event: str) -> dict[str, str | None]:
            return self.admitted

        async def attach_tickets(_id: str) -> list[Attachment]:
            return [Attachment("tickets.pdf", "application/pdf", b"%PDF-1.7")]

        return Deps(
            pool=self.pool,
            now=lambda: self.now,
            is_on=True,
            domain=SENDER.domain,
            from_address=SENDER.address,
            bounces_to=None,
            reports_secret="s" * 32,
            public_url="https://tickets.example",
            keys=derive_ring(["a secret of the opera venue"], "mail"),
            find_booking=find_booking,
            find_personal_code=find_personal_code,
            find_event_bookings=find_event_bookings,
            count_event_bookings=self._count_bookings,
            find_address_bookings=find_address_bookings,
            find_starting_events=find_starting_events,
            read_documents=read_documents,
            read_sale_terms=_read_sale_terms,
            read_mail_identity=read_mail_identity,
            read_address=read_address,
            list_refunds=list_refunds,
            list_admitted=list_admitted,
            attach_tickets=attach_tickets,
            link_booking=lambda booking: f"https://tickets.example/my/{booking.id}?c=code",
            is_rush=self._is_rush,
            draw_message=lambda content, recipient, name, message_id, now: draw_message(
                content, sender=SENDER, recipient=recipient, recipient_name=name, message_id=message_id, now=now
            ),
            send=self._send,
            defer=self.jobs,
            random_share=lambda: 0.5,
            random_token=iter(f"token-{number}" for number in range(100)).__next__,
        )


async def _read_sale_terms(_event: str) -> SaleTerms | None:
    return terms_of_a_show(event_id="evt_mahler")


@asynccontextmanager
async def run_mail(pool: Pool) -> AsyncIterator[MailEnv]:
    async with run_mail_server() as server:
        env = MailEnv(pool, server)
        yield env
        await env.sender.close()
