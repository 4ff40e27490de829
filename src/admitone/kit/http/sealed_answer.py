"""Encrypted answers (AES-256-GCM): the record of a request in Redis reveals nothing of it.

Redis copies its data to an append-only file and to replicas, and an answer to a checkout contains the booking token.
The name of a record, its digest of the request, and the answer depend on the installation's secret and on the caller's
own key: without both they are random bytes. Keyed BLAKE2b (RFC 7693) derives all of them in one call.
"""

import hashlib
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

NAME_BYTES, SECRET_BYTES, REQUEST_BYTES, NONCE_BYTES = 24, 32, 32, 12


class Answer(Struct, frozen=True, array_like=True):
    """The answer to a request: everything that a replay needs."""

    status: int
    content_type: str
    location: str
    body: bytes


class RecordKey(Struct, frozen=True):
    """The name of a record in Redis, and the key that encrypts it."""

    name: str
    secret: bytes


def joined(caller: bytes, path: str, key: bytes) -> bytes:
    """Return the three as one unambiguous byte string."""
    return msgspec.msgpack.encode((caller, path, key))


def record_key(master: bytes, caller: bytes, path: str, key: bytes) -> RecordKey:
    """Return the record key of a caller's idempotency key at a path; `master` has 32 bytes."""
    size = NAME_BYTES + SECRET_BYTES
    digest = hashlib.blake2b(joined(caller, path, key), key=master, digest_size=size).digest()
    return RecordKey(f"idempotency:{digest[:NAME_BYTES].hex()}", digest[NAME_BYTES:])


def request_digest(key: RecordKey, body: bytes) -> bytes:
    """Return the digest by which bodies are compared; without the key, a guessed body cannot be checked against it."""
    return hashlib.blake2b(body, key=key.secret, digest_size=REQUEST_BYTES).digest()


def seal(key: RecordKey, answer: Answer) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key.secret).encrypt(nonce, msgspec.msgpack.encode(answer), key.name.encode())


def unseal(key: RecordKey, sealed: bytes) -> Answer | None:
    """Return the answer; None if the value was changed in Redis and cannot be trusted."""
    try:
        opened = AESGCM(key.secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], key.name.encode())
    except InvalidTag:
        return None
    return msgspec.msgpack.decode(opened, type=Answer)
