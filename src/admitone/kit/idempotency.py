"""`Idempotency-Key` on every POST: the same key and body replays the first answer for 24 hours.

The record lives in Redis and is as lossy as Redis. What must not happen twice is guarded where it happens, in
PostgreSQL (a booking's key is unique there, a payment's attempt too); this saves work and replays refusals.
Semantics as in the IETF draft "The Idempotency-Key HTTP Header Field" and in Stripe's API.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import RedisError

from admitone.kit.batcher import Batcher
from admitone.kit.fast_lane import FastAnswer, FastHandler, FastRequest, send_answer
from admitone.kit.redis import Command, run_pipeline
from admitone.kit.refusal import Busy, InvalidParameter, Kind, Refusal
from admitone.kit.request_body import read_body

log = structlog.get_logger(__name__)

KEY_CHARACTERS_MAX = 255
# The largest seating plans; the gateway holds all other paths to a megabyte.
BODY_BYTES_MAX = 64 * 1024 * 1024
ANSWER_BYTES_MAX = 512 * 1024
ANSWER_SECONDS = 24 * 3600
# A twin that runs longer than this is taken for dead: a statement ends after 15 s, and whoever asks again after a crash
# does not wait for ever.
RUNNING_SECONDS = 20

# Answers that say "not decided": they are not kept, so that the next try can decide.
_UNDECIDED = frozenset({401, 408, 413, 425, 429})
_KEPT_HEADERS = (b"content-type", b"location")


class IdempotencyKeyReused(Refusal):
    code = "idempotency-key-reused"
    kind = Kind.UNPROCESSABLE

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came before with another request.")


class RequestInProgress(Refusal):
    code = "request-in-progress"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is still running.", retry_after_seconds=1)


class _Record(Struct, frozen=True):
    """`status` 0: still running."""

    request: bytes
    status: int = 0
    content_type: str = ""
    location: str = ""
    body: bytes = b""


class _Command(Struct, frozen=True):
    """Write a record, only where none stands if `is_first`; an empty value takes it away."""

    name: str
    value: bytes
    seconds: int
    is_first: bool


class Records:
    """What was answered to which key. One a process: its commands share pipelines. A lost Redis remembers nothing."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._commands: Batcher[_Command, Any] = Batcher(
            self._execute, items_max=128, linger_ms=1.0, name="idempotency"
        )

    async def open(self, name: str, request: bytes) -> _Record | None:
        """Return the record of an earlier request, or note that this one runs."""
        running = msgspec.msgpack.encode(_Record(request))
        try:
            known = await self._commands.submit(_Command(name, running, RUNNING_SECONDS, is_first=True))
        except RedisError as error:
            _note_unavailable(error)
            return None
        # With GET the answer is the value that stood there before.
        return msgspec.msgpack.decode(known, type=_Record) if isinstance(known, bytes) else None

    def close(self, name: str, record: _Record | None) -> None:
        """Write down the answer (None: nothing was decided). Nobody waits for it: the answer is on its way."""
        value = b"" if record is None else msgspec.msgpack.encode(record)
        try:
            written = self._commands.put(_Command(name, value, ANSWER_SECONDS, is_first=False))
        except Busy as error:
            _note_unavailable(error)
        else:
            written.add_done_callback(_look_at)

    async def settle(self) -> None:
        """Wait until everything is written down."""
        await self._commands.settle()

    async def _execute(self, commands: Sequence[_Command]) -> Sequence[Any]:
        return await run_pipeline(self._redis, [_redis_command(command) for command in commands])


def remembered(handle: FastHandler, records: Records) -> FastHandler:
    """Return `handle` with a memory, for the fast lane."""

    async def once(request: FastRequest) -> FastAnswer:
        key = request.headers.get(b"idempotency-key")
        if key is None:
            return await handle(request)
        name, digest = _name(request.path, key), hashlib.sha256(request.body).digest()
        known = await records.open(name, digest)
        if known is not None:
            return _known_answer(known, digest)
        record = None
        try:
            answer = await handle(request)
            if _is_decided(answer.status, len(answer.body), "Retry-After" in answer.headers):
                location = answer.headers.get("Location", "")
                record = _Record(digest, answer.status, answer.content_type, location, answer.body)
            return answer
        finally:
            records.close(name, record)

    return once


class Idempotency:
    """ASGI middleware. Paths in `exempt` stream their bodies and have a memory of their own."""

    def __init__(self, app: ASGIApp, records: Records, exempt: tuple[str, ...]) -> None:
        self._app = app
        self._records = records
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None or scope["path"] in self._exempt:
            await self._app(scope, receive, send)
            return
        name = _name(scope["path"], key)
        body = await read_body(receive, bytes_max=BODY_BYTES_MAX)
        request = hashlib.sha256(body).digest()
        known = await self._records.open(name, request)
        if known is not None:
            await send_answer(scope, send, _known_answer(known, request))
            return
        answer = _Answer(send)
        try:
            await self._app(scope, _repeat(body, receive), answer.send)
        finally:
            self._records.close(name, answer.record(request))


def _name(path: str, key: bytes) -> str:
    """Return what the record of a key is stored under. Raises `InvalidParameter`."""
    if not 0 < len(key) <= KEY_CHARACTERS_MAX or not key.isascii() or not key.decode().isprintable():
        raise InvalidParameter("Idempotency-Key", f"1 to {KEY_CHARACTERS_MAX} printable ASCII characters.")
    return f"idempotency:{key_digest(path, key).hex()}"


def _note_unavailable(error: BaseException) -> None:
    log.warning("idempotency record unavailable", error=str(error))


def _look_at(written: "asyncio.Future[Any]") -> None:
    if not written.cancelled() and (error := written.exception()) is not None:
        _note_unavailable(error)


def _redis_command(command: _Command) -> Command:
    if not command.value:
        return ("DEL", command.name)
    write: Command = ("SET", command.name, command.value, "EX", command.seconds)
    return (*write, "NX", "GET") if command.is_first else write


def key_digest(path: str, key: bytes) -> bytes:
    """Return what a key is stored under, in Redis and in a booking's row: nobody reads keys out of either."""
    return hashlib.sha256(path.encode() + b"\n" + key).digest()


class _Answer:
    """Passes an answer on and keeps a copy of it, as long as it is small."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._status = 0
        self._headers: dict[bytes, bytes] = {}
        self._body = bytearray()
        self._is_whole = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = dict(message["headers"])
        elif message["type"] == "http.response.body":
            if len(self._body) <= ANSWER_BYTES_MAX:
                self._body += message["body"]
            self._is_whole = not message["more_body"]
        await self._send(message)

    def record(self, request: bytes) -> _Record | None:
        """Return what to keep, or None where nothing was decided."""
        if not self._is_whole or not _is_decided(self._status, len(self._body), b"retry-after" in self._headers):
            return None
        content_type, location = (self._headers.get(name, b"").decode("latin-1") for name in _KEPT_HEADERS)
        return _Record(request, self._status, content_type, location, bytes(self._body))


def _is_decided(status: int, size: int, comes_again: bool) -> bool:
    """Whether an answer is one to keep. With 202, or a time to come again, asking again is the point."""
    is_final = 0 < status < 500 and status not in _UNDECIDED and status != 202
    return is_final and not comes_again and size <= ANSWER_BYTES_MAX


def _key(scope: Any) -> bytes | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    return next((value for header, value in scope["headers"] if header == b"idempotency-key"), None)


def _repeat(body: bytes, receive: Receive) -> Receive:
    pending: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def repeated() -> Any:
        return pending.pop() if pending else await receive()

    return repeated


def _known_answer(known: _Record, request: bytes) -> FastAnswer:
    """Return the answer of before. Raises `IdempotencyKeyReused`, `RequestInProgress`."""
    if known.request != request:
        raise IdempotencyKeyReused
    if known.status == 0:
        raise RequestInProgress
    headers = {"Idempotent-Replayed": "true", "Cache-Control": "no-store"}
    if known.location:
        headers["Location"] = known.location
    return FastAnswer(known.status, known.body, headers, known.content_type)
