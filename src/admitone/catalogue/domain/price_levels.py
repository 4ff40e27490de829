"""The offer of an event: price levels for the plan's categories, and general-admission areas."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from admitone.catalogue.contracts import Area, PriceLevel
from admitone.catalogue.domain.drafts import AreaDraft, EventDraft, Price, PriceLevelDraft
from admitone.catalogue.domain.event import Event
from admitone.kit.currencies import CURRENCIES
from admitone.kit.money import step_fault
from admitone.kit.refusal import Fault

PALETTE = ("#4C78A8", "#F58518", "#54A24B", "#E45756", "#72B7B2", "#B279A2", "#9D755D", "#EECA3B", "#79706E", "#D67195")
"""Distinct for most colour-blind people (the palette of Vega's Tableau 10), one a level."""


class Offer(Struct, frozen=True):
    currency: str | None
    price_levels: tuple[PriceLevel, ...]
    areas: tuple[Area, ...]
    capacity: int
    booking_fee: int


def build_offer(
    draft: EventDraft,
    *,
    event_id: str,
    category_counts: dict[str, int] | None,
    check_categories: bool,
    previous: Event | None,
) -> tuple[Offer, list[Fault]]:
    """Return levels and areas with their ids, and every fault.

    A level or area keeps its id while it keeps its id or its name: tickets point at it. `category_counts` are
    those of the seat map; `check_categories` is False if the seat map itself is unknown.
    """
    faults = [*_check_money(draft), *_check_names(draft)]
    if check_categories:
        faults += _check_categories(draft, category_counts or {})
    faults += _check_ids(draft, previous)
    levels = _build_price_levels(draft, event_id, previous)
    id_of_level = {level.name: level.id for level in levels}
    areas = _build_areas(draft.general_admission, event_id, id_of_level, previous)
    sold = {category for level in levels for category in level.categories}
    seats = sum(count for category, count in (category_counts or {}).items() if category in sold)
    currency = draft.price_levels[0].price.currency if draft.price_levels else None
    return Offer(
        currency, levels, areas, seats + sum(area.capacity for area in areas), _amount_of(draft.booking_fee)
    ), faults


def check_currency(currency: str | None, currencies: tuple[str, ...], previous: Event | None) -> list[Fault]:
    """Return the fault of a currency that the organization does not sell in; an event keeps the one that it has."""
    is_kept = previous is not None and previous.currency == currency
    if currency is None or is_kept or not currencies or currency in currencies:
        return []
    words = f"Your organization sells in {', '.join(currencies)}. Owners change this in the settings."
    return [("/price_levels/0/price/currency", words)]


def derive_id(prefix: str, event_id: str, serial: int) -> str:
    """Return an id that names its event: `lvl_<ulid of the event>_<serial>`."""
    return f"{prefix}_{event_id.partition('_')[2]}_{serial}"


def event_id_of(derived_id: str) -> str:
    """Return the event's id from a level's id; for a text of another shape, an id that no event has."""
    return f"evt_{derived_id.partition('_')[2].rpartition('_')[0]}"


def _check_money(draft: EventDraft) -> list[Fault]:
    faults: list[Fault] = []
    first = draft.price_levels[0].price.currency if draft.price_levels else None
    for i, level in enumerate(draft.price_levels):
        if level.price.currency not in CURRENCIES:
            faults.append((f"/price_levels/{i}/price/currency", "There is no such currency in ISO 4217."))
        elif level.price.currency != first:
            faults.append((f"/price_levels/{i}/price/currency", "All prices of an event have one currency."))
        if isinstance(level.fees, Price) and level.fees.currency != level.price.currency:
            faults.append((f"/price_levels/{i}/fees/currency", "Fees have the currency of the price."))
        faults += _check_steps(f"/price_levels/{i}/price", level.price, level.price.currency)
        faults += _check_steps(f"/price_levels/{i}/fees", level.fees, level.price.currency)
    return [*faults, *_check_booking_fee(draft.booking_fee, first)]


def _check_booking_fee(fee: Price | int | None, currency: str | None) -> list[Fault]:
    if currency is None:
        return [("/booking_fee", "An event without prices has no fee.")] if _amount_of(fee) else []
    if isinstance(fee, Price) and fee.currency != currency:
        return [("/booking_fee/currency", "Fees have the currency of the prices.")]
    return _check_steps("/booking_fee", fee, currency)


def _check_steps(pointer: str, given: Price | int | None, currency: str) -> list[Fault]:
    """Refuse amounts that no processor can charge when they are written, not at payment."""
    fault = step_fault(_amount_of(given), currency)
    return [] if fault is None else [(f"{pointer}/amount" if isinstance(given, Price) else pointer, fault)]


def _check_names(draft: EventDraft) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[str] = set()
    for i, level in enumerate(draft.price_levels):
        if level.name in seen:
            faults.append((f"/price_levels/{i}/name", "This name is used twice in the event."))
        seen.add(level.name)
    known = {level.name for level in draft.price_levels}
    faults += [
        (f"/general_admission/{i}/price_level", "No price level of the event has this name.")
        for i, area in enumerate(draft.general_admission)
        if area.price_level not in known
    ]
    return faults


def _check_categories(draft: EventDraft, counts: dict[str, int]) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[str] = set()
    for i, level in enumerate(draft.price_levels):
        for j, category in enumerate(level.categories):
            pointer = f"/price_levels/{i}/categories/{j}"
            if category not in counts:
                faults.append((pointer, "The seat map of the event has no such category."))
            elif category in seen:
                faults.append((pointer, "This category has a price already."))
            seen.add(category)
    return faults


def _check_ids(draft: EventDraft, previous: Event | None) -> list[Fault]:
    """Check ids in a draft: each refers to an existing level or area, at most once."""
    faults: list[Fault] = []
    for member, given, known in (
        (
            "price_levels",
            [price_level.id for price_level in draft.price_levels],
            previous.price_levels if previous else (),
        ),
        ("general_admission", [area.id for area in draft.general_admission], previous.areas if previous else ()),
    ):
        ids = {existing_item.id for existing_item in known}
        twice = {given_id for given_id, count in Counter(given).items() if count > 1}
        faults += [
            (f"/{member}/{i}/id", "The event has no item with this id here, or it is named twice.")
            for i, given_id in enumerate(given)
            if given_id is not None and (given_id not in ids or given_id in twice)
        ]
    return faults


def _build_price_levels(draft: EventDraft, event_id: str, previous: Event | None) -> tuple[PriceLevel, ...]:
    existing = {level.name: level.id for level in previous.price_levels} if previous else {}
    ids = _assign_ids(draft.price_levels, existing, "lvl", event_id, previous)
    # Repriced seats keep their level while the level and the seat map stay.
    is_same_map = previous is not None and previous.seat_map_id == draft.seat_map_id
    ranges = {level.id: level.seat_ranges for level in previous.price_levels} if previous and is_same_map else {}
    return tuple(
        PriceLevel(
            id=ids[i],
            name=level.name,
            amount=level.price.amount,
            fee=_amount_of(level.fees),
            color=level.color or PALETTE[i % len(PALETTE)],
            categories=tuple(dict.fromkeys(level.categories)),
            seat_ranges=ranges.get(ids[i], ()),
        )
        for i, level in enumerate(draft.price_levels)
    )


def _build_areas(
    drafts: tuple[AreaDraft, ...], event_id: str, id_of_level: dict[str, str], previous: Event | None
) -> tuple[Area, ...]:
    existing = {area.name: area.id for area in previous.areas} if previous else {}
    ids = _assign_ids(drafts, existing, "gad", event_id, previous)
    return tuple(
        Area(id=ids[i], name=area.name, capacity=area.capacity, price_level_id=id_of_level.get(area.price_level, ""))
        for i, area in enumerate(drafts)
    )


def _amount_of(given: Price | int | None) -> int:
    if given is None:
        return 0
    return given.amount if isinstance(given, Price) else given


def _assign_ids(
    drafts: Sequence[PriceLevelDraft | AreaDraft],
    existing: dict[str, str],
    prefix: str,
    event_id: str,
    previous: Event | None,
) -> list[str]:
    """Keep by id, then by name; new ones get a serial that the event has not used before.

    A new level never gets the id of a removed one, because old tickets may refer to it: the serial combines the event's
    revision, which never repeats, with the position in the list (less than 100).
    """
    revision = previous.revision + 1 if previous else 1
    named = {level_draft.id for level_draft in drafts if level_draft.id is not None}
    ids: list[str] = []
    for i, draft in enumerate(drafts):
        by_name = existing.get(draft.name)
        if draft.id is not None:
            ids.append(draft.id)
        elif by_name is not None and by_name not in named and by_name not in ids:
            ids.append(by_name)
        else:
            ids.append(derive_id(prefix, event_id, revision * 100 + i))
    return ids
