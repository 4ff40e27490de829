"""The notices to clients with an event's page open when its terms change."""

from collections.abc import Iterator
from datetime import datetime

from admitone.booking.contracts import Notice, NoticeKind
from admitone.catalogue.contracts import EventStatus, SaleTerms, sale_end
from admitone.kit.moments import utc_text

_SELLING = (EventStatus.SCHEDULED, EventStatus.RESCHEDULED)
_ENDING = (EventStatus.CANCELLED, EventStatus.POSTPONED)


def notices_of(before: SaleTerms, after: SaleTerms, now: datetime) -> tuple[Notice, ...]:
    """Return one notice per kind of change that affects a buyer; most changes do not."""
    return tuple(notice(after, kind) for kind in _kinds(before, after, now))


def notice(terms: SaleTerms, kind: NoticeKind) -> Notice:
    return Notice(terms.event_id, kind, terms.status.value, utc_text(terms.starts_at), terms.revision)


def _kinds(before: SaleTerms, after: SaleTerms, now: datetime) -> Iterator[NoticeKind]:
    if after.status in _ENDING:
        if after.status is not before.status:
            yield NoticeKind.STATUS  # it implies that sales have stopped and times no longer matter
        return
    if before.starts_at != after.starts_at:
        yield NoticeKind.TIME
    if _has_new_prices(before, after):
        yield NoticeKind.PRICE
    if _is_selling(before, now) and not _is_selling(after, now):
        yield NoticeKind.PAUSED
    elif _is_selling(after, now) and not _is_selling(before, now):
        yield NoticeKind.RESUMED


def _has_new_prices(before: SaleTerms, after: SaleTerms) -> bool:
    """Whether the price of any place that stays on sale changed; names and colours do not count."""
    old, new = _prices_of_areas(before), _prices_of_areas(after)
    return (
        (before.currency, before.booking_fee) != (after.currency, after.booking_fee)
        or _prices_of_seats(before) != _prices_of_seats(after)
        or any(old[area_id] != new[area_id] for area_id in old.keys() & new.keys())
    )


def _prices_of_seats(terms: SaleTerms) -> object:
    return {
        (level.amount, level.fee, frozenset(level.categories), level.seat_ranges)
        for level in terms.price_levels
        if level.categories or level.seat_ranges
    }


def _prices_of_areas(terms: SaleTerms) -> dict[str, tuple[int, int] | None]:
    amounts = {level.id: (level.amount, level.fee) for level in terms.price_levels}
    return {area.id: amounts.get(area.price_level_id) for area in terms.areas}


def _is_selling(terms: SaleTerms, now: datetime) -> bool:
    closes = sale_end(starts_at=terms.starts_at, ends_at=terms.ends_at, off_sale_at=terms.off_sale_at)
    return (
        terms.published
        and terms.status in _SELLING
        and (terms.on_sale_at is None or terms.on_sale_at <= now)
        and (closes is None or now < closes)
    )
