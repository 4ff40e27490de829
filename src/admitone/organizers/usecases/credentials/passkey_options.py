"""What a browser's `navigator.credentials` needs (WebAuthn, by `webauthn`): to create a passkey, and to prove one."""

from collections.abc import Sequence

from webauthn import generate_authentication_options, generate_registration_options, options_to_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from admitone.organizers.domain.member import Person
from admitone.organizers.domain.passkey import Passkey, RelyingParty


def creation_options(person: Person, own: Sequence[Passkey], *, challenge: bytes, site: RelyingParty) -> str:
    """Return what `create` needs, as JSON; no authenticator that holds a passkey of `own` makes another."""
    options = generate_registration_options(
        rp_id=site.id,
        rp_name="AdmitOne",
        user_id=person.id.encode(),
        user_name=person.email or person.name,
        user_display_name=person.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in own],
    )
    return options_to_json(options)


def request_options(*, challenge: bytes, site: RelyingParty) -> str:
    """Return what `get` needs, as JSON."""
    options = generate_authentication_options(
        rp_id=site.id, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options)
