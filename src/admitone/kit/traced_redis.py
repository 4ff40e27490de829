"""Spans of Redis commands, by the name of the command: keys and arguments may be a buyer's token."""

from typing import Any

from redis.asyncio import Redis

from admitone.kit.tracing import Attributes, span

REDIS: Attributes = {"db.system.name": "redis"}


class TracedRedis(Redis):
    async def execute_command(self, *arguments: Any, **options: Any) -> Any:
        with span(f"redis {arguments[0]}", REDIS):
            return await super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]
