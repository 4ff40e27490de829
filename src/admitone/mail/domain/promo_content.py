"""A mail with a promo code to the one person whom it is for."""

from datetime import datetime

from babel.dates import format_datetime
from msgspec import Struct

from admitone.booking.contracts import PersonalCode
from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.mail.domain import words
from admitone.mail.domain.content import Link, MailContent, NotNeeded, Subscription


class PromoFacts(Struct, frozen=True):
    """A code, its event (None: every event of the organization) and organizer as they are now. `link`: where the person
    buys."""

    code: PersonalCode
    event: EventDocument | None
    organizer: str | None
    link: str
    subscription: Subscription | None = None


def promo_code_content(facts: PromoFacts, *, now: datetime) -> MailContent:
    """Raises `NotNeeded` if nothing can be bought with the code."""
    code, event = facts.code, facts.event
    if code.ends_at is not None and code.ends_at <= now:
        raise NotNeeded("the code has ended")
    if code.uses_left == 0:
        raise NotNeeded("the code is used up")
    if event is not None and event.status is EventStatus.CANCELLED:
        raise NotNeeded("the event is cancelled")
    if event is not None and event.starts_at is not None and event.starts_at <= now:
        raise NotNeeded("the event has started")
    off = f"{code.percent} %" if code.percent is not None else words.money(code.amount or 0, code.currency or "", event)
    giver, shows = facts.organizer or "The organizer", "every show" if event is None else event.name
    return MailContent(
        subject=f"{off} off: {'your code' if event is None else event.name}",
        heading=f"A code for you: {code.code}",
        paragraphs=(
            f"{giver} takes {off} off the price of each ticket for {shows}.",
            "Enter the code before you pay, and pay with this email address: the code works for no other.",
        ),
        facts=tuple(_facts(facts)),
        button=Link("Find a show" if event is None else "Choose tickets", facts.link),
        sender_name=facts.organizer,
        subscription=facts.subscription,
    )


def _facts(facts: PromoFacts) -> list[tuple[str, str]]:
    code, event = facts.code, facts.event
    rows = [("Code", code.code)]
    if event is not None:
        rows += [("When", words.new_when(event)), ("Where", words.place(event))]
    if code.starts_at is not None:
        rows.append(("From", _moment(code.starts_at, event)))
    if code.ends_at is not None:
        rows.append(("Until", _moment(code.ends_at, event)))
    if code.uses_left is not None:
        rows.append(("For", words.plural(code.uses_left, "booking")))
    return rows


def _moment(at: datetime, event: EventDocument | None) -> str:
    """Return the moment by the clocks at the venue; without one, in UTC, and say so."""
    if event is None:
        return f"{format_datetime(at, 'd MMMM y, HH:mm', locale='en_001')} UTC"
    return words.local_moment(at, event)
