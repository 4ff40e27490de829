"""A real Prometheus scrapes every role and a worker: each panel and each alert works on what they report."""

import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import pytest_asyncio
import yaml
from psycopg.types.json import Jsonb

from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.gateway_options import GatewayOptions
from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer
from tests.free_ports import free_ports
from tests.gateway_process import run_gateway
from tests.program import run_program
from tests.races.faults.waiting import SECONDS_MAX, until
from tests.running import SECRET_KEY, Stack
from tests.servers import as_app
from tests.started import running
from tests.tidy.tree import ROOT

pytestmark = [pytest.mark.xdist_group("stack"), pytest.mark.prometheus]

RULES = ROOT / "deploy/prometheus/alerts.yml"
DASHBOARDS = sorted((ROOT / "deploy/grafana").glob("*.json"))
ROLES = (*HTTP_ROLES, "worker")
# A scrape may take as long: on a busy machine, one second is too short.
SCRAPE_SECONDS = 4
# A healthy installation without a mail server has none of these: the query must be valid, its answer is empty.
ABSENT = re.compile(r'admitone_(defects|shed|mails|mail_reports)_total|status=~"5\.\."')


@dataclass(frozen=True)
class Prometheus:
    http: httpx.Client

    def query(self, expression: str) -> list[dict[str, Any]]:
        answer = self.http.get("/api/v1/query", params={"query": expression})
        assert answer.status_code == 200, f"{expression}: {answer.json()['error']}"
        return list(answer.json()["data"]["result"])

    def rules(self) -> list[dict[str, Any]]:
        groups = self.http.get("/api/v1/rules").json()["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]


def configuration(port_of_roles: int, port_of_worker: int) -> str:
    """Return the scrape configuration of the guide, for roles behind the gateway's metrics listener."""
    targets = [(role, port_of_roles, f"/metrics/{role}") for role in HTTP_ROLES]
    jobs = [
        {
            "job_name": role,
            "metrics_path": path,
            "static_configs": [
                {"targets": [f"127.0.0.1:{port}"], "labels": {"job": "admitone", "role": role, "instance": role}}
            ],
        }
        for role, port, path in (*targets, ("worker", port_of_worker, "/metrics"))
    ]
    intervals = {"scrape_interval": f"{SCRAPE_SECONDS}s", "evaluation_interval": f"{SCRAPE_SECONDS}s"}
    return yaml.safe_dump({"global": intervals, "rule_files": [str(RULES)], "scrape_configs": jobs})


@contextmanager
def scheduled_job(database_url: str) -> Iterator[None]:
    """A job for later: the metrics have no line of a task without jobs, and a worker of another test may do all."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        task = ("test.later", "test", Jsonb({}))
        conn.execute(
            "insert into procrastinate_jobs (task_name, queue_name, args, scheduled_at)"
            " values (%s, %s, %s, now() + interval '1 day')",
            task,
        )
        try:
            yield
        finally:
            conn.execute("delete from procrastinate_jobs where task_name = %s", task[:1])


@pytest_asyncio.fixture(scope="module")
async def prometheus(stack: Stack, organizer: Organizer, ada: Buyer) -> AsyncIterator[Prometheus]:
    """Yield a Prometheus that has seen a sale, a search, an open seat map's snapshot, a refused place in a queue, and a
    job that is not due yet."""
    of_roles, of_worker, own = free_ports(3)
    with ExitStack() as held_open:
        folder = Path(held_open.enter_context(tempfile.TemporaryDirectory(prefix="admitone-prometheus-")))
        sockets = {role: [stack.sockets[role]] for role in HTTP_ROLES}
        held_open.enter_context(run_gateway(GatewayOptions(metrics_listen=f"127.0.0.1:{of_roles}"), upstreams=sockets))
        environment = {
            **os.environ,
            "ADMITONE_DATABASE_URL": as_app(stack.database_url),
            "ADMITONE_REDIS_URL": stack.redis_url,
            "ADMITONE_SECRET_KEY": SECRET_KEY,
            "ADMITONE_DATA_DIR": str(folder),
            "ADMITONE_PAYMENTS": "simulated",
            "ADMITONE_TESTING": "1",
        }
        command = ["worker", "--metrics-port", str(of_worker)]
        held_open.enter_context(scheduled_job(stack.database_url))
        held_open.enter_context(run_program(command, environment, folder / "worker.log"))
        (folder / "prometheus.yml").write_text(configuration(of_roles, of_worker))
        program = ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
        held_open.enter_context(running([*program, f"--web.listen-address=127.0.0.1:{own}"], own))
        http = held_open.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{own}", timeout=30))
        found = Prometheus(http)
        await until(lambda: len(found.query('up{job="admitone"} == 1')) == len(ROLES))
        show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
        held = Held.of(await ada.checkout(show, best_available={"quantity": 2}))
        assert (await ada.confirm(held)).status_code == 200
        await ada.http.get("/events/search", params={"q": show.name})
        await ada.http.get(f"/events/{show.id}/seats")
        await ada.http.post(f"/events/{show.id}/queue", json={})
        await ada.http.post("/booking/checkout", json={})
        yield found


def panels() -> Iterator[tuple[str, str, str]]:
    """Yield the title, the query and the legend of every line of every dashboard, as Grafana sends them."""
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text("utf-8"))["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$job", "admitone").replace("$__rate_interval", "5m")
                yield f"{path.stem}: {panel['title']}", query, target["legendFormat"]


async def test_every_panel_shows_lines_with_the_labels_of_its_legend(prometheus: Prometheus) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    expected = [(title, query) for title, query, _ in panels() if not ABSENT.search(query)]
    while unanswered := [f"{title}: {query}" for title, query in expected if not prometheus.query(query)]:
        assert time.monotonic() < deadline, f"{unanswered}; up: {prometheus.query('up')}"
        await asyncio.sleep(SCRAPE_SECONDS)

    for title, query, legend in panels():
        named = set(re.findall(r"\{\{(\w+)\}\}", legend))
        assert all(named <= line["metric"].keys() for line in prometheus.query(query)), title
        assert re.search(r"\$\w", query) is None, f"{title}: a variable of Grafana that no dashboard defines"


async def test_every_rule_is_evaluated_and_a_healthy_installation_fires_none(prometheus: Prometheus) -> None:
    await until(lambda: all(rule["health"] != "unknown" for rule in prometheus.rules()))
    rules = prometheus.rules()

    assert {rule["name"] for rule in rules} == set(re.findall(r"alert: (\w+)", RULES.read_text("utf-8")))
    assert [rule["name"] for rule in rules if rule["health"] != "ok"] == []
    assert [rule["name"] for rule in rules if rule["name"] in {"ProcessDown", "NoWorker"} and rule["alerts"]] == []


async def test_the_variable_of_the_dashboards_has_the_job(prometheus: Prometheus) -> None:
    (metric,) = {
        re.sub(r"label_values\((\w+), job\)", r"\1", variable["query"]["query"])
        for path in DASHBOARDS
        for variable in json.loads(path.read_text("utf-8"))["templating"]["list"]
        if variable["type"] == "query"
    }

    answer = prometheus.http.get("/api/v1/label/job/values", params={"match[]": metric})

    assert answer.json()["data"] == ["admitone"]
