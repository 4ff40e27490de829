"""Convert a stored event back to a draft, to which a PATCH applies."""

from datetime import time

from admitone.catalogue.domain.drafts import AreaDraft, EventDraft, Price, PriceLevelDraft
from admitone.catalogue.domain.event import Event
from admitone.kit.local_time import parse_date, to_utc


def event_draft_of(event: Event) -> EventDraft:
    """Return the draft from which `build_event` makes this event; levels and areas keep their ids."""
    name_of_level = {level.id: level.name for level in event.price_levels}
    local_start = f"{event.local_date}T{event.local_time}" if event.local_time else None
    # The second occurrence of an hour that the clocks show twice is written in UTC.
    if local_start and event.local_time:
        first = to_utc(parse_date(event.local_date), time.fromisoformat(event.local_time), event.timezone)
        if first != event.starts_at:
            local_start = None
    return EventDraft(
        name=event.name,
        segment=event.segment,
        subtitle=event.subtitle,
        description=event.description,
        genre=event.genre,
        series=event.series,
        tags=event.tags,
        works=event.works,
        venue_id=event.venue_id,
        city=event.city,
        region=event.region,
        country_code=event.country_code,
        timezone=None if event.venue_id else event.timezone,
        performer_ids=event.performer_ids,
        starts_at=event.starts_at if local_start is None else None,
        local_start=local_start,
        local_date=event.local_date if event.starts_at is None else None,
        doors_at=event.doors_at,
        ends_at=event.ends_at,
        age_restriction=event.age_restriction,
        image_url=event.image_url,
        image_alt=event.image_alt,
        seat_map_id=event.seat_map_id,
        price_levels=tuple(
            PriceLevelDraft(
                id=level.id,
                name=level.name,
                price=Price(level.amount, event.currency or ""),
                fees=Price(level.fee, event.currency or ""),
                categories=level.categories,
                color=level.color,
            )
            for level in event.price_levels
        ),
        booking_fee=Price(event.booking_fee, event.currency) if event.currency and event.booking_fee else None,
        general_admission=tuple(
            AreaDraft(
                id=area.id,
                name=area.name,
                capacity=area.capacity,
                price_level=name_of_level[area.price_level_id],
            )
            for area in event.areas
        ),
        on_sale_at=event.on_sale_at,
        off_sale_at=event.off_sale_at,
        ticket_limit=event.ticket_limit,
        hold_seconds=event.hold_seconds,
        allow_orphans=event.allow_orphans,
        waiting_room=event.waiting_room,
    )
