"""An OpenID Connect provider in a process of its own, by `oidc-provider-mock`; it checks PKCE as well.

python -m tests.identity_provider DESCRIPTOR
"""

import os
import signal
import socket
import sys
from typing import Any

import uvicorn
from authlib.integrations.flask_oauth2 import AuthorizationServer  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import CodeChallenge  # type: ignore[import-untyped]
from oidc_provider_mock import _app, app  # type: ignore[import-untyped]

from admitone.embedded.privileges import die_with_parent

_CHALLENGES: dict[str, tuple[str | None, str | None]] = {}
"""Authorization code → (challenge, method)."""


class _Pkce(CodeChallenge):  # type: ignore[misc] # untyped
    def get_authorization_code_challenge(self, authorization_code: Any) -> str | None:
        return _CHALLENGES[authorization_code.code][0]

    def get_authorization_code_challenge_method(self, authorization_code: Any) -> str | None:
        return _CHALLENGES[authorization_code.code][1]


class _CodeGrant(_app.AuthorizationCodeGrant):  # type: ignore[misc] # untyped
    def save_authorization_code(self, code: str, request: Any) -> None:
        super().save_authorization_code(code, request)
        asked = request.payload.data
        _CHALLENGES[code] = (asked.get("code_challenge"), asked.get("code_challenge_method"))


class _Server(AuthorizationServer):  # type: ignore[misc] # untyped
    def register_grant(self, grant: Any, extensions: Any = None) -> None:
        super().register_grant(grant, [*extensions, _Pkce()] if grant is _CodeGrant else extensions)


def main(listener: int) -> None:
    die_with_parent(signal.SIGTERM)  # also of a test run that was killed
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    _app.AuthorizationCodeGrant = _CodeGrant
    _app.flask_oauth2.AuthorizationServer = _Server
    provider = app(require_client_registration=True, require_nonce=True)
    config = uvicorn.Config(provider, interface="wsgi", log_level="warning")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listener)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
