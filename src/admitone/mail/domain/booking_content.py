"""Mails about a booking: confirmed, payment lost, show changed, reminder, refund. Each says how things stand now."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from admitone.booking.contracts import Booking, BookingStatus
from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.mail.domain import words
from admitone.mail.domain.content import Link, MailContent, NotNeeded, Subscription
from admitone.payments.contracts import RefundView

BOUGHT = (BookingStatus.CONFIRMED, BookingStatus.PARTIALLY_REFUNDED)
REVOKED_VERSION = 1
"""Of a mail about a lost payment: the booking was sold, and the money could not be taken."""
REFUND_VERSIONS = {"pending": 0, "succeeded": 1, "refused": 2, "failed": 2}
"""Status of a refund → version of its mail: a later state replaces an earlier one."""
_KEEP_SAFE = "Anyone who has this link has your tickets. Keep it as safe as cash."
# A mail that arrives later than this before the start does not remind anybody in time.
_REMIND_BEFORE = timedelta(hours=2)
_REMINDER_CLOCK = 10


class BookingFacts(Struct, frozen=True):
    """A booking, its event and organizer as they are now; `link` opens the booking without a sign-in."""

    booking: Booking
    event: EventDocument
    organizer: str | None
    link: str
    subscription: Subscription | None = None


def confirmed_content(facts: BookingFacts) -> MailContent:
    """Raises `NotNeeded` if the booking has no ticket any more, or its event is cancelled: other mails say that."""
    booking, event = facts.booking, facts.event
    tickets = [ticket for ticket in booking.tickets if not ticket.refunded]
    if booking.status not in BOUGHT or not tickets or event.status is EventStatus.CANCELLED:
        raise NotNeeded("the tickets are not valid any more")
    is_late = booking.confirmed_at is not None and booking.confirmed_at > booking.expires_at
    paragraphs = [f"Paid: {words.money(booking.total, booking.currency, event)}." if booking.total else ""]
    if is_late and booking.box_office_payment is None:
        paragraphs.append(
            "Your payment arrived after your hold had ended. Your seats were still free, so they are yours."
        )
    if event.status is EventStatus.POSTPONED:
        paragraphs.append("The show is postponed. The new date is not known yet; your tickets stay valid.")
    return MailContent(
        subject=f"Your {'ticket' if len(tickets) == 1 else 'tickets'}: {event.name}, {words.short_day_of(event)}",
        heading=event.name,
        paragraphs=tuple(filter(None, paragraphs)),
        tickets=tuple(map(words.ticket_line, tickets)),
        facts=_facts(event),
        button=Link("Show my tickets" if len(tickets) > 1 else "Show my ticket", facts.link),
        links=_way(event),
        notes=(_KEEP_SAFE, f"Booking {booking.id}."),
        sender_name=facts.organizer,
    )


def seat_exchanged_content(facts: BookingFacts) -> MailContent:
    """Raises `NotNeeded` as `confirmed_content` does."""
    content = confirmed_content(facts)
    return structs.replace(
        content,
        subject=f"Your seat has changed: {facts.event.name}, {words.short_day_of(facts.event)}",
        paragraphs=(
            "The organizer moved you to another seat. These are your tickets now; you pay nothing more.",
            "A ticket for a seat that is not in this list is no longer valid. Show the new one at the entrance.",
        ),
    )


def payment_lost_content(facts: BookingFacts, *, is_revoked: bool) -> MailContent:
    """`is_revoked`: the buyer had tickets. Raises `NotNeeded` if the booking was sold after all."""
    booking, event = facts.booking, facts.event
    if booking.status in (*BOUGHT, BookingStatus.REFUNDED):
        raise NotNeeded("the booking was sold after all")
    if booking.status in (BookingStatus.PAYING, BookingStatus.IN_PROGRESS):
        raise NotNeeded("the buyer is paying again")
    heading = "Your tickets are not valid any more" if is_revoked else "Your payment came too late"
    reason = (
        f"Your bank gave up the payment for {event.name} before we could take the money. Your seats are on sale again."
        if is_revoked
        else f"Your hold for {event.name} ended before your payment arrived, and we could not give you the seats."
    )
    return MailContent(
        subject=f"No tickets, and no charge: {event.name}",
        heading=heading,
        paragraphs=(
            reason,
            "We do not take your money. Your bank may show the amount as reserved for some days, then releases it.",
        ),
        facts=_facts(event),
        notes=(f"Booking {booking.id}.",),
        sender_name=facts.organizer,
    )


def show_changed_content(facts: BookingFacts) -> MailContent:
    """Raises `NotNeeded` if the booking has no ticket any more."""
    booking, event = facts.booking, facts.event
    if booking.status not in BOUGHT:
        raise NotNeeded("the tickets are not valid any more")
    subject, heading, paragraphs, rows = _change(facts)
    is_cancelled = event.status is EventStatus.CANCELLED
    return MailContent(
        subject=subject,
        heading=heading,
        paragraphs=paragraphs,
        facts=rows,
        tickets=() if is_cancelled else tuple(words.ticket_line(t) for t in booking.tickets if not t.refunded),
        button=Link("Show my booking", facts.link),
        links=() if is_cancelled else _way(event),
        notes=(_KEEP_SAFE, f"Booking {booking.id}."),
        sender_name=facts.organizer,
        told=event.revision,
    )


def _change(facts: BookingFacts) -> tuple[str, str, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return subject, heading, paragraphs and facts for the state of the event."""
    event, paid = facts.event, facts.booking.total > 0
    ask = f"Questions? Ask {facts.organizer}." if facts.organizer else "Questions? Ask the organizer."
    match event.status:
        case EventStatus.CANCELLED:
            money = "Your booking page shows when your money goes back. You need to do nothing." if paid else ""
            return (
                f"Cancelled: {event.name}, {words.short_day_of(event)}",
                "This show is cancelled",
                tuple(
                    filter(None, (f"{event.name} does not take place. Your tickets are no longer valid.", money, ask))
                ),
                (("Was planned for", words.when(event)), ("Where", words.place(event))),
            )
        case EventStatus.POSTPONED:
            return (
                f"Postponed: {event.name}",
                "This show is postponed",
                (f"{event.name} takes place later. Your tickets stay valid.", "We write again with the new date.", ask),
                (("Was planned for", words.when(event)), ("Where", words.place(event))),
            )
        case _:
            day, clock = words.short_day_of(event), words.clock_of(event)
            return (
                f"Moved: {event.name}, now {day}{f', {clock}' if clock else ''}",
                "This show has moved",
                (f"{event.name} has a new date or time. Your tickets stay valid.", f"You cannot come? {ask}"),
                _facts(event),
            )


def message_content(subject: str, text: str, facts: BookingFacts | None) -> MailContent:
    """What an organizer wrote. `facts` None: a preview, without a recipient."""
    paragraphs = tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())
    if facts is None:
        return MailContent(subject=subject, heading=subject, paragraphs=paragraphs)
    if facts.booking.status not in BOUGHT:
        raise NotNeeded("the tickets are not valid any more")
    sender = facts.organizer or "The organizer"
    return MailContent(
        subject=subject,
        heading=subject,
        paragraphs=paragraphs,
        facts=(("Show", facts.event.name), ("When", words.new_when(facts.event))),
        button=Link("Show my booking", facts.link),
        notes=(f"{sender} wrote this to you because you have tickets for this show. Booking {facts.booking.id}.",),
        sender_name=facts.organizer,
        subscription=facts.subscription,
    )


def reminder_content(facts: BookingFacts, *, now: datetime) -> MailContent:
    """Raises `NotNeeded` if the show is not soon, or the buyer has no ticket any more."""
    booking, event = facts.booking, facts.event
    tickets = [ticket for ticket in booking.tickets if not ticket.refunded]
    if booking.status not in BOUGHT or not tickets:
        raise NotNeeded("the tickets are not valid any more")
    if event.status in (EventStatus.CANCELLED, EventStatus.POSTPONED) or event.starts_at is None:
        raise NotNeeded("the show does not take place then")
    if not reminder_due_at(event.starts_at, event.timezone) <= now < event.starts_at - _REMIND_BEFORE:
        raise NotNeeded("the show is not tomorrow")
    day = event.starts_at.astimezone(ZoneInfo(event.timezone)).date()
    word = "Today" if day == now.astimezone(ZoneInfo(event.timezone)).date() else "Tomorrow"
    clock = words.clock_of(event)
    return MailContent(
        subject=f"{word}: {event.name}{f', {clock}' if clock else ''}",
        heading=f"{word}: {event.name}",
        paragraphs=("Open your tickets once before you leave: then they also work without a network.",),
        tickets=tuple(map(words.ticket_line, tickets)),
        facts=_facts(event),
        button=Link("Show my tickets" if len(tickets) > 1 else "Show my ticket", facts.link),
        links=_way(event),
        notes=(_KEEP_SAFE, f"Booking {booking.id}."),
        sender_name=facts.organizer,
        subscription=facts.subscription,
    )


def reminder_due_at(starts_at: datetime, timezone: str) -> datetime:
    """Return ten in the morning of the day before, by the clock of the venue."""
    day = starts_at.astimezone(ZoneInfo(timezone)) - timedelta(days=1)
    return day.replace(hour=_REMINDER_CLOCK, minute=0, second=0, microsecond=0)


def refund_content(facts: BookingFacts, refund: RefundView) -> MailContent:
    """Say how a refund stands: on its way, paid, or not accepted by the buyer's card."""
    booking, event = facts.booking, facts.event
    amount = words.money(refund.amount, refund.currency, event)
    is_cancelled = event.status is EventStatus.CANCELLED
    reason = f"{event.name} is cancelled." if is_cancelled else ""
    left = [ticket for ticket in booking.tickets if not ticket.refunded and not is_cancelled]
    # Under a label of its own: a bare list of places below a refund reads as what was refunded.
    places = "; ".join(words.ticket_line(ticket).place for ticket in left) if booking.status in BOUGHT else ""
    if refund.method is not None:
        subject, heading = f"Refunded: {amount}, {event.name}", f"{amount} was paid out at the box office"
        text = ""
    elif refund.status in ("refused", "failed"):
        subject, heading = f"Your refund did not arrive: {event.name}", "Your card did not accept the refund"
        text = (
            f"We could not pay {amount} back to your card. {facts.organizer or 'The organizer'} owes it to you: reply"
        )
        text += " to this mail or ask them how you get it."
    elif refund.status == "succeeded":
        subject, heading = f"Refunded: {amount}, {event.name}", f"{amount} goes back to your card"
        text = "It is paid. Your bank may take up to ten days to show it."
    else:
        subject, heading = f"Your refund of {amount}: {event.name}", f"{amount} goes back to your card"
        text = "It is on its way. Your bank may take up to ten days to show it."
    return MailContent(
        subject=subject,
        heading=heading,
        paragraphs=tuple(filter(None, (reason, text, _still_valid(booking, len(left), is_cancelled=is_cancelled)))),
        facts=(("Show", event.name), ("When", words.new_when(event)), *((("Still valid", places),) if places else ())),
        button=Link("Show my booking", facts.link),
        notes=(f"Booking {booking.id}. Refund {refund.id}.",),
        sender_name=facts.organizer,
        told=REFUND_VERSIONS.get(refund.status, 0),
    )


def _still_valid(booking: Booking, left: int, *, is_cancelled: bool) -> str:
    if is_cancelled or booking.status is BookingStatus.REFUNDED or not left:
        return "Your tickets are no longer valid."
    if left < len(booking.tickets):
        return f"{words.plural(left, 'ticket')} of this booking {'is' if left == 1 else 'are'} still valid."
    return "Your tickets stay valid."


def _facts(event: EventDocument) -> tuple[tuple[str, str], ...]:
    is_postponed = event.status is EventStatus.POSTPONED
    rows = (
        ("When", words.new_when(event)),
        ("Doors", None if is_postponed else words.doors(event)),
        ("Where", words.place(event)),
    )
    return tuple((label, text) for label, text in rows if text)


def _way(event: EventDocument) -> tuple[Link, ...]:
    at = words.map_url(event)
    return () if at is None else (Link("Find the way", at),)
