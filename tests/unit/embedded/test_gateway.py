"""The gateway's configuration as text; journeys/test_embedded_gateway.py tests it in nginx."""

import json
from pathlib import Path

import pytest

from admitone.embedded.gateway import HTTP_ROLES, REFUSALS, render_gateway
from admitone.embedded.gateway_options import GatewayOptions, Tls

UPSTREAMS = {role: [f"unix:/run/{role}.sock"] for role in HTTP_ROLES}


def test_every_role_is_an_upstream_with_a_route() -> None:
    text = render_gateway(listen="127.0.0.1:8000", folder=Path("/data/nginx"), upstreams=UPSTREAMS)

    for role in HTTP_ROLES:
        assert f'server "unix:/run/{role}.sock"' in text
        assert f"proxy_pass http://{role};" in text


def test_several_servers_share_a_role() -> None:
    upstreams = {**UPSTREAMS, "search": ["10.0.0.1:8101", "10.0.0.2:8101"]}

    text = render_gateway(listen="80", folder=Path("/var/cache/admitone"), upstreams=upstreams, user="www-data")

    assert 'server "10.0.0.1:8101"' in text
    assert 'server "10.0.0.2:8101"' in text
    assert "user www-data;" in text


@pytest.mark.parametrize(
    ("http2_directive", "lines"),
    [(True, ["listen 443 ssl backlog=4096;", "http2 on;"]), (False, ["listen 443 ssl http2 backlog=4096;"])],
)
def test_an_older_nginx_gets_http_2_by_its_listen_directive(http2_directive: bool, lines: list[str]) -> None:
    tls = Tls(Path("/certificate.pem"), Path("/key.pem"), http2_directive)

    text = render_gateway(
        listen="443", folder=Path("/data/nginx"), upstreams=UPSTREAMS, options=GatewayOptions(tls=tls)
    )

    assert [line.strip() for line in text.splitlines() if "http2" in line or "listen 443" in line] == lines


def test_a_missing_role_is_a_defect() -> None:
    with pytest.raises(AssertionError):
        render_gateway(listen="80", folder=Path("/x"), upstreams={"search": ["10.0.0.1:8101"]})


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_refusals_are_problem_documents_that_nginx_can_quote(refusal: object) -> None:
    assert isinstance(refusal, type(REFUSALS[0]))
    document = json.loads(refusal.problem)

    assert document["status"] == refusal.status
    assert document["code"] == refusal.code
    # A single quote would end nginx's string, a dollar sign would be a variable.
    assert not set("'$") & set(refusal.problem + refusal.page)
