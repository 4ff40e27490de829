"""Read the settings of the identity provider (OpenID Connect)."""

from collections.abc import Mapping

from msgspec import Struct

from admitone.kit.text import clean_name, name_fault
from admitone.organizers.adapters.openid_provider import is_private_channel
from admitone.runtime.web_address import read_web_address

NAME = "your organization's account"
NAME_CHARACTERS_MAX = 60
_REQUIRED = ("ADMITONE_OIDC_ISSUER", "ADMITONE_OIDC_CLIENT_ID", "ADMITONE_OIDC_CLIENT_SECRET")


class OidcSettings(Struct, frozen=True):
    """`name`: what the button of the sign-in page calls the provider's account."""

    issuer: str
    client_id: str
    client_secret: str
    name: str = NAME

    def __repr__(self) -> str:
        return f"OidcSettings(issuer={self.issuer!r})"


def read_oidc_settings(env: Mapping[str, str], faults: list[str]) -> OidcSettings | None:
    """Return None where no variable of the provider is set: people sign in by password and passkey."""
    values = [env.get(variable, "").strip() for variable in _REQUIRED]
    if not any(values):
        return None
    faults += [
        f"{variable} is missing ({' and '.join(other for other in _REQUIRED if other != variable)} belong together)."
        for variable, value in zip(_REQUIRED, values, strict=True)
        if not value
    ]
    issuer, client_id, client_secret = values
    parts = read_web_address(issuer)
    if issuer and (parts is None or parts.query or parts.fragment or not is_private_channel(issuer)):
        faults.append("ADMITONE_OIDC_ISSUER must be an https:// URL without a query, as the provider names itself.")
    name = clean_name(env.get("ADMITONE_OIDC_NAME", "")) or NAME
    if len(name) > NAME_CHARACTERS_MAX or name_fault(name) is not None:
        faults.append(f"ADMITONE_OIDC_NAME must be a name of at most {NAME_CHARACTERS_MAX} characters.")
    return OidcSettings(issuer, client_id, client_secret, name)
