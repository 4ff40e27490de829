"""One show with a waiting room on real PostgreSQL; the other slices are plain data."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from admitone.catalogue.contracts import Availability, EventsChanged, SaleTerms, WaitingRoomTerms
from admitone.kit.ids import new_id
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.contracts import Identity, Needed, Role
from admitone.waiting_room.contracts import Joined
from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.domain.queue import Queue
from admitone.waiting_room.store.passes import QueueCounts, count_queue
from admitone.waiting_room.store.queues import read_queues
from admitone.waiting_room.usecases.admission_rounds import serve_queue
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.group_commits import GroupCommits
from admitone.waiting_room.usecases.join_queue import join_queue
from admitone.waiting_room.usecases.queue_cache import QueueCache
from admitone.waiting_room.usecases.queue_settings import project_events
from tests.builders import terms_of_a_show

KEYS, PROOF_KEY = derive_ring(["a secret of the opera venue"], "queue token"), b"p" * 32
CALM = Load()


def solve(challenge: dict[str, Any]) -> str:
    """Solve a challenge as a client does; return the solution as `proof`."""
    number = next(
        n
        for n in range(challenge["maxnumber"] + 1)
        if hashlib.sha256(f"{challenge['salt']}{n}".encode()).hexdigest() == challenge["challenge"]
    )
    payload = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(msgspec.json.encode({**payload, "number": number})).decode()


class NotAuthenticated(Refusal):
    code = "not-authenticated"
    kind = Kind.UNAUTHENTICATED


@dataclass
class Env:
    """`bookings`: state of each buyer's booking, by id. `available`: places left."""

    pool: Pool
    event_id: str = field(default_factory=lambda: new_id("evt"))
    available: int | None = None
    bookings: dict[str, str] = field(default_factory=dict)
    terms: SaleTerms | None = None

    def __post_init__(self) -> None:
        self.deps = self.new_process()

    def new_process(self) -> Deps:
        """Return another process, or the same one after a kill: it has no memory."""
        return Deps(
            pool=self.pool,
            queues=QueueCache(self.pool),
            batches=GroupCommits(self.pool),
            read_sale_terms=self._read_sale_terms,
            read_availability=self._read_availability,
            get_booking_states=self._get_booking_states,
            now=lambda: datetime.now(UTC),
            token_keys=KEYS,
            proof_key=PROOF_KEY,
        )

    async def announce(
        self,
        *,
        mode: str = "always",
        opens_in: float = 3600,
        pre_queue_in: float | None = -60,
        max_active: int | None = None,
        rate_per_minute: int | None = 100_000,
        published: bool = True,
        proof: bool = False,
    ) -> None:
        """Announce the show to the waiting room (again), as the catalogue does; times in seconds from now.

        Joining takes no proof of work here, unless a test is about it.
        """
        now = datetime.now(UTC)
        shown = terms_of_a_show(
            event_id=self.event_id,
            revision=self.terms.revision + 1 if self.terms else 1,
            published=published,
            standing=100,
            on_sale_at=now + timedelta(seconds=opens_in),
        )
        pre_queue = None if pre_queue_in is None else now + timedelta(seconds=pre_queue_in)
        self.terms = msgspec.structs.replace(
            shown, waiting_room=WaitingRoomTerms(mode, pre_queue, max_active, rate_per_minute)
        )
        async with self.pool.connection() as conn, conn.transaction():
            await project_events(conn, EventsChanged((self.terms,)))
            if not proof:
                await conn.execute("update waiting_room.queues set proof_above_per_minute = null")
        self.deps.queues.clear()

    async def join(self, nonce: str, deps: Deps | None = None) -> Joined:
        return await join_queue(deps or self.deps, event_id=self.event_id, nonce=nonce)

    async def round(self, load: Load = CALM) -> Queue:
        """Run one round of the worker and return the queue after it."""
        await serve_queue(self.deps, event_id=self.event_id, unsold=self.available, load=load)
        self.deps.queues.clear()
        return await self.queue()

    async def queue(self) -> Queue:
        async with self.pool.connection() as conn:
            return (await read_queues(conn, [self.event_id]))[self.event_id]

    async def count(self) -> QueueCounts:
        async with self.pool.connection() as conn:
            return await count_queue(conn, (await read_queues(conn, [self.event_id]))[self.event_id].id)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass for turns, passes and the pace, by moving stored times into the past."""
        shift = timedelta(seconds=seconds)
        async with self.pool.connection() as conn:
            for statement in (
                "update waiting_room.steps set called_at = called_at - %s, ends_at = ends_at - %s",
                "update waiting_room.passes set issued_at = issued_at - %s, expires_at = expires_at - %s",
            ):
                await conn.execute(statement, [shift, shift])
            await conn.execute("update waiting_room.passes set entered_at = entered_at - %s", [shift])
            await conn.execute("update waiting_room.queues set round_at = round_at - %s", [shift])
        self.deps.queues.clear()

    async def _read_sale_terms(self, event_id: str) -> SaleTerms | None:
        return self.terms if event_id == self.event_id else None

    async def _read_availability(self, event_ids: tuple[str, ...]) -> dict[str, Availability]:
        if self.available is None:
            return {}
        return {event_id: Availability(event_id, "available", self.available, 100, {}) for event_id in event_ids}

    async def _get_booking_states(self, booking_ids: list[str]) -> dict[str, str]:
        return {booking_id: self.bookings[booking_id] for booking_id in booking_ids if booking_id in self.bookings}

    async def authenticate(self, api_key: str | None, needed: Needed) -> Identity:
        keys = {"ak_manager": ("org_house", Role.MANAGER), "ak_other": ("org_other", Role.OWNER)}
        if api_key not in keys or not keys[api_key][1].covers(needed):
            raise NotAuthenticated("A key is needed.")
        return Identity(*keys[api_key], "key_1")
