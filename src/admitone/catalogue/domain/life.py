"""The life of an event: draft → scheduled → postponed → rescheduled, and from any state to cancelled, which is
final."""

from datetime import datetime

import msgspec

from admitone.catalogue.contracts import EventStatus
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.refusals import EventIsCancelled, EventNotPublished, HasSales
from admitone.kit.moments import utc_text
from admitone.kit.refusal import InvalidBody

SELLS_NOTHING = "This price level sells nothing: name categories of the seat map in it, or an area that has this level."


def published(event: Event) -> Event:
    """Publish: a draft becomes scheduled; a cancelled or postponed event keeps its status.

    Raises `InvalidBody` if the event has prices and nothing to sell at them.
    """
    status = EventStatus.SCHEDULED if event.status is EventStatus.DRAFT else event.status
    shown = msgspec.structs.replace(event, published=True, status=status)
    refuse_selling_nothing(event, shown)
    return shown


def refuse_selling_nothing(previous: Event | None, event: Event) -> None:
    """Raise `InvalidBody`, naming the price levels, where a published event would sell nothing at any of them.

    Its page would say "sold out" although it never had tickets. An event without prices is only announced, which is
    allowed.
    """
    was_so = previous is not None and previous.published and _sells_nothing(previous)
    if event.published and _sells_nothing(event) and not was_so:
        raise InvalidBody([(f"/price_levels/{place}", SELLS_NOTHING) for place in range(len(event.price_levels))])


def _sells_nothing(event: Event) -> bool:
    return bool(event.price_levels) and event.capacity == 0


def withdrawn(event: Event) -> Event:
    """Return the event as withdrawn: only its organizer sees it, and a scheduled event becomes a draft."""
    status = EventStatus.DRAFT if event.status is EventStatus.SCHEDULED else event.status
    return msgspec.structs.replace(event, published=False, status=status)


def cancelled(event: Event) -> Event:
    return msgspec.structs.replace(event, status=EventStatus.CANCELLED)


def paused(event: Event, at: datetime) -> Event:
    """Return the event with its sales paused since `at`; one that is paused already stays so since then.

    Raises `EventIsCancelled`, `EventNotPublished`.
    """
    if event.status is EventStatus.CANCELLED:
        raise EventIsCancelled("The sales of a cancelled event have ended.")
    if not event.published:
        raise EventNotPublished("Only the sales of a published event can be paused.")
    return event if event.paused_at is not None else msgspec.structs.replace(event, paused_at=at)


def resumed(event: Event) -> Event:
    """Return the event with its sales open until their planned end."""
    return msgspec.structs.replace(event, paused_at=None)


def postponed(event: Event, start: tuple[datetime | None, str, str | None, datetime] | None) -> Event:
    """Return the event with a new start (starts_at, local date, local time, sort_at), or without a date.

    Raises `EventIsCancelled`, `EventNotPublished`. Doors and end move with the start.
    """
    if event.status is EventStatus.CANCELLED:
        raise EventIsCancelled("A cancelled event cannot be postponed.")
    if not event.published:
        raise EventNotPublished("Only a published event can be postponed: change the draft instead.")
    if start is None:
        return msgspec.structs.replace(event, status=EventStatus.POSTPONED)
    starts_at, local_date, local_time, sort_at = start
    shift = sort_at - event.sort_at
    return msgspec.structs.replace(
        event,
        status=EventStatus.RESCHEDULED,
        previous_start=utc_text(event.starts_at) or event.local_date,
        starts_at=starts_at,
        local_date=local_date,
        local_time=local_time,
        sort_at=sort_at,
        doors_at=event.doors_at + shift if event.doors_at else None,
        ends_at=event.ends_at + shift if event.ends_at else None,
        off_sale_at=event.off_sale_at + shift if event.off_sale_at else None,
    )


def refuse_breaking_change(previous: Event, event: Event) -> None:
    """Raise `HasSales` if the change removes what sold tickets refer to."""
    if event.seat_map_id != previous.seat_map_id:
        raise HasSales("Tickets are sold: the seat map stays.", pointer="/seat_map_id")
    if event.currency != previous.currency:
        raise HasSales("Tickets are sold: the currency stays.", pointer="/price_levels")
    if {area.id for area in previous.areas} - {area.id for area in event.areas}:
        raise HasSales("Tickets are sold: no area can be removed.", pointer="/general_admission")
