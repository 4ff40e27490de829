"""`Idempotency-Key` on every POST: for 24 hours, the same caller, key and body get the first answer again.

A record belongs to the caller: its name includes the credential, so a guessed or seen key gives others no access.
Authentication comes first: a framework route looks a record up after its guards (`Idempotency.before`). Semantics as in
the IETF draft "The Idempotency-Key HTTP Header Field" and in Stripe's API.
"""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Response
from litestar.params import HeaderParameter
from litestar.types import ASGIApp, Message, Receive, Send
from msgspec import Struct

from admitone.kit.http.client_cookie import PLAIN_NAME, SECURE_NAME
from admitone.kit.http.hot_path import RawHandler, RawRequest, RawResponse, Recall
from admitone.kit.http.idempotency_records import Opened, Records
from admitone.kit.http.sealed_answer import Answer, joined
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.refusal import IdempotencyKeyReused, InvalidParameter, RequestInProgress

KEY_HEADER = b"idempotency-key"
KEY_CHARACTERS_MAX = 255
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        required=False,
        max_length=KEY_CHARACTERS_MAX,
        description="A request with the same key and body returns the first answer for 24 hours.",
    ),
]
ANSWER_BYTES_MAX = 512 * 1024
# A larger body does not name a buyer: a checkout has less than 256 KiB.
CALLER_BODY_BYTES_MAX = 256 * 1024

# Answers that are not stored: they decide nothing about the request, or (400, 403) the same request may succeed later
# or from another caller. No 5xx is stored.
_UNDECIDED = frozenset({202, 400, 401, 403, 408, 413, 415, 425, 429})
# Of 422, a business refusal ("ticket-limit-exceeded") is a decision; a fault of the body is not.
_VALIDATION_CODES = frozenset({"invalid-body", "invalid-nonce", "unstorable-value", IdempotencyKeyReused.code})
CLIENT_COOKIES = (PLAIN_NAME.encode(), SECURE_NAME.encode())
_KEPT_HEADERS = (b"content-type", b"location")
_SCOPE_KEY = "admitone.idempotency"


class _Named(Struct, frozen=True):
    email: str | None = None


class _Caller(Struct, frozen=True):
    """How a caller without a credential identifies itself."""

    booking_token: str | None = None
    queue_token: str | None = None
    buyer: _Named | None = None


_caller = msgspec.json.Decoder(_Caller)


def caller_of(headers: Mapping[bytes, bytes], body: bytes) -> bytes:
    """Return the caller: the credential, hashed; without one, the secret or the buyer that the body names, or the
    client token of the pages. None of them is checked here: another value only leads to another record.

    A buyer without a credential is known by their key alone, which must be as hard to guess as a booking token. The
    address is part of the caller, so a guessed key cannot block another buyer's checkout: it has another record.
    """
    authorization = headers.get(b"authorization")
    if authorization is not None:
        return hashlib.sha256(authorization).digest()
    if len(body) > CALLER_BODY_BYTES_MAX:
        return b""
    try:
        named = _caller.decode(body)
    except msgspec.DecodeError:
        return b""  # the route refuses it, and no record is kept
    secret = named.booking_token or named.queue_token
    if secret is not None:
        return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
    email = named.buyer.email if named.buyer else None
    if email is not None:
        return email.strip().casefold().encode("utf-8", "surrogatepass")
    return _client_token(headers.get(b"cookie", b""))


def _client_token(cookies: bytes) -> bytes:
    """Used only if no buyer is named: the first answer sets this cookie, and a retry must count as the same caller."""
    for pair in cookies.split(b";"):
        name, _, value = pair.strip().partition(b"=")
        if name in CLIENT_COOKIES:
            return hashlib.sha256(value).digest()
    return b""


def key_digest(caller: bytes, path: str, key: bytes) -> bytes:
    """Return the name of a key in PostgreSQL, specific to the caller; the key cannot be read from it."""
    return hashlib.sha256(joined(caller, path, key)).digest()


def request_key_digest(request: AnyRequest, body: bytes) -> bytes | None:
    """Return `key_digest` of a framework route's request; None without a key."""
    headers = dict(request.scope["headers"])
    key = headers.get(KEY_HEADER)
    return key_digest(caller_of(headers, body), request.scope["path"], key) if key else None


def remembered(handle: RawHandler, records: Records, recall: Recall | None = None) -> RawHandler:
    """Return `handle` with idempotency records, for the hot path, whose callers have no credential to check.

    `recall` answers while another process runs the same request: it may have died after its commit.
    """

    async def once(request: RawRequest) -> RawResponse:
        key = request.headers.get(KEY_HEADER)
        if key is None:
            return await handle(request)
        check_key(key)
        caller = caller_of(request.headers, request.body)
        digest = key_digest(caller, request.path, key)
        try:
            opened = await records.open(records.key(caller, request.path, key), request.body)
        except RequestInProgress:
            known = None if recall is None else await recall(request._replace(key_digest=digest))
            if known is None:
                raise
            return known
        if isinstance(opened, Answer):
            return _replay(opened)
        record, status = None, 0
        try:
            answer = await handle(request._replace(key_digest=digest, attempt_id=opened.attempt_id))
            status = answer.status
            if _is_decided(answer.status, answer.body, "Retry-After" in answer.headers):
                record = Answer(answer.status, answer.content_type, answer.headers.get("Location", ""), answer.body)
            return answer
        finally:
            records.close(opened, record, comes_again=_failed(status))

    return once


class Idempotency:
    """For framework routes: an ASGI middleware that stores answers, and a hook that replays them.

    The application's `before_request` calls `before`: after the guards, so that a revoked API key gets no stored
    answer, and before the body is decoded. Paths in `exempt` stream their bodies and keep their own records.
    """

    def __init__(self, records: Records, exempt: tuple[str, ...]) -> None:
        self._records = records
        self._exempt = exempt

    def middleware(self, app: ASGIApp) -> ASGIApp:
        async def kept(scope: Any, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] in self._exempt:
                await app(scope, receive, send)
                return
            answer = _Kept(send)
            scope[_SCOPE_KEY] = answer
            try:
                await app(scope, receive, answer.send)
            finally:
                if answer.opened is not None:
                    self._records.close(answer.opened, answer.whole(), comes_again=_failed(answer.status))

        return kept

    async def before(self, request: AnyRequest) -> Response[bytes] | None:
        """Return the stored answer, or None: the route runs. Raises the refusals of `Records.open`."""
        answer: _Kept | None = request.scope.get(_SCOPE_KEY)  # type: ignore[assignment]
        headers = dict(request.scope["headers"])
        key = headers.get(KEY_HEADER)
        if answer is None or key is None:
            return None
        check_key(key)
        body = await request.body()
        name = self._records.key(caller_of(headers, body), request.scope["path"], key)
        opened = await self._records.open(name, body)
        if isinstance(opened, Opened):
            answer.opened = opened
            return None
        replay = _replay(opened)
        return Response(
            replay.body, status_code=replay.status, media_type=replay.content_type, headers=dict(replay.headers)
        )


def check_key(key: bytes) -> None:
    """Raise `InvalidParameter` for a malformed key."""
    if not 0 < len(key) <= KEY_CHARACTERS_MAX or not key.isascii() or not key.decode().isprintable():
        raise InvalidParameter("Idempotency-Key", f"1 to {KEY_CHARACTERS_MAX} printable ASCII characters.")


class _Kept:
    """Pass an answer on and keep a copy, if it is small and its request is recorded."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self._headers: dict[bytes, bytes] = {}
        self._body = bytearray()
        self._is_whole = False
        self.opened: Opened | None = None

    async def send(self, message: Message) -> None:
        if self.opened is not None and message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = dict(message["headers"])
        elif self.opened is not None and message["type"] == "http.response.body":
            if len(self._body) <= ANSWER_BYTES_MAX:
                self._body += message["body"]
            self._is_whole = not message["more_body"]
        await self._send(message)

    def whole(self) -> Answer | None:
        """Return the answer to store, or None if it decides nothing."""
        if not self._is_whole or not _is_decided(self.status, self._body, b"retry-after" in self._headers):
            return None
        content_type, location = (self._headers.get(name, b"").decode("latin-1") for name in _KEPT_HEADERS)
        return Answer(self.status, content_type, location, bytes(self._body))


def _failed(status: int) -> bool:
    """0: the request ended without an answer."""
    return status == 0 or status >= 500


class _Problem(Struct, frozen=True):
    code: str = ""


def _is_decided(status: int, body: bytes | bytearray, comes_again: bool) -> bool:
    """Whether to store an answer. A 202 or a `Retry-After` tells the client to ask again."""
    if not 0 < status < 500 or status in _UNDECIDED or comes_again or len(body) > ANSWER_BYTES_MAX:
        return False
    if status != 422:
        return True
    try:
        return msgspec.json.decode(body, type=_Problem).code not in _VALIDATION_CODES
    except msgspec.DecodeError:
        return False


def _replay(answer: Answer) -> RawResponse:
    headers = {"Idempotent-Replayed": "true", "Cache-Control": "no-store"}
    if answer.location:
        headers["Location"] = answer.location
    return RawResponse(answer.status, answer.body, headers, answer.content_type)
