"""A made-up booking of a made-up show: what previews and test mails are about."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus, PersonalCode
from admitone.catalogue.contracts import DocumentVenue, EventDocument, EventStatus
from admitone.mail.contracts import MailKind
from admitone.mail.domain.booking_content import (
    BookingFacts,
    confirmed_content,
    message_content,
    payment_lost_content,
    refund_content,
    reminder_content,
    seat_exchanged_content,
    show_changed_content,
)
from admitone.mail.domain.content import MailContent
from admitone.mail.domain.promo_content import PromoFacts, promo_code_content
from admitone.payments.contracts import RefundView

_DAY = timedelta(days=1)
_PRICE, _FEES = 8000, 500


def sample_content(kind: MailKind, *, organizer: str, link: str, now: datetime) -> MailContent:
    """Return a mail of one of `SAMPLES`, about a show tomorrow. `link`: where its buttons lead."""
    return SAMPLES[kind](organizer, link, now.replace(hour=12, minute=0, second=0, microsecond=0))


def _facts(
    organizer: str, link: str, now: datetime, *, status: EventStatus = EventStatus.SCHEDULED, days: int = 1
) -> BookingFacts:
    """`now`: noon of the day of the preview. `days`: from then to the show, which starts in the evening."""
    starts_at = now + timedelta(days=days, hours=7, minutes=30)
    known: dict[str, Any] = dict.fromkeys(EventDocument.__struct_fields__)
    event: dict[str, Any] = {
        "id": "evt_sample",
        "organization_id": "org_sample",
        "revision": 1,
        "name": "The Tempest",
        "status": status,
        "segment": "theatre",
        "starts_at": starts_at,
        "local_date": f"{starts_at:%Y-%m-%d}",
        "local_time": f"{starts_at:%H:%M}",
        "timezone": "UTC",
        "venue": DocumentVenue("ven_sample", "Great Hall", (), "Vienna", None, "AT", 48.2, 16.37, "Ring 1"),
        "url": "/e/evt_sample",
        "tags": (),
        "works": (),
        "performers": (),
    }
    return BookingFacts(_booking(now), EventDocument(**{**known, **event}), organizer, link)


def _booking(now: datetime) -> Booking:
    tickets = tuple(
        BookedTicket(
            ticket_id=f"tkt_sample_{seat}",
            index=seat,
            section_id="stalls",
            section="Stalls",
            price_level_id="lvl_sample",
            price_level="Standard",
            price=_PRICE,
            fees=_FEES,
            total=_PRICE + _FEES,
            row="F",
            seat=str(seat),
        )
        for seat in (11, 12)
    )
    return Booking(
        id="bkg_sample",
        event_id="evt_sample",
        organization_id="org_sample",
        status=BookingStatus.CONFIRMED,
        tickets=tickets,
        subtotal=2 * _PRICE,
        fees=2 * _FEES,
        total=2 * (_PRICE + _FEES),
        currency="EUR",
        created_at=now - _DAY,
        expires_at=now,
        confirmed_at=now - _DAY,
        buyer_email="ada@example.org",
        buyer_name="Ada Lovelace",
    )


def _payment_lost(organizer: str, link: str, now: datetime) -> MailContent:
    facts = _facts(organizer, link, now)
    booking = replace(facts.booking, status=BookingStatus.FAILED)
    return payment_lost_content(replace(facts, booking=booking), is_revoked=False)


def _refund(organizer: str, link: str, now: datetime) -> MailContent:
    refund = RefundView("rfd_sample", _PRICE + _FEES, "EUR", "succeeded", False, now)
    return refund_content(_facts(organizer, link, now), refund)


def _message(organizer: str, link: str, now: datetime) -> MailContent:
    text = "The doors open at 18:00 today.\n\nThe bar in the foyer is open from then on."
    return message_content("Doors open earlier", text, _facts(organizer, link, now))


def _promo_code(organizer: str, link: str, now: datetime) -> MailContent:
    code = PersonalCode(
        id="prm_sample",
        organization_id="org_sample",
        code="FRIENDS-7KQ2MXWB4P",
        recipient="ada@example.org",
        event_id="evt_sample",
        percent=20,
        amount=None,
        currency=None,
        uses_left=1,
        starts_at=None,
        ends_at=now + 14 * _DAY,
    )
    event = _facts(organizer, link, now, days=30).event
    return promo_code_content(PromoFacts(code, event, organizer, link), now=now)


SAMPLES: dict[MailKind, Callable[[str, str, datetime], MailContent]] = {
    MailKind.BOOKING_CONFIRMED: lambda organizer, link, now: confirmed_content(_facts(organizer, link, now)),
    MailKind.SEAT_EXCHANGED: lambda organizer, link, now: seat_exchanged_content(_facts(organizer, link, now)),
    MailKind.SHOW_CHANGED: lambda organizer, link, now: show_changed_content(
        _facts(organizer, link, now, status=EventStatus.RESCHEDULED, days=30)
    ),
    MailKind.REMINDER: lambda organizer, link, now: reminder_content(_facts(organizer, link, now), now=now),
    MailKind.REFUND: _refund,
    MailKind.PAYMENT_LOST: _payment_lost,
    MailKind.ORGANIZER_MESSAGE: _message,
    MailKind.PROMO_CODE: _promo_code,
}
"""The kinds that an organization's buyers get."""
