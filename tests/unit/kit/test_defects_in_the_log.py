"""The log of an unexpected error names the route, never the path: a path may contain a one-time token."""

from litestar import Litestar, get
from litestar.params import FromPath
from litestar.testing import TestClient
from structlog.testing import capture_logs

from admitone.kit.http.problem import EXCEPTION_HANDLERS


@get("/welcome/{token:str}")
async def break_down(token: FromPath[str]) -> None:
    raise RuntimeError(f"{len(token)} characters broke this")


def test_a_defect_is_logged_with_its_route() -> None:
    app = Litestar([break_down], exception_handlers=EXCEPTION_HANDLERS, openapi_config=None)

    with TestClient(app, raise_server_exceptions=False) as client, capture_logs() as logged:
        answer = client.get("/welcome/secret-token")

    (entry,) = [entry for entry in logged if entry["event"] == "defect"]
    assert answer.status_code == 500
    assert (entry["method"], entry["route"]) == ("GET", "/welcome/{token}")
    assert "secret-token" not in str(entry)
