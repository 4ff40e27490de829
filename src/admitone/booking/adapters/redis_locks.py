"""Seat locks on Redis: atomic scripts, many commands a round trip, many locks or sales of an event a script."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from admitone.booking.contracts import AreaCount, SeatSnapshot
from admitone.booking.ports import (
    HeldAlready,
    Insufficient,
    LoadedInventory,
    Locked,
    LockOutcome,
    LockRequest,
    NotLoaded,
    Orphaned,
    PlaceState,
    Taken,
)
from admitone.kit.batcher import Batcher
from admitone.kit.redis import UNAVAILABLE, run_pipeline
from admitone.kit.refusal import Busy
from admitone.kit.sql import load_lua

ACTIVE_KEY = "active-sales"
LAPSED_MAX = 1_000
SHOWN_MAX = 2_000  # places per script: some milliseconds, in which Redis serves no other client
NO_ANSWER = "The seat locks do not answer. Nothing was decided; try again shortly."
_SCRIPTS = ("lock", "release", "grant", "sell", "extend", "free_lapsed", "load", "snapshot", "publish", "append_notice")
# Scripts that take the calls of many: one change in the event's stream for all of them.
_GATHERED = ("lock", "sell")

Argument = str | int | bytes


class _Call(Struct, frozen=True):
    script: str
    event_id: str
    arguments: Sequence[Argument]


class _Run(Struct, frozen=True):
    """One execution of a script, for one call or for several. `calls`: which of the batch, in order."""

    script: str
    event_id: str
    arguments: list[Argument]
    calls: list[int]


class RedisLocks:
    """`ports.SeatLocks` on Redis ≥ 7.0 or Valkey. Calls of one process share pipelines (`kit.batcher`)."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        prelude = load_lua(__package__, "prelude")
        self._scripts = {name: redis.register_script(prelude + load_lua(__package__, name)) for name in _SCRIPTS}
        self._calls: Batcher[_Call, object] = Batcher(self._execute, items_max=128, linger_ms=1.0, name="locks")

    async def lock(self, request: LockRequest) -> LockOutcome:
        arguments: list[Argument] = [
            request.booking_id,
            request.hold_seconds * 1000,
            int(request.allow_orphans),
            len(request.seats),
        ]
        for index, (start, end) in zip(request.seats, request.runs, strict=True):
            arguments += (index, start, end)
        arguments.append(len(request.areas))
        for area_id, quantity in request.areas:
            arguments += (area_id, quantity)
        answer = await self._call("lock", request.event_id, *arguments)
        assert isinstance(answer, list)
        return _lock_outcome(answer)

    async def release(self, event_id: str, booking_id: str, *, is_claimed: bool = True) -> None:
        await self._call("release", event_id, booking_id, int(is_claimed))

    async def grant(self, event_id: str, booking_id: str, hold_ms: int, places: tuple[PlaceState, ...]) -> bool:
        seats = [place.index for place in places if place.area_id is None]
        arguments: list[Argument] = [booking_id, hold_ms, len(seats), *seats]
        for place in places:
            if place.area_id is not None:
                arguments += (place.area_id, place.index)
        return await self._call("grant", event_id, *arguments) == 1

    async def sell(self, event_id: str, booking_id: str, indexes: tuple[int, ...]) -> bool:
        return await self._call("sell", event_id, booking_id, len(indexes), *indexes) == 1

    async def publish(self, event_id: str, epoch: int, places: tuple[PlaceState, ...]) -> bool:
        for first in range(0, len(places), SHOWN_MAX):
            arguments: list[Argument] = [epoch]
            for place in places[first : first + SHOWN_MAX]:
                arguments += (place.index, place.state, place.area_id or "")
            if await self._call("publish", event_id, *arguments) != 1:
                return False
        return True

    async def extend(self, event_id: str, booking_id: str, hold_seconds: int) -> None:
        await self._call("extend", event_id, booking_id, hold_seconds * 1000)

    async def load(self, sale: LoadedInventory) -> None:
        content = {
            "holds": [[hold.booking_id, hold.remaining_ms, _record(hold.seats, hold.areas)] for hold in sale.holds],
            "areas": [[area_id, capacity, list(places)] for area_id, capacity, places in sale.areas],
            "waits": sale.waits,
        }
        await self._call("load", sale.event_id, sale.epoch, sale.seat_count, sale.states, msgspec.json.encode(content))
        await self._redis.sadd(ACTIVE_KEY, sale.event_id)

    async def append_notice(self, event_id: str, notice_id: str, notice: bytes) -> None:
        await self._call("append_notice", event_id, notice_id, notice)

    async def snapshot(self, event_id: str) -> SeatSnapshot | None:
        answer = await self._call("snapshot", event_id)
        if answer is None:
            return None
        assert isinstance(answer, list)
        version, states, areas = answer
        return SeatSnapshot(version=int(version), states=states.decode(), areas=_area_counts(areas.decode()))

    async def states(self, event_id: str) -> bytes | None:
        try:
            states = await self._redis.get(f"seats:{{{event_id}}}")
        except UNAVAILABLE as error:
            raise Busy(NO_ANSWER) from error
        assert states is None or isinstance(states, bytes), "the client does not decode"
        return states

    async def free_lapsed(self, event_id: str) -> int:
        freed = await self._call("free_lapsed", event_id, LAPSED_MAX)
        assert isinstance(freed, int)
        return freed

    async def active_events(self) -> list[str]:
        members = await self._redis.smembers(ACTIVE_KEY)
        return sorted(member.decode() for member in members if isinstance(member, bytes))

    async def _call(self, script: str, event_id: str, *arguments: Argument) -> object:
        try:
            return await self._calls.submit(_Call(script, event_id, arguments))
        except UNAVAILABLE as error:
            raise Busy(NO_ANSWER) from error

    async def _execute(self, calls: Sequence[_Call]) -> Sequence[object]:
        answers: dict[int, object] = {}
        runs = _gather(calls)
        for run, answer in zip(runs, await self._answers(runs), strict=True):
            # Every call of the run gets its error.
            own = answer if run.script in _GATHERED and isinstance(answer, list) else [answer] * len(run.calls)
            answers.update(zip(run.calls, own, strict=True))
        return [answers[i] for i in range(len(calls))]

    async def _answers(self, runs: Sequence[_Run]) -> Sequence[object]:
        answers = await self._pipeline(runs)
        unknown = [i for i, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:  # the server has restarted, lost the scripts, and ran none of these calls
            for script in self._scripts.values():
                await self._redis.script_load(script.script)
            again = await self._pipeline([runs[i] for i in unknown])
            for i, answer in zip(unknown, again, strict=True):
                answers[i] = answer
        return answers

    async def _pipeline(self, runs: Sequence[_Run]) -> list[object]:
        return await run_pipeline(
            self._redis,
            [("EVALSHA", self._scripts[run.script].sha, 5, *_keys(run.event_id), *run.arguments) for run in runs],
            name="locks",
        )


def _gather(calls: Sequence[_Call]) -> list[_Run]:
    """Return one run per call; calls of a gathered script for one event share a run, at the position of the first."""
    runs: list[_Run] = []
    shared: dict[tuple[str, str], _Run] = {}
    for i, call in enumerate(calls):
        if call.script not in _GATHERED:
            runs.append(_Run(call.script, call.event_id, list(call.arguments), [i]))
            continue
        run = shared.get((call.script, call.event_id))
        if run is None:
            run = shared[call.script, call.event_id] = _Run(call.script, call.event_id, [0], [])
            runs.append(run)
        run.calls.append(i)
        run.arguments[0] = len(run.calls)
        run.arguments.extend(call.arguments)
    return runs


def _keys(event_id: str) -> tuple[str, ...]:
    tag = f"{{{event_id}}}"
    return (f"sale:{tag}", f"seats:{tag}", f"holds:{tag}", f"held:{tag}", f"changes:{tag}")


def _record(seats: tuple[int, ...], areas: tuple[tuple[str, tuple[int, ...]], ...]) -> str:
    """Encode a hold in the format of `prelude.lua`: `"1,2|area:3,4;area:5"`."""
    places = ";".join(f"{area_id}:{','.join(map(str, indexes))}" for area_id, indexes in areas)
    return f"{','.join(map(str, seats))}|{places}"


def _lock_outcome(answer: list[bytes]) -> LockOutcome:
    word, *rest = answer
    match word:
        case b"locked":
            places = tuple(tuple(int(place) for place in area.split(b",")) for area in rest[1:])
            return Locked(version=int(rest[0]), places=places)
        case b"taken":
            return Taken(tuple(int(index) for index in rest))
        case b"insufficient":
            return Insufficient(rest[0].decode(), int(rest[1]))
        case b"orphans":
            return Orphaned(tuple(int(index) for index in rest))
        case b"not_loaded":
            return NotLoaded()
        case b"held":
            return HeldAlready()
    raise RedisError(f"lock answered {word!r}")


def _area_counts(text: str) -> dict[str, AreaCount]:
    counts = {}
    for area in filter(None, text.split(";")):
        area_id, capacity, available = area.split("=")
        counts[area_id] = AreaCount(int(capacity), int(available))
    return counts
