"""A whole journey, traced through gateway, roles, PostgreSQL, Redis, jobs and the payment; no span names a person."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from admitone.testing.buyer import GOOD_CARD, Buyer, Held
from admitone.testing.organizer import Organizer
from tests.races.faults.waiting import until
from tests.running import Stack, run_stack
from tests.servers import ServerUrls
from tests.trace_collector import Exported, TraceCollector, collect_traces

pytestmark = pytest.mark.xdist_group("traces")

# The numbers below are those of the workers' own stacks, and of the stacks on OpenSearch and with a mailbox.
_STACKS_BEFORE = 28
KEY = "an-idempotency-key-4711"
WORDS = "zauberfloete"


@pytest.fixture(scope="module")
def collector() -> Iterator[TraceCollector]:
    with collect_traces() as collector:
        yield collector


@dataclass(frozen=True)
class Journey:
    stack: Stack
    held: Held
    buyer: Buyer
    forged: str


@pytest_asyncio.fixture(scope="module")
async def journey(server_urls: ServerUrls, worker_number: int, collector: TraceCollector) -> AsyncIterator[Journey]:
    """Sell two tickets, and wait for the mail and for the capture of the payment."""
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_TRACES_SAMPLER_ARG": "1",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    number = _STACKS_BEFORE + worker_number
    async with run_stack(server_urls, number, settings, has_mailbox=True) as stack:
        async with Organizer.of(stack) as organizer:
            show = await organizer.show(name="Die Zauberflöte", hall=await organizer.plain_hall(), allow_orphans=True)
        forged = "ab" * 16
        async with httpx.AsyncClient(base_url=stack.address, timeout=120) as http:
            buyer = Buyer(http, "secretary")
            await http.get("/events/search", params={"q": WORDS})
            await http.get(f"/e/{show.id}", headers={"traceparent": f"00-{forged}-{'cd' * 8}-01"})
            held = Held.of(await buyer.checkout(show, key=KEY, best_available={"quantity": 2}))
            assert (await buyer.confirm(held, key=KEY)).status_code == 200
            await http.get(f"/my/{held.booking_id}", params={"c": held.token})
            await buyer.read(held)
            assert (await http.post("/booking/checkout", json={"buyer": buyer.buyer})).status_code == 422
        await until(lambda: bool(collector.find("round send_mails") and _jobs(collector)))
        yield Journey(stack, held, buyer, forged)


def _request(collector: TraceCollector, name: str, status: int) -> Exported:
    return collector.find(name, **{"http.response.status_code": str(status)})[0]


def _jobs(collector: TraceCollector) -> list[Exported]:
    confirmed = collector.find("POST /booking/confirm", **{"http.response.status_code": "200"})
    return [span for request in confirmed for span in collector.trace(request.trace_id) if span.name.startswith("job ")]


async def test_the_trace_of_a_sale_has_its_parts(journey: Journey, collector: TraceCollector) -> None:
    checkout = _request(collector, "POST /booking/checkout", 201)
    confirm = _request(collector, "POST /booking/confirm", 200)
    parts = {span.name for span in collector.trace(checkout.trace_id)}
    paid = {span.name for span in collector.trace(confirm.trace_id)}

    assert checkout.attributes["http.route"] == "/booking/checkout"
    assert {"redis pipeline locks", "redis pipeline idempotency", "transaction", "wait for a connection"} <= parts
    assert {"booking.claim_tickets", "batch claims"} <= parts
    assert {"payment create_and_confirm", "booking.sell_tickets", "payments.append_ledger"} <= paid
    assert "procrastinate.defer_jobs" in paid


async def test_a_job_continues_the_trace_of_its_request(journey: Journey, collector: TraceCollector) -> None:
    job = _jobs(collector)[0]

    assert job.service == "admitone-worker"
    assert job.parent_id in {span.span_id for span in collector.trace(job.trace_id)}
    assert [span for span in collector.trace(job.trace_id) if span.parent_id == job.span_id]


async def test_the_access_log_names_the_trace(journey: Journey, collector: TraceCollector) -> None:
    checkout = _request(collector, "POST /booking/checkout", 201)
    log = next(journey.stack.folder.rglob("access.log"))

    await until(lambda: checkout.trace_id in log.read_text("utf-8"))

    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [line["path"] for line in lines if line["trace_id"] == checkout.trace_id] == ["/booking/checkout"]


async def test_a_client_does_not_choose_its_trace(journey: Journey, collector: TraceCollector) -> None:
    assert collector.trace(journey.forged) == []


async def test_no_span_names_a_person_or_has_a_secret(journey: Journey, collector: TraceCollector) -> None:
    held, buyer = journey.held, journey.buyer
    secrets = [held.token, buyer.buyer["email"], buyer.buyer["name"], GOOD_CARD, KEY, WORDS, journey.stack.api_key]
    sent = b"".join(collector.wire)

    assert len(collector.spans) > 100
    assert [secret for secret in secrets if secret.encode() in sent] == []
    assert [secret for secret in ("postgresql://", "Bearer", "127.0.0.1") if secret.encode() in sent] == []


async def test_metrics_have_exemplars(journey: Journey, collector: TraceCollector) -> None:
    transport = httpx.AsyncHTTPTransport(uds=str(journey.stack.sockets["booking"]))
    async with httpx.AsyncClient(transport=transport, base_url="http://role") as http:
        open_metrics = await http.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
        plain = await http.get("/metrics")

    checkouts = collector.find("POST /booking/checkout")
    lines = [line for line in open_metrics.text.splitlines() if 'route="/booking/checkout"' in line and " # {" in line]
    assert [span for span in checkouts if any(span.trace_id in line for line in lines)]
    assert " # {" not in plain.text
