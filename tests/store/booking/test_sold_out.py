"""An event is announced as sold out once, when no hold is left whose places could become free again."""

import msgspec
from redis.asyncio import Redis

from admitone.booking.contracts import Notice, NoticeKind
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.availability import count_available, read_sold_out_levels
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.seat_states import read_snapshot, reissue_inventory
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool
from tests.builders import (
    STALLS,
    STANDING,
    TOKEN_KEYS,
    JobsWritten,
    a_hall,
    a_wish,
    box_office,
    put_on_sale,
    terms_of_a_show,
)


async def test_held_places_are_not_sold_and_the_last_sale_is_announced_once(pool: Pool, redis: Redis) -> None:
    hall, jobs = a_hall(rows=1, seats=2), JobsWritten()
    deps = box_office(pool, redis, seat_map=hall, defer=jobs)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, standing=2))
    told: list[int] = []

    async def count() -> None:
        await count_available(deps, counted={})
        told.append(len(jobs.named("booking.publish_notice")))

    await read_snapshot(deps, event_id=show.event_id)
    await count()
    seats = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))
    floor = await start_checkout(deps, order=a_wish(show.event_id, areas=(("floor", 2),)))
    await count()
    for booking in (seats, floor):
        token = booking_token(TOKEN_KEYS, booking.id)
        await confirm_booking(deps, booking_id=booking.id, booking_token=token, payment_method="pm_card_visa")
        await count()
        await count()

    assert told == [0, 0, 0, 0, 1, 1]
    [job] = jobs.named("booking.publish_notice")
    notice = msgspec.convert(job["notice"], Notice)
    assert (notice.event_id, notice.kind, notice.revision) == (show.event_id, NoticeKind.SOLD_OUT, show.revision)


async def test_a_price_level_is_sold_out_while_others_are_for_sale(pool: Pool, redis: Redis) -> None:
    hall = a_hall(rows=1, seats=2)
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, standing=2))

    async def count() -> list[str]:
        await count_available(deps, counted={})
        return await read_sold_out_levels(deps, event_id=show.event_id)

    await read_snapshot(deps, event_id=show.event_id)
    before = await count()
    await start_checkout(deps, order=a_wish(show.event_id, areas=(("floor", 2),)))
    without_floor = await count()
    await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))
    without_any = await count()

    assert (before, without_floor) == ([], [STANDING.id])
    assert sorted(without_any) == sorted([STALLS.id, STANDING.id])


async def test_an_event_with_added_places_can_sell_out_again(pool: Pool, redis: Redis) -> None:
    jobs = JobsWritten()
    deps = box_office(pool, redis, defer=jobs)
    show = terms_of_a_show(standing=4)

    for revision, places in ((1, 4), (2, 2)):
        more = terms_of_a_show(event_id=show.event_id, revision=revision, standing=2 + 2 * revision)
        await put_on_sale(deps, more)
        await reissue_inventory(deps, event_id=show.event_id)
        await count_available(deps, counted={})
        booking = await start_checkout(deps, order=a_wish(show.event_id, areas=(("floor", places),)))
        token = booking_token(TOKEN_KEYS, booking.id)
        await confirm_booking(deps, booking_id=booking.id, booking_token=token, payment_method="pm_card_visa")
        await count_available(deps, counted={})

    ids = [job["notice_id"] for job in jobs.named("booking.publish_notice")]
    assert len(ids) == len(set(ids)) == 2
