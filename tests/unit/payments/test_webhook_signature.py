"""Accept a webhook only with our signature, of the present time, over exactly this body."""

import hashlib
import hmac
from datetime import UTC, datetime

import msgspec
import pytest
import stripe

from admitone.kit.refusal import MalformedBody
from admitone.payments.domain.webhook import TOLERANCE_SECONDS, InvalidSignature, check_signature, read_event

NOW = datetime(2026, 7, 1, 20, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
BODY = (
    b'{"id":"evt_1","type":"charge.refunded","data":{"object":{"id":"ch_1","object":"charge","payment_intent":"pi_1"}}}'
)
SECRET, OLD_SECRET = "whsec_new", "whsec_old"


def sign(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()


def header(*secrets: str, at: int = AT, body: bytes = BODY) -> str:
    return f"t={at}," + ",".join(f"v1={sign(body, secret, at)}" for secret in secrets)


def check(given: str | None, *, body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,)) -> None:
    check_signature(body, given, secrets=secrets, now=NOW)


def test_a_current_signature_is_accepted() -> None:
    check(header(SECRET))
    check(header(SECRET, at=AT - TOLERANCE_SECONDS))
    check(header(SECRET, at=AT + TOLERANCE_SECONDS))


def test_the_official_sdk_accepts_the_same_signature() -> None:
    at = int(datetime.now(UTC).timestamp())

    assert stripe.WebhookSignature.verify_header(BODY.decode(), header(SECRET, at=at), SECRET, tolerance=300)


@pytest.mark.parametrize("at", [AT - TOLERANCE_SECONDS - 1, AT + TOLERANCE_SECONDS + 1, 0, 99_999_999_999])
def test_old_and_future_signatures_are_refused(at: int) -> None:
    with pytest.raises(InvalidSignature):
        check(header(SECRET, at=at))


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "nonsense",
        f"t={AT}",
        f"v1={sign(BODY, SECRET, AT)}",
        f"t={AT},v0={sign(BODY, SECRET, AT)}",
        f"t=-{AT},v1={sign(BODY, SECRET, AT)}",
        f"t={AT},v1={'0' * 64}",
        f"t={AT},v1=ü",
        f"t={AT}," + "v1=00," * 40 + f"v1={sign(BODY, SECRET, AT)}",
    ],
)
def test_any_other_header_is_refused(given: str | None) -> None:
    with pytest.raises(InvalidSignature):
        check(given)


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(InvalidSignature):
        check(header(SECRET), body=BODY.replace(b"pi_1", b"pi_2"))


def test_while_a_secret_is_replaced_either_signs() -> None:
    check(header(OLD_SECRET, SECRET))
    check(header("whsec_somebody", OLD_SECRET), secrets=(SECRET, OLD_SECRET))
    with pytest.raises(InvalidSignature):
        check(header(OLD_SECRET))


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"id": "pi_1", "object": "payment_intent"}, "pi_1"),
        ({"id": "ch_1", "object": "charge", "payment_intent": "pi_1"}, "pi_1"),
        ({"id": "dp_1", "object": "dispute", "payment_intent": {"id": "pi_1"}}, "pi_1"),
        ({"id": "re_1", "object": "refund", "payment_intent": None}, None),
        ({"id": "cus_1", "object": "customer"}, None),
        ({"object": "balance", "payment_intent": 3}, None),
    ],
)
def test_the_intent_that_an_event_is_about(about: dict[str, object], expected: str | None) -> None:
    body = msgspec.json.encode({"id": "evt_1", "type": "x", "data": {"object": about}, "livemode": False})

    assert read_event(body).intent_ref == expected


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"id":"","type":"x","data":{"object":{}}}'])
def test_an_invalid_event_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_event(body)
