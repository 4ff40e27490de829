"""Build the stored event from the organizer's draft, with every rule that involves several fields."""

from collections.abc import Mapping
from datetime import UTC, datetime, time

from msgspec import Struct

from admitone.catalogue.contracts import EventStatus
from admitone.catalogue.domain.drafts import EventDraft, Postponement, check_place
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.event_times import STARTS, check_times, start_of
from admitone.catalogue.domain.pictures import check_own_picture
from admitone.catalogue.domain.price_levels import Offer, build_offer, check_currency
from admitone.catalogue.domain.printed_places import check_area_names
from admitone.catalogue.domain.text import find_nul, fold, search_key
from admitone.kit.local_time import BadMoment, is_sane, parse_date, parse_local_start, to_local, to_utc
from admitone.kit.refusal import Fault, InvalidBody

HOLD_SECONDS_MIN = 60


class VenueReference(Struct, frozen=True):
    id: str
    timezone: str


class SeatMapReference(Struct, frozen=True):
    """`category_counts`: seats of each category of the plan."""

    id: str
    category_counts: dict[str, int]
    section_names: tuple[str, ...] = ()


class References(Struct, frozen=True):
    """The records behind the ids in drafts, within the writing organization; missing ids are unknown."""

    venues: Mapping[str, VenueReference]
    performers: Mapping[str, str]
    seat_maps: Mapping[str, SeatMapReference]
    pictures: frozenset[str] = frozenset()


class Start(Struct, frozen=True):
    starts_at: datetime | None
    local_date: str
    local_time: str | None
    sort_at: datetime


def build_event(
    draft: EventDraft,
    references: References,
    *,
    event_id: str,
    organization_id: str,
    now: datetime,
    hold_seconds_min: int = HOLD_SECONDS_MIN,
    currencies: tuple[str, ...] = (),
    previous: Event | None = None,
) -> Event:
    """Return the event to store, one revision after `previous`. Raises `InvalidBody` with every fault.

    `currencies`: those that the organization sells in; empty: every one.
    """
    faults: list[Fault] = find_nul(draft)
    if draft.hold_seconds < hold_seconds_min:
        faults.append(("/hold_seconds", f"A hold lasts at least {hold_seconds_min} seconds."))
    timezone, place_faults = _resolve_place(draft, references)
    faults += place_faults
    performer_ids, performer_faults = _resolve_performers(draft, references)
    faults += performer_faults
    start, start_faults = resolve_start(draft, timezone)
    faults += start_faults
    member = next((name for name in STARTS if getattr(draft, name) is not None), "")
    faults += check_times(draft, start_of(member, start.starts_at, start.sort_at) if start else None, previous)
    seat_map = references.seat_maps.get(draft.seat_map_id) if draft.seat_map_id is not None else None
    if draft.seat_map_id is not None and seat_map is None:
        faults.append(("/seat_map_id", "There is no such seat map."))
    faults += check_own_picture(draft.image_url, references.pictures)
    offer, offer_faults = build_offer(
        draft,
        event_id=event_id,
        category_counts=seat_map.category_counts if seat_map else None,
        check_categories=draft.seat_map_id is None or seat_map is not None,
        previous=previous,
    )
    faults += offer_faults
    faults += check_currency(offer.currency, currencies, previous)
    faults += check_area_names(draft.general_admission, seat_map.section_names if seat_map else (), previous)
    if faults or start is None or timezone is None:
        raise InvalidBody(faults)
    venue = references.venues[draft.venue_id] if draft.venue_id is not None else None
    return _event(
        draft,
        start=start,
        offer=offer,
        timezone=timezone,
        venue_id=venue.id if venue else None,
        performer_ids=performer_ids,
        seat_map_id=seat_map.id if seat_map else None,
        event_id=event_id,
        organization_id=organization_id,
        now=now,
        previous=previous,
    )


def resolve_start(draft: EventDraft | Postponement, timezone: str | None) -> tuple[Start | None, list[Fault]]:
    """Return the start by the clocks of `timezone`, or the faults; neither if the zone is unknown."""
    given = [name for name in STARTS if getattr(draft, name) is not None]
    if len(given) != 1:
        pointer = f"/{given[1]}" if given else "/local_start"
        return None, [(pointer, "Give exactly one of starts_at, local_start and local_date.")]
    try:
        if draft.starts_at is not None:
            if not is_sane(draft.starts_at):
                raise BadMoment("The year must be between 1900 and 2200.")
            if timezone is None:
                return None, []
            moment = draft.starts_at.astimezone(UTC)
            local_date, local_time = to_local(moment, timezone)
            return Start(moment, local_date, local_time, moment), []
        if draft.local_date is not None:
            day = parse_date(draft.local_date).isoformat()
            return (Start(None, day, None, start_of_day(day, timezone)) if timezone else None), []
        day_of, minute = parse_local_start(draft.local_start or "")
        if timezone is None:
            return None, []
        moment = to_utc(day_of, minute, timezone)
        return Start(moment, day_of.isoformat(), f"{minute:%H:%M}", moment), []
    except BadMoment as error:
        return None, [(f"/{given[0]}", str(error))]


def start_of_day(day: str, timezone: str) -> datetime:
    """Return the moment that sorts a day whose time is to be announced: noon, which no zone skips."""
    return to_utc(parse_date(day), time(12), timezone)


def _resolve_place(draft: EventDraft, references: References) -> tuple[str | None, list[Fault]]:
    """Return the event's time zone: the venue's, else the draft's."""
    if draft.venue_id is not None:
        venue = references.venues.get(draft.venue_id)
        if venue is None:
            return None, [("/venue_id", "There is no such venue.")]
        return venue.timezone, []
    faults: list[Fault] = [
        (f"/{name}", "This is required while the venue is to be announced.")
        for name in ("city", "country_code", "timezone")
        if getattr(draft, name) is None
    ]
    code_faults = check_place(draft.country_code, draft.timezone)
    known = draft.timezone if all(pointer != "/timezone" for pointer, _ in code_faults) else None
    return known, faults + code_faults


def _resolve_performers(draft: EventDraft, references: References) -> tuple[tuple[str, ...], list[Fault]]:
    known = references.performers
    faults: list[Fault] = [
        (f"/performer_ids/{i}", "There is no such performer.")
        for i, performer_id in enumerate(draft.performer_ids)
        if performer_id not in known
    ]
    return tuple(
        dict.fromkeys(known[performer_id] for performer_id in draft.performer_ids if performer_id in known)
    ), faults


def _event(
    draft: EventDraft,
    *,
    start: Start,
    offer: Offer,
    timezone: str,
    venue_id: str | None,
    performer_ids: tuple[str, ...],
    seat_map_id: str | None,
    event_id: str,
    organization_id: str,
    now: datetime,
    previous: Event | None,
) -> Event:
    placed = venue_id is not None
    return Event(
        id=event_id,
        organization_id=organization_id,
        external_id=previous.external_id if previous else None,
        fingerprint=None,
        revision=previous.revision + 1 if previous else 1,
        status=previous.status if previous else EventStatus.DRAFT,
        published=previous.published if previous else False,
        name=draft.name,
        subtitle=draft.subtitle,
        description=draft.description,
        segment=draft.segment,
        genre=draft.genre,
        series=draft.series,
        tags=draft.tags,
        works=draft.works,
        venue_id=venue_id,
        city=None if placed else draft.city,
        region=None if placed else draft.region,
        country_code=None if placed else draft.country_code,
        timezone=timezone,
        performer_ids=performer_ids,
        starts_at=start.starts_at,
        local_date=start.local_date,
        local_time=start.local_time,
        sort_at=start.sort_at,
        doors_at=draft.doors_at,
        ends_at=draft.ends_at,
        age_restriction=draft.age_restriction,
        image_url=draft.image_url,
        seat_map_id=seat_map_id,
        currency=offer.currency,
        price_levels=offer.price_levels,
        booking_fee=offer.booking_fee,
        areas=offer.areas,
        capacity=offer.capacity,
        on_sale_at=draft.on_sale_at,
        off_sale_at=draft.off_sale_at,
        ticket_limit=draft.ticket_limit,
        hold_seconds=draft.hold_seconds,
        allow_orphans=draft.allow_orphans,
        waiting_room=draft.waiting_room,
        sort_key=fold(draft.name),
        search_key=search_key([draft.name, draft.subtitle or ""]),
        created_at=previous.created_at if previous else now,
        updated_at=now,
        open_seats=previous.open_seats if previous and previous.seat_map_id == seat_map_id else None,
        previous_start=previous.previous_start if previous else None,
        series_id=previous.series_id if previous else None,
        image_alt=draft.image_alt,
        paused_at=previous.paused_at if previous else None,
    )
