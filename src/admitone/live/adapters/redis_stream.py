"""Read the change streams that booking's lock scripts write (`booking/adapters/lua/prelude.lua`)."""

from collections.abc import Mapping
from typing import Any

from redis.asyncio import Redis

from admitone.kit.redis import UNAVAILABLE
from admitone.kit.refusal import Busy
from admitone.live.domain.changes import Change

ENTRIES_MAX = 5_000


class RedisStream:
    """`changes:{event}`: entry ids are versions; fields a, h, s (indexes), g (areas), reset, notice (JSON)."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def read_after(self, versions: Mapping[str, int]) -> dict[str, list[Change]]:
        """Return the changes after each event's version, one round trip for all events; without waiting."""
        if not versions:
            return {}
        streams: dict[Any, Any] = {_key(event_id): f"{version}-0" for event_id, version in versions.items()}
        try:
            answer: Any = await self._redis.xread(streams, count=ENTRIES_MAX)
        except UNAVAILABLE as error:
            raise Busy("The seat changes cannot be read now.") from error
        pairs = answer.items() if isinstance(answer, dict) else answer
        return {_event_id(key): [_change(entry) for entry in _entries(entries)] for key, entries in pairs}

    async def read_since(self, event_id: str, version: int) -> list[Change] | None:
        """Return the changes after `version`, or None if the stream no longer reaches back to it."""
        try:
            entries: Any = await self._redis.xrange(_key(event_id), min=f"{version}-0", count=ENTRIES_MAX)
        except UNAVAILABLE as error:
            raise Busy("The seat changes cannot be read now.") from error
        changes = [_change(entry) for entry in entries]
        if not changes or changes[0].version != version or len(changes) == ENTRIES_MAX:
            return None
        if any(change.is_reset for change in changes[1:]):
            return None
        return changes[1:]


def _key(event_id: str) -> str:
    return f"changes:{{{event_id}}}"


def _event_id(key: bytes) -> str:
    return key.decode().removeprefix("changes:{").removesuffix("}")


def _entries(entries: Any) -> Any:
    # RESP3 nests a stream's entries in a list of its own.
    return entries[0] if entries and isinstance(entries[0], list) else entries


def _change(entry: Any) -> Change:
    entry_id, fields = entry
    return Change(
        version=int(entry_id.split(b"-")[0]),
        seats={
            state: tuple(int(index) for index in fields[state.encode()].split(b","))
            for state in ("a", "h", "s", "b")
            if state.encode() in fields
        },
        areas={
            area.decode(): int(count)
            for area, count in (pair.split(b"=") for pair in fields.get(b"g", b"").split(b",") if pair)
        },
        is_reset=b"reset" in fields,
        notice=fields.get(b"notice"),
    )
