"""A webhook: verify the provider's signature, and read the event.

Scheme: https://docs.stripe.com/webhooks#verify-manually — `Stripe-Signature: t=<unix>,v1=<hex>[,v1=…]`, where v1 is
HMAC-SHA256 over `<t>.<body>`. While a secret is rotated there are two secrets, and two v1.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from msgspec import Struct

from admitone.kit.refusal import Kind, MalformedBody, Refusal
from admitone.payments.domain.intent import ProviderEvent

TOLERANCE_SECONDS = 300
"""Past and future: it limits replays, and refuses signatures for a later time."""
_SIGNATURES_MAX = 16
_SCHEME = "v1"


class InvalidSignature(Refusal):
    """The signature is not the provider's, or not of this time."""

    code: ClassVar[str] = "invalid-signature"
    kind: ClassVar[Kind] = Kind.MALFORMED

    def __init__(self) -> None:
        super().__init__("The signature is missing, is not one of ours, or is not of this time.")


class _Object(Struct):
    id: str | None = None
    object: str | None = None
    payment_intent: Any = None


class _Data(Struct):
    object: _Object


class _Event(Struct):
    id: str
    type: str
    data: _Data


def check_signature(body: bytes, header: str | None, *, secrets: Sequence[str], now: datetime) -> None:
    """Raises `InvalidSignature`."""
    at, signatures = _read_header(header or "")
    if at is None or abs(now.timestamp() - at) > TOLERANCE_SECONDS:
        raise InvalidSignature
    signed = b"%d.%s" % (at, body)
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    if not any(hmac.compare_digest(signature, given) for signature in expected for given in signatures):
        raise InvalidSignature


def read_event(body: bytes) -> ProviderEvent:
    """Raises `MalformedBody`."""
    try:
        event = msgspec.json.decode(body, type=_Event)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBody(f"This is not an event: {error}.") from error
    return _checked(event)


def event_of(listed: dict[str, Any]) -> ProviderEvent:
    """Convert an event from the provider's list, which has the shape of a webhook. Raises `MalformedBody`."""
    try:
        return _checked(msgspec.convert(listed, _Event))
    except msgspec.ValidationError as error:
        raise MalformedBody(f"This is not an event: {error}.") from error


def _checked(event: _Event) -> ProviderEvent:
    if not 0 < len(event.id) <= 255 or not 0 < len(event.type) <= 255 or "\0" in event.id + event.type:
        raise MalformedBody("This is not an event: its id or type is empty, or too long.")
    return ProviderEvent(event.id, event.type, _intent_ref(event.data.object))


def _read_header(header: str) -> tuple[int | None, list[str]]:
    at: int | None = None
    signatures: list[str] = []
    for part in header.split(",")[:_SIGNATURES_MAX]:
        name, _, value = part.strip().partition("=")
        if name == "t" and value.isascii() and value.isdecimal() and len(value) <= 12:
            at = int(value)
        elif name == _SCHEME and value.isascii():
            signatures.append(value)
    return at, signatures


def _intent_ref(about: _Object) -> str | None:
    """Return the id of the payment intent itself, or of the one that a charge, refund or dispute names or embeds."""
    ref = about.id if about.object == "payment_intent" else about.payment_intent
    if isinstance(ref, dict):
        ref = ref.get("id")
    return ref if isinstance(ref, str) and 0 < len(ref) <= 255 and "\0" not in ref else None
