"""`Idempotency-Key` on every POST: the same key and body replays the first answer for 24 hours.

The record lives in Redis and is as lossy as Redis. What must not happen twice is guarded where it happens, in
PostgreSQL (a booking's key is unique there, a payment's attempt too); this saves work and replays refusals.
Semantics as in the IETF draft "The Idempotency-Key HTTP Header Field" and in Stripe's API.
"""

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
from admitone.kit.redis import Command, run_pipeline
from admitone.kit.refusal import InvalidParameter, Kind, Refusal
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


class Idempotency:
    """ASGI middleware. Paths in `exempt` stream their bodies and have a memory of their own."""

    def __init__(self, app: ASGIApp, redis: Redis, exempt: tuple[str, ...]) -> None:
        self._app = app
        self._redis = redis
        self._exempt = exempt
        self._commands: Batcher[_Command, Any] = Batcher(
            self._execute, items_max=128, linger_ms=1.0, name="idempotency"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None or scope["path"] in self._exempt:
            await self._app(scope, receive, send)
            return
        if not 0 < len(key) <= KEY_CHARACTERS_MAX or not key.isascii() or not key.decode().isprintable():
            raise InvalidParameter("Idempotency-Key", f"1 to {KEY_CHARACTERS_MAX} printable ASCII characters.")
        body = await read_body(receive, bytes_max=BODY_BYTES_MAX)
        name = f"idempotency:{key_digest(scope['path'], key).hex()}"
        request = hashlib.sha256(body).digest()
        known = await self._open(name, request)
        if known is not None:
            await _replay(known, request, send)
            return
        await self._run(name, request, scope, _repeat(body, receive), send)

    async def _open(self, name: str, request: bytes) -> _Record | None:
        """Return the record of an earlier request, or note that this one runs. A lost Redis remembers nothing."""
        running = msgspec.msgpack.encode(_Record(request))
        try:
            known = await self._commands.submit(_Command(name, running, RUNNING_SECONDS, is_first=True))
        except RedisError as error:
            log.warning("idempotency record unavailable", error=str(error))
            return None
        # With GET the answer is the value that stood there before.
        return msgspec.msgpack.decode(known, type=_Record) if isinstance(known, bytes) else None

    async def _run(self, name: str, request: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer.send)
        finally:
            await self._close(name, answer.record(request))

    async def _close(self, name: str, record: _Record | None) -> None:
        value = b"" if record is None else msgspec.msgpack.encode(record)
        try:
            await self._commands.submit(_Command(name, value, ANSWER_SECONDS, is_first=False))
        except RedisError as error:
            log.warning("idempotency record unavailable", error=str(error))

    async def _execute(self, commands: Sequence[_Command]) -> Sequence[Any]:
        return await run_pipeline(self._redis, [_redis_command(command) for command in commands])


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
        decided = self._status and self._status < 500 and self._status not in _UNDECIDED
        if not decided or not self._is_whole or len(self._body) > ANSWER_BYTES_MAX:
            return None
        if self._status == 202 or b"retry-after" in self._headers:  # asking again is the point
            return None
        return _Record(
            request,
            self._status,
            self._headers.get(b"content-type", b"").decode("latin-1"),
            self._headers.get(b"location", b"").decode("latin-1"),
            bytes(self._body),
        )


def _key(scope: Any) -> bytes | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    return next((value for header, value in scope["headers"] if header == b"idempotency-key"), None)


def _repeat(body: bytes, receive: Receive) -> Receive:
    pending: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def repeated() -> Any:
        return pending.pop() if pending else await receive()

    return repeated


async def _replay(known: _Record, request: bytes, send: Send) -> None:
    if known.request != request:
        raise IdempotencyKeyReused
    if known.status == 0:
        raise RequestInProgress
    headers = [(b"content-type", known.content_type.encode()), (b"idempotent-replayed", b"true")]
    headers += [(b"content-length", str(len(known.body)).encode()), (b"cache-control", b"no-store")]
    if known.location:
        headers.append((b"location", known.location.encode()))
    start: Any = {"type": "http.response.start", "status": known.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": known.body, "more_body": False})
