"""Check what authenticators answer (WebAuthn, by `webauthn`): a new passkey, and a proof by one.

A person must be verified by the authenticator (finger, face, PIN): a passkey is two factors in one.
"""

from typing import Any

from msgspec import Struct
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor, parse_cbor, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException

from admitone.organizers.domain.passkey import RelyingParty, StoredKey

# `webauthn` raises its own errors for what it checks; a malformed structure may raise any of the others.
_MALFORMED = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class NewKey(Struct, frozen=True):
    credential_id: bytes
    public_key: bytes
    sign_count: int


def read_challenge(answer: dict[str, Any]) -> bytes | None:
    """Return the challenge that the authenticator signed; None for a malformed answer."""
    try:
        return parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"])).challenge
    except _MALFORMED:
        return None


def check_new_passkey(answer: dict[str, Any], *, challenge: bytes, site: RelyingParty) -> NewKey | None:
    """Return the passkey that an authenticator made for this challenge and site; None for any other answer."""
    try:
        verified = verify_registration_response(
            credential=_without_attestation(answer),
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _MALFORMED:
        return None
    return NewKey(verified.credential_id, verified.credential_public_key, verified.sign_count)


def check_proof(answer: dict[str, Any], stored: StoredKey, *, challenge: bytes, site: RelyingParty) -> int | None:
    """Return the new count of the passkey's uses; None for a wrong answer. Where the authenticator counts, a count
    that does not grow is wrong: the passkey was copied."""
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=stored.public_key,
            credential_current_sign_count=stored.sign_count,
            require_user_verification=True,
        )
    except _MALFORMED:
        return None
    return verified.new_sign_count


def _without_attestation(answer: dict[str, Any]) -> dict[str, Any]:
    """We ask for no statement about the authenticator's maker, and check none."""
    attested = parse_cbor(base64url_to_bytes(answer["response"]["attestationObject"]))
    plain = encode_cbor({"fmt": "none", "attStmt": {}, "authData": attested["authData"]})
    return {**answer, "response": {**answer["response"], "attestationObject": bytes_to_base64url(plain)}}
