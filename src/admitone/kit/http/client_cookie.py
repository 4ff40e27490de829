"""The cookie that carries a browser's client token. Over https it has the `__Host-` prefix: no other site can set
it."""

from admitone.kit.client_token import VALID_SECONDS, ClientTokens

PLAIN_NAME, SECURE_NAME = "admitone-client", "__Host-admitone-client"


def issue_client(tokens: ClientTokens) -> tuple[str, str]:
    """Return (client id, `Set-Cookie` value) of a new client."""
    client, token = tokens.issue()
    secure = "; Secure" if tokens.is_secure else ""
    return client, f"{_name(tokens)}={token}; Path=/; Max-Age={VALID_SECONDS}; HttpOnly; SameSite=Lax{secure}"


def read_client(tokens: ClientTokens, cookies: bytes | None) -> str | None:
    """Return the client id of a `Cookie` header; None if it contains no valid token."""
    if not cookies:
        return None
    name = _name(tokens)
    for pair in cookies.decode("latin-1").split(";"):
        given, _, token = pair.strip().partition("=")
        if given == name and (client := tokens.read(token)) is not None:
            return client
    return None


def _name(tokens: ClientTokens) -> str:
    return SECURE_NAME if tokens.is_secure else PLAIN_NAME
