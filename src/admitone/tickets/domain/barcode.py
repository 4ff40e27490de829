"""The ticket code in the QR code: signed, so that a gate can check it offline; rotating, so that a copy expires.

`A1.<signed part>` on paper, `A1.<signed part>.<rotating part>` on a screen; base32, which QR codes store densely.
The signed part is 28 bytes (kind, event's ULID, ticket index, version, time of issue in seconds) and their Ed25519
signature. The kind is signed too: a gate refuses a screen code that was cut to look like a paper code. The rotating
part is 8 bytes of HMAC-SHA256 with the event's key over the signed part and the number of the 15-second step.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from cryptography.exceptions import InvalidSignature
from msgspec import Struct

from admitone.tickets.domain.keys import CodeKeys, event_rotating_key
from admitone.tickets.domain.ticket_id import TicketName, pack_event_id, unpack_event_id

STEP_SECONDS = 15
STEPS_TOLERATED = 2
"""How many steps a phone's picture may be old, or its clock wrong, in either direction: 30 s."""

CODE_CHARACTERS_MAX = 400
_PREFIX = "A1"
_LAYOUT = struct.Struct(">B16sIHI")
_SIGNATURE_BYTES = 64
_ROTATING_BYTES = 8


class Kind(Enum):
    PAPER = 1
    SCREEN = 2


class Barcode(Struct, frozen=True):
    """The content of a code with a valid signature."""

    kind: Kind
    ticket: TicketName
    version: int
    issued_at: int
    """Seconds since 1970."""


class BarcodeRefused(Exception):
    """`reason`: malformed | forged | stale."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def paper_code(keys: CodeKeys, ticket: TicketName, *, version: int, now: datetime) -> str:
    """The static code, for print."""
    return f"{_PREFIX}.{_text(_signed(keys, Kind.PAPER, ticket, version, now))}"


def screen_code(
    keys: CodeKeys, ticket: TicketName, *, version: int, now: datetime, issued_at: datetime | None = None
) -> str:
    """Return the current screen code; the next one begins at the next multiple of 15 s."""
    signed = _signed(keys, Kind.SCREEN, ticket, version, issued_at or now)
    rotating = _rotating(event_rotating_key(keys, ticket.event_id), signed, _step(now))
    return f"{_PREFIX}.{_text(signed)}.{_text(rotating)}"


def read_code(code: str, keys: Sequence[CodeKeys]) -> tuple[Barcode, CodeKeys]:
    """Return the content of the code and the keys that signed it. Check the signature, not the rotating part.

    Raises `BarcodeRefused`.
    """
    signed, _ = _split(code)
    payload, signature = signed[: _LAYOUT.size], signed[_LAYOUT.size :]
    signer = next((key for key in keys if _has_signed(key, payload, signature)), None)
    if signer is None:
        raise BarcodeRefused("forged")
    kind, event, index, version, issued_at = _LAYOUT.unpack(payload)
    return Barcode(Kind(kind), TicketName(unpack_event_id(event), index), version, issued_at), signer


def is_of_sale(issued_at: int, sold_at: datetime | None) -> bool:
    """Whether a code belongs to the current sale of its place: an earlier buyer has older codes."""
    return sold_at is None or issued_at >= int(sold_at.timestamp())


def check_freshness(code: str, barcode: Barcode, rotating_key: bytes, *, now: datetime) -> None:
    """Raise `BarcodeRefused` if a screen code is not from this half minute. Paper codes do not expire."""
    if barcode.kind is Kind.PAPER:
        return
    signed, rotating = _split(code)
    steps = range(_step(now) - STEPS_TOLERATED, _step(now) + STEPS_TOLERATED + 1)
    if not any(hmac.compare_digest(rotating, _rotating(rotating_key, signed, step)) for step in steps):
        raise BarcodeRefused("stale")


def seconds_left(now: datetime) -> float:
    """Return the seconds until the screen code changes."""
    return STEP_SECONDS - now.timestamp() % STEP_SECONDS


def _signed(keys: CodeKeys, kind: Kind, ticket: TicketName, version: int, now: datetime) -> bytes:
    payload = _LAYOUT.pack(kind.value, pack_event_id(ticket.event_id), ticket.index, version, int(now.timestamp()))
    return payload + keys.signing.sign(payload)


def _has_signed(keys: CodeKeys, payload: bytes, signature: bytes) -> bool:
    try:
        keys.public_key.verify(signature, payload)
    except InvalidSignature:
        return False
    return True


def _rotating(rotating_key: bytes, signed: bytes, step: int) -> bytes:
    message = signed + step.to_bytes(8, "big")
    return hmac.new(rotating_key, message, hashlib.sha256).digest()[:_ROTATING_BYTES]


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def _split(code: str) -> tuple[bytes, bytes]:
    prefix, *parts = code.strip().upper().split(".") if len(code) <= CODE_CHARACTERS_MAX else [""]
    if prefix != _PREFIX or len(parts) not in (1, 2):
        raise BarcodeRefused("malformed")
    try:
        signed, rotating = (_bytes(part) for part in [*parts, ""][:2])
    except (binascii.Error, ValueError) as error:
        raise BarcodeRefused("malformed") from error
    if len(signed) != _LAYOUT.size + _SIGNATURE_BYTES:
        raise BarcodeRefused("malformed")
    return signed, rotating


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b32decode(text + "=" * (-len(text) % 8))
