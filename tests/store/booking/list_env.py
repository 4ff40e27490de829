"""A sold-out show whose waiting list people join: fixtures for the tests of offers."""

from typing import Any

from redis.asyncio import Redis

from admitone.booking.contracts import Booking
from admitone.booking.contracts.resale import JoinedList, ListOrder, PersonNotice, WaitingEntry
from admitone.booking.domain.origin import NO_ORIGIN, Origin
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.waiting_list import get_entry, join_waiting_list, leave_waiting_list
from admitone.kit.postgres import Connection, Pool
from tests.builders import TOKEN_KEYS, a_hall, box_office, put_on_sale, terms_of_a_show
from tests.store.booking.sale_env import SaleEnv

ROW = tuple(f"A-{number}" for number in range(1, 7))


class ListEnv(SaleEnv):
    """A sold-out row of six seats, with the announcements to people."""

    def __init__(self, pool: Pool, redis: Redis) -> None:
        super().__init__(pool, redis)
        self.hall = a_hall(rows=1, seats=6)
        self.told: list[tuple[PersonNotice, str]] = []
        self.deps = box_office(pool, redis, seat_map=self.hall, defer=self.jobs, tell=self.announce)
        self.desk = self._desk()

    async def open(self) -> "ListEnv":
        self.show = await put_on_sale(self.deps, terms_of_a_show(seat_map=self.hall, ticket_limit=6))
        self.pairs = [await self.bought(*ROW[first : first + 2]) for first in (0, 2, 4)]
        self.jobs.jobs.clear()
        return self

    async def join(self, name: str, quantity: int = 1, *, client: str | None = None, **wish: Any) -> JoinedList:
        order = ListOrder(self.show.event_id, f"{name}@example.org", name.title(), quantity, **wish)
        origin = NO_ORIGIN if client is None else Origin(client, None)
        joined = await join_waiting_list(self.deps, order=order, origin=origin)
        await self.work()
        return joined

    async def look(self, joined: JoinedList) -> WaitingEntry:
        return await get_entry(self.deps, event_id=self.show.event_id, token=joined.token)

    async def leave(self, joined: JoinedList) -> WaitingEntry:
        return await leave_waiting_list(self.deps, event_id=self.show.event_id, token=joined.token)

    async def pay(self, entry: WaitingEntry) -> Booking:
        assert entry.booking_id is not None
        token = booking_token(TOKEN_KEYS, entry.booking_id)
        made = await confirm_booking(
            self.deps, booking_id=entry.booking_id, booking_token=token, payment_method="pm_card_visa"
        )
        assert made.booking is not None
        return made.booking

    async def lapse(self, entry: WaitingEntry) -> None:
        async with self.deps.pool.connection() as conn:
            await conn.execute(
                "update booking.bookings set expires_at = clock_timestamp() where id = %s", [entry.booking_id]
            )

    async def announce(self, _conn: Connection, kind: PersonNotice, about: str, _facts: object) -> None:
        self.told.append((kind, about))

    async def states(self) -> str:
        async with self.deps.pool.connection() as conn:
            cursor = await conn.execute(
                "select string_agg(state::text, '' order by index) as states from booking.tickets where event_id = %s",
                [self.show.event_id],
            )
            row = await cursor.fetchone()
        assert row is not None
        return str(row["states"])
