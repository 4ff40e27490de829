"""What the slices of one process share: settings, connections, the queue of jobs, and what closes at the end."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from redis.asyncio import Redis

from admitone.kit.http.idempotency_records import Records
from admitone.kit.jobs import Defer
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool, ReadPool
from admitone.kit.short_codes import ShortCodes
from admitone.runtime.settings import Settings

SliceDeps = TypeVar("SliceDeps")

Provide = Callable[[], SliceDeps]
"""The deps of a slice, made when they are first needed: slices may need each other."""


@dataclass(frozen=True, slots=True)
class Process:
    """`read_pool`: for what is only shown, perhaps from a replica. `closing` closes what a slice opened,
    before the pool closes."""

    settings: Settings
    pool: Pool
    read_pool: ReadPool
    redis: Redis
    records: Records
    defer: Defer
    closing: AsyncExitStack


def utc_now() -> datetime:
    return datetime.now(UTC)


def short_codes(process: Process) -> ShortCodes:
    """Return what makes and reads the short codes of bookings and tickets."""
    return ShortCodes(derive_ring(process.settings.secret_keys, "short codes"))
