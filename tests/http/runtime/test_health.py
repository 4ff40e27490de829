"""`/healthz`, `/readyz`, `/metrics`, for every role."""

import httpx
import pytest

from admitone.embedded.gateway import HTTP_ROLES
from admitone.runtime.readiness import NEEDS
from admitone.testing.buyer import Buyer
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")


async def test_every_role_is_alive_and_ready(ada: Buyer) -> None:
    lives = await ada.http.get("/healthz")
    ready = await ada.http.get("/readyz")

    assert (lives.status_code, lives.json()) == (200, {"status": "ok"})
    assert ready.json() == {"status": "ok", "roles": list(HTTP_ROLES), "failing": []}
    assert ready.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", HTTP_ROLES)
async def test_every_role_answers_for_itself(stack: Stack, role: str) -> None:
    transport = httpx.AsyncHTTPTransport(uds=str(stack.folder / "run" / f"{role}.sock"))
    async with httpx.AsyncClient(transport=transport, base_url="http://role") as http:
        assert (await http.get("/healthz")).status_code == 200
        probed = await http.head("/healthz")
        assert (probed.status_code, probed.content) == (200, b"")
        ready = await http.get("/readyz")

    assert ready.status_code == 200, ready.text
    assert ready.json() == {"status": "ok", "roles": [role], "failing": [], "checked": list(NEEDS[role])}


@pytest.mark.parametrize("role", HTTP_ROLES)
async def test_the_gateway_passes_on_the_readiness_of_one_role(ada: Buyer, role: str) -> None:
    ready = await ada.http.get(f"/readyz/{role}")

    assert (ready.status_code, ready.json()["roles"]) == (200, [role])


@pytest.mark.parametrize("role", HTTP_ROLES)
async def test_every_role_has_metrics(stack: Stack, role: str) -> None:
    answer = await stack.read_metrics(role)

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "python_gc_objects_collected_total" in answer.text
    assert "admitone_defects_total" in answer.text


async def test_metrics_count_shed_requests_and_subscribers(stack: Stack) -> None:
    booking, live = (await stack.read_metrics("booking")).text, (await stack.read_metrics("live")).text

    assert "# TYPE admitone_shed_total counter" in booking
    assert "# TYPE admitone_live_subscribers gauge" in live


async def test_metrics_have_rate_errors_and_duration_of_each_route(stack: Stack, ada: Buyer) -> None:
    await ada.http.get("/events/evt_absent/seats")
    await ada.http.post("/booking/checkout", json={"event_id": "evt_absent"})

    metrics = (await stack.read_metrics("booking")).text

    assert 'admitone_http_request_seconds_count{method="GET",route="/events/{event_id}/seats",status="404"}' in metrics
    assert 'admitone_http_request_seconds_count{method="POST",route="/booking/checkout",status="422"}' in metrics
    assert "evt_absent" not in metrics


async def test_metrics_have_the_use_of_the_connection_pool(stack: Stack) -> None:
    metrics = (await stack.read_metrics("booking")).text

    assert 'admitone_database_connections{state="limit"} 8.0' in metrics
    assert "admitone_database_requests_waiting 0.0" in metrics


async def test_counters_of_rare_events_begin_at_zero(stack: Stack) -> None:
    metrics = (await stack.read_metrics("booking")).text

    assert 'admitone_payment_discrepancies_total{kind="missing"} 0.0' in metrics
    assert 'admitone_refunds_not_paid_total{reason="failed"} 0.0' in metrics
