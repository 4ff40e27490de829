"""Idempotency records in Redis: the request that runs under a key, the process that runs it, and its answer.

Redis may lose a record: PostgreSQL guards each effect that must not happen twice. One lease per process shows that it
lives; a retry takes over the requests of a process whose lease has ended.
"""

import asyncio
import hmac
import os
import time
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import RedisError

from admitone.kit.batcher import Batcher
from admitone.kit.http.sealed_answer import Answer, RecordKey, record_key, request_digest, seal, unseal
from admitone.kit.ids import new_ulid
from admitone.kit.keys import derive_key
from admitone.kit.redis import run_pipeline
from admitone.kit.redis_commands import Command
from admitone.kit.refusal import Busy, IdempotencyKeyReused, RequestInProgress

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 24 * 3600
# The lifetime of the record of a request that never ended. Its owner's lease decides far earlier whether it still runs.
RUNNING_SECONDS = 900
# A process that has not renewed its lease for LEASE_MS is dead, and a retry takes its requests over. A retry that
# arrives after two missed renewals waits for the end of the lease: at most 0.9 s, so that an answer comes within 2 s of
# the crash.
LEASE_MS = 1_500
RENEW_MS = 300
LATE_MS = LEASE_MS - 2 * RENEW_MS
# Records that could not be closed because Redis did not answer: the renewal timer writes them later.
UNWRITTEN_MAX = 10_000

# KEYS record; ARGV the value that was read, the value to write, seconds. Returns 1 when it was written.
_REPLACE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


class Opened(Struct, frozen=True):
    """A running request. A retry that takes over from a dead process has the attempt id of the first try."""

    key: RecordKey
    request: bytes
    attempt_id: str


class _Record(Struct, frozen=True, array_like=True):
    """`owner`: the process that runs the request; empty: it failed midway. `sealed`: the encrypted answer, or empty."""

    request: bytes
    owner: bytes
    attempt_id: str
    sealed: bytes = b""


class _Write(Struct, frozen=True):
    """One command; `opens`: the record that it marks as running where its answer is nil."""

    command: Command
    opens: str | None = None


class Records:
    """The records of one process: its commands share pipelines, its requests share one lease."""

    def __init__(self, redis: Redis, secret: str) -> None:
        self._redis = redis
        self._master = derive_key(secret, "idempotency record")
        self._owner = os.urandom(8)
        self._lease: Command = ("SET", _lease_name(self._owner), b"1", "PX", LEASE_MS)
        self._renewed_at = float("-inf")
        self._running: set[str] = set()
        self._unwritten: dict[str, _Write] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._writes: Batcher[_Write, Any] = Batcher(self._execute, items_max=128, linger_ms=1.0, name="idempotency")

    def key(self, caller: bytes, path: str, key: bytes) -> RecordKey:
        """Return the record key of a caller's idempotency key at a path."""
        return record_key(self._master, caller, path, key)

    async def open(self, key: RecordKey, body: bytes) -> Opened | Answer:
        """Return the answer of an earlier request, or record that this one runs now.

        Raises `IdempotencyKeyReused`, `RequestInProgress`. Without Redis every request runs.
        """
        opened = Opened(key, request_digest(key, body), new_ulid())
        try:
            return await self._open(opened)
        except (RedisError, Busy) as error:
            _warn_unavailable(error)
            return opened

    def close(self, opened: Opened, answer: Answer | None, *, comes_again: bool = False) -> None:
        """Store the answer (None: nothing was decided). The caller does not wait for Redis.

        `comes_again`: the request failed midway, and a retry continues under the same attempt id.
        """
        name, seconds = opened.key.name, ANSWER_SECONDS
        self._running.discard(name)
        if answer is not None:
            record = _Record(opened.request, self._owner, opened.attempt_id, seal(opened.key, answer))
        elif comes_again:
            record, seconds = _Record(opened.request, b"", opened.attempt_id), RUNNING_SECONDS
        else:
            self._put(name, _Write(("DEL", name)))
            return
        self._put(name, _Write(("SET", name, msgspec.msgpack.encode(record), "EX", seconds)))

    async def settle(self) -> None:
        """Wait until everything is stored, then end the lease."""
        await self._writes.settle()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _open(self, opened: Opened) -> Opened | Answer:
        name, running = opened.key.name, self._running_record(opened)
        # With GET the reply is the previous value; nil: this command wrote its own.
        write: Command = ("SET", name, running, "EX", RUNNING_SECONDS, "NX", "GET")
        known = await self._writes.submit(_Write(write, opens=name))
        if not isinstance(known, bytes):
            return opened
        record = msgspec.msgpack.decode(known, type=_Record)
        is_same = hmac.compare_digest(record.request, opened.request)
        if record.owner and not is_same:
            raise IdempotencyKeyReused
        if record.sealed:
            return unseal(opened.key, record.sealed) or opened
        if record.owner and await self._is_running(name, record.owner):
            raise RequestInProgress
        taken = msgspec.structs.replace(opened, attempt_id=record.attempt_id) if is_same else opened
        replace: Command = ("EVAL", _REPLACE, 1, name, known, self._running_record(taken), RUNNING_SECONDS)
        if await self._writes.submit(_Write(replace)) != 1:
            raise RequestInProgress  # another retry was faster
        self._record_running(name)
        if record.owner:
            log.info("request of a dead process taken over", attempt_id=taken.attempt_id)
        return taken

    def _running_record(self, opened: Opened) -> bytes:
        return msgspec.msgpack.encode(_Record(opened.request, self._owner, opened.attempt_id))

    async def _is_running(self, name: str, owner: bytes) -> bool:
        if owner == self._owner:
            return name in self._running
        ask = _Write(("PTTL", _lease_name(owner)))
        left_ms = await self._writes.submit(ask)
        if 0 < left_ms <= LATE_MS:
            await asyncio.sleep(left_ms / 1000)
            left_ms = await self._writes.submit(ask)
        return bool(left_ms > 0)

    async def _execute(self, writes: Sequence[_Write]) -> Sequence[Any]:
        now = time.monotonic()
        if now - self._renewed_at >= RENEW_MS / 1000:
            # Before the records that it covers, so that none is ever visible without a lease: in a cluster, they are
            # on other servers.
            (renewed,) = await run_pipeline(self._redis, [self._lease], name="idempotency")
            if isinstance(renewed, Exception):
                raise renewed
            self._renewed_at = now
        answers = await run_pipeline(self._redis, [write.command for write in writes], name="idempotency")
        for write, answer in zip(writes, answers, strict=True):
            if write.opens is not None and answer is None:
                self._record_running(write.opens)
        return answers

    def _record_running(self, name: str) -> None:
        self._running.add(name)
        if self._timer is None:
            self._schedule()

    def _schedule(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(RENEW_MS / 1000, self._tick)

    def _tick(self) -> None:
        """Renew the lease while requests run; repeat writes that Redis did not accept."""
        self._timer = None
        if not self._running and not self._unwritten:
            return
        self._put("", _Write(self._lease))
        unwritten, self._unwritten = self._unwritten, {}
        for name, write in unwritten.items():
            if name not in self._running:
                self._put(name, write)
        self._schedule()

    def _put(self, name: str, write: _Write) -> None:
        try:
            written = self._writes.put(write)
        except Busy as error:
            self._keep_unwritten(name, write, error)
        else:
            written.add_done_callback(lambda done: self._check_written(name, write, done))

    def _check_written(self, name: str, write: _Write, written: "asyncio.Future[Any]") -> None:
        if not written.cancelled() and (error := written.exception()) is not None:
            self._keep_unwritten(name, write, error)

    def _keep_unwritten(self, name: str, write: _Write, error: BaseException) -> None:
        _warn_unavailable(error)
        if name and len(self._unwritten) < UNWRITTEN_MAX:
            self._unwritten[name] = write
            if self._timer is None:
                self._schedule()


def _lease_name(owner: bytes) -> str:
    return f"idempotency-owner:{owner.hex()}"


def _warn_unavailable(error: BaseException) -> None:
    log.warning("idempotency record unavailable", error=str(error))
